/** What a partner learns from in a series: its table without the compounds held out, and without what an amendment left out. */
import { randomInt } from 'node:crypto';
import { lastAmendment } from '../../catalog/amendments.ts';
import { heldOutCompounds, readHeldOut, rowsOfTaskSet, writeHeldOut } from '../../catalog/membership.ts';
import type { Catalog } from '../../catalog/open.ts';
import { leftOut } from '../../contract/disclosure.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { heldOutCount, heldOutShare, taughtTasks, withHeldOut, withoutLabels } from '../../tasks/left-out.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { randomFrom, shuffle } from '../../training/random.ts';
import { rowsOfRole } from '../../training/roles.ts';

export type Lessons = {
  /** As the amendment in force has it; another table only after another amendment. */
  readonly table: () => TrainingTable;
  /** Compounds held out. */
  readonly heldOut: number;
  /** Standardised structure of a row. */
  readonly smilesOf: (row: number) => string;
};

/** @param whole with all labels; rows in the order of the task set @throws NOTHING_TO_LEARN where nothing is left */
export function openLessons(
  catalog: Catalog,
  { series, taskSetId, classifiedOnly }: { series: string; taskSetId: number; classifiedOnly: boolean },
  whole: TrainingTable,
): Lessons {
  const compounds = rowsOfTaskSet(catalog, taskSetId, { classifiedOnly });
  if (readHeldOut(catalog, series) === undefined) draw(catalog, series, whole, (row) => compounds[row]!.smiles);
  const kept = new Set(heldOutCompounds(catalog, series));
  const heldOut = rowsOfRole(whole, 'train').filter((row) => kept.has(compounds[row]!.smiles));
  const compared = withHeldOut(whole, heldOut);
  let known: { readonly id: number; readonly table: TrainingTable } = { id: 0, table: compared };

  return {
    table() {
      const amended = lastAmendment(catalog, series);
      if ((amended?.id ?? 0) === known.id || amended === undefined) return known.table;
      const { assays, compounds: structures } = leftOut.parse(JSON.parse(amended.leftOut));
      const [ofAssays, ofStructures] = [new Set(assays), new Set(structures)];
      const table = withoutLabels(
        compared,
        (row, assay) => ofAssays.has(assay) || ofStructures.has(compounds[row]!.smiles),
      );
      if (taughtTasks(table).tasks === 0 || rowsOfRole(table, 'train').length === 0) {
        throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'all-left-out' });
      }
      known = { id: amended.id, table };
      return table;
    },
    heldOut: heldOut.length,
    smilesOf: (row) => compounds[row]!.smiles,
  };
}

/** Once per series: a compound that was a member in one round can be no non-member in a later one. */
function draw(catalog: Catalog, series: string, table: TrainingTable, smilesOf: (row: number) => string): void {
  const seed = randomInt(2 ** 32);
  const members = rowsOfRole(table, 'train');
  const mixed = members.slice();
  shuffle(mixed, randomFrom(seed, 8));
  const drawn = mixed.subarray(0, heldOutCount(members.length));
  const row = { series, seed, share: heldOutShare, members: members.length, drawnAt: new Date().toISOString() };
  writeHeldOut(catalog, row, [...new Set(Array.from(drawn, smilesOf))]);
}
