/** The distinct structures of a file under a mapping, as they would come into the catalog. */
import type { Mapping } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { seenTexts } from './distinct.ts';
import { interpreter } from './interpret.ts';
import { type Companions, openStructures } from './structure-source.ts';
import { openMapped } from './table.ts';

export type GivenStructure = {
  readonly companyId: string;
  readonly line: number;
  readonly kind: 'smiles' | 'molblock';
  readonly text: string;
};

/** A mass becomes a value by it, so that its row counts as one that would be stored; the value itself goes nowhere. */
const anyWeight = () => 300;

/**
 * Those of rows that would be stored, in the order of the file, a block of rows at a time.
 * @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID
 */
export async function* structuresOf(
  path: string,
  mapping: Mapping,
  control: Control,
  companions: Companions = {},
): AsyncGenerator<readonly GivenStructure[]> {
  const table = await openMapped(path, mapping);
  const structures = await openStructures(path, mapping, companions, control);
  const interpret = interpreter(mapping, table.columns, { structures, weightOf: anyWeight });
  const seen = seenTexts();
  for await (const block of table.rows) {
    stopIfAsked(control);
    const fresh: GivenStructure[] = [];
    for (const row of block) {
      const { measurements, compound } = interpret(row);
      for (const { companyId, structure, structureKind } of compound === undefined ? measurements : [compound]) {
        if (seen.add([structureKind, structure], row.line) !== undefined) continue;
        fresh.push({ companyId, line: row.line, kind: structureKind, text: structure });
      }
    }
    if (fresh.length > 0) yield fresh;
  }
}
