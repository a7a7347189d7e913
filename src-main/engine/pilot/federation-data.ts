/** A folder of exports for a pilot: `partners/` with a file per partner, and `truth.json` with what an import must find. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import type { ImportedCounts } from './report.ts';

export type PartnerExport = {
  readonly id: string;
  readonly name: string;
  /** Results, and after them the file of their structures where it is another one. */
  readonly files: readonly [string, string?];
  readonly truth: ImportedCounts | null;
};

const truthFile = z.object({
  partners: z.record(
    z.string(),
    z.object({
      file: z.union([z.string(), z.array(z.string())]),
      expected_import: z.object({ distinct_pairs: z.number(), compounds: z.number(), assays: z.number() }),
    }),
  ),
});

/** @throws NOT_FOUND naming the folder or the partner that is not in it; FILE_UNREADABLE for a truth.json of another shape */
export function findExports(folder: string, partners: readonly string[]): readonly PartnerExport[] {
  const exportsFolder = join(folder, 'partners');
  if (!existsSync(exportsFolder)) throw new ChoraleError('NOT_FOUND', { kind: 'folder', id: exportsFolder });
  const truth = readTruth(folder);
  const present = readdirSync(exportsFolder);
  return partners.map((id) => {
    const known = truth?.partners[id];
    const names = known === undefined ? present.filter((name) => isExportOf(id, name)).sort() : [known.file].flat();
    const [results, structures] = names;
    if (results === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'partner', id });
    const counts = known?.expected_import;
    return {
      id,
      name: nameIn(id, results),
      files:
        structures === undefined
          ? [join(exportsFolder, results)]
          : [join(exportsFolder, results), join(exportsFolder, structures)],
      truth: counts
        ? { measurements: counts.distinct_pairs, compounds: counts.compounds, assays: counts.assays }
        : null,
    };
  });
}

function readTruth(folder: string): z.infer<typeof truthFile> | undefined {
  const file = join(folder, 'truth.json');
  if (!existsSync(file)) return undefined;
  const parsed = truthFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'not-a-truth-file' });
  return parsed.data;
}

const isExportOf = (id: string, name: string): boolean => name.startsWith(`${id}_`) && !name.includes('_idmap');

/** `P06_fonterra_registry.sdf.gz` is what Fonterra hands over. */
function nameIn(id: string, file: string): string {
  const word = file.slice(id.length + 1).split(/[_.]/)[0] ?? '';
  return word === '' ? id : word[0]!.toUpperCase() + word.slice(1);
}
