/** What an import need not find out again: a file that a person has looked at, as long as nothing that it was seen under has changed. */
import { catalogueState } from '../catalog/batches.ts';
import type { Catalog } from '../catalog/open.ts';
import type { Inspected, Inspection } from '../contract/intake.ts';
import { standingOf } from './same-file.ts';

/** The files and the catalogue as they stand, and the version of the application: it goes for what was found before as long as it is the same. */
export async function stateOfInspection(
  paths: readonly (string | null | undefined)[],
  catalog: Catalog,
  program: string | undefined,
): Promise<string> {
  const files = await Promise.all(paths.map((path) => (path == null ? 'none' : standingOf(path))));
  return files.includes('') ? '' : JSON.stringify([files, catalogueState(catalog), program ?? null]);
}

export const asInspected = ({ file, proposals, decisions }: Inspection, state: string): Inspected => ({
  state,
  file,
  proposals,
  decisions,
});
