/** Labels as the first version kept them: one row of the table `label` each. */
import type { Catalog } from './open.ts';

/** By row of the training table, ascending. */
export function readOldLabels(
  { db }: Catalog,
  taskId: number,
): { readonly rows: Uint32Array; readonly classes: Int8Array } {
  const found = db
    .prepare(
      `select c.position, l.value from label l join task_compound c on c.id = l.task_compound_id
       where l.task_id = ? order by c.position`,
    )
    .raw()
    .all(taskId) as readonly (readonly [number, number])[];
  return { rows: Uint32Array.from(found, ([row]) => row), classes: Int8Array.from(found, ([, value]) => value) };
}
