/** Rows of a training table by what their fold is for. */
import type { FoldRole } from '../contract/chemistry.ts';
import { roleOfFold } from '../tasks/folds.ts';
import type { TrainingTable } from '../tasks/training-table.ts';

/**
 * Only rows that carry a class or a value: others have nothing to teach or to be judged by. Compounds that are held out
 * of the training folds are in no other role.
 */
export function rowsOfRole(
  { rows, folds, labelRows, regression, heldOut }: TrainingTable,
  role: FoldRole | 'held-out',
): Uint32Array {
  const labelled = new Uint8Array(rows);
  for (const row of labelRows) labelled[row] = 1;
  for (const row of regression?.rows ?? []) labelled[row] = 1;
  return Uint32Array.from({ length: rows }, (_, row) => row).filter(
    (row) => labelled[row] === 1 && (heldOut?.[row] === 1 ? 'held-out' : roleOfFold(folds[row]!)) === role,
  );
}
