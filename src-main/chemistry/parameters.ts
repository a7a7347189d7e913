/** The parameters of chemistry that all partners of a consortium share, and the hash by which they compare them. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import { ChoraleError } from '../contract/errors.ts';
import { toolkitVersion } from './toolkit.ts';

export type ChemistryParameters = {
  /** Secret that all partners hold and the coordinator never sees. */
  readonly key: string;
  readonly radius: 3;
  readonly foldSize: 32000;
  readonly folds: 5;
  /** `scaffold`: HMAC of the scaffold, of the structure itself where there is no ring. See fold.ts. */
  readonly foldRule: 'scaffold';
  /** Records with this many heavy atoms or more are left out. */
  readonly maxHeavyAtoms: 100;
};

/** Raised whenever the same input would give another structure, fingerprint or fold. */
const standardisationVersion = 1;

const settingName = 'chemistry.parameters';
const localKeyName = 'chemistry.localKey';

export const chemistryParameters = (key: string): ChemistryParameters => ({
  key,
  radius: 3,
  foldSize: 32000,
  folds: 5,
  foldRule: 'scaffold',
  maxHeavyAtoms: 100,
});

/** What the workspace works with; undefined before its first use. Reads only. */
export const findChemistryParameters = (catalog: Catalog): ChemistryParameters | undefined =>
  readSetting<ChemistryParameters>(catalog, settingName);

/** The first use in a workspace makes a random key of its own; joining a consortium puts the consortium's in its place. */
export function readChemistryParameters(catalog: Catalog): ChemistryParameters {
  const found = findChemistryParameters(catalog);
  if (found) return found;
  const made = chemistryParameters(randomBytes(32).toString('base64url'));
  writeSetting(catalog, localKeyName, made.key);
  writeSetting(catalog, settingName, made);
  return made;
}

export const writeChemistryParameters = (catalog: Catalog, parameters: ChemistryParameters): void =>
  writeSetting(catalog, settingName, parameters);

export const keyOrigin = (catalog: Catalog): 'local' | 'consortium' =>
  readSetting(catalog, localKeyName) === readChemistryParameters(catalog).key ? 'local' : 'consortium';

/** Equal at two partners exactly when toolkit, rules, parameters and key are. Keyed, so that it tells nothing of the key. */
export function parameterHash({ key, ...rest }: ChemistryParameters): string {
  const described = JSON.stringify([
    ['toolkit', toolkitVersion],
    ['standardisation', standardisationVersion],
    ...Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHmac('sha256', key).update(described).digest('hex');
}

/** @param file MELLODDY-TUNER's key file, JSON `{"key": "..."}` @throws FILE_UNREADABLE */
export function readKeyFile(file: string): string {
  try {
    return z.object({ key: z.string().min(1) }).parse(JSON.parse(readFileSync(file, 'utf8'))).key;
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no key file' }, { cause: error });
  }
}
