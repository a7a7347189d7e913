/** The parameters of chemistry that all partners of a consortium share, and the hash by which they compare them. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import { foldRule, tautomerRule } from '../contract/chemistry.ts';
import { ChoraleError } from '../contract/errors.ts';
import { toolkitVersion } from './toolkit.ts';

/** What is open about the parameters: it stands in the plan that the partners sign. */
export const chemistryRules = z.strictObject({
  /** Of the fingerprint, in bonds. */
  radius: z.literal(3),
  foldSize: z.literal(32000),
  folds: z.literal(5),
  foldRule,
  tautomer: tautomerRule,
  /** Records with this many heavy atoms or more are left out. */
  maxHeavyAtoms: z.literal(100),
});

export type ChemistryRules = Readonly<z.infer<typeof chemistryRules>>;

/** Rules that a consortium chooses, and a workspace while it is in none. */
export type ChosenRules = Pick<ChemistryRules, 'foldRule' | 'tautomer'>;

export type ChemistryParameters = ChemistryRules & {
  /** Secret that all partners hold and the coordinator never sees. */
  readonly key: string;
};

/** Raised whenever the same input would give another structure, fingerprint or fold. */
export const standardisationVersion = 3;

const settingName = 'chemistry.parameters';
const localKeyName = 'chemistry.localKey';

const defaultRules: ChemistryRules = {
  radius: 3,
  foldSize: 32000,
  folds: 5,
  foldRule: 'scaffold',
  tautomer: 'canonical',
  maxHeavyAtoms: 100,
};

export const chemistryParameters = (key: string, chosen: Partial<ChosenRules> = {}): ChemistryParameters => ({
  ...defaultRules,
  ...chosen,
  key,
});

/** What may be told: all but the key. */
export const rulesOf = ({ key: _, ...rules }: ChemistryParameters): ChemistryRules => rules;

/** What the workspace works with; undefined before its first use. Reads only. */
export function findChemistryParameters(catalog: Catalog): ChemistryParameters | undefined {
  const found = readSetting<Partial<ChemistryParameters> & { readonly key: string }>(catalog, settingName);
  return found && { ...defaultRules, ...found };
}

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

/**
 * What was standardised by other rules waits again; it is found unchanged when they come back.
 * @throws NOT_ALLOWED in a consortium: its plan sets the rules, and no two may ever be mixed in it
 */
export function chooseChemistryRules(
  catalog: Catalog,
  chosen: { readonly [Name in keyof ChosenRules]?: ChosenRules[Name] | undefined },
): ChemistryParameters {
  const parameters = readChemistryParameters(catalog);
  if (keyOrigin(catalog) === 'consortium') {
    throw new ChoraleError('NOT_ALLOWED', { action: 'chemistry.setParameters', needs: 'no-consortium' });
  }
  const { foldRule = parameters.foldRule, tautomer = parameters.tautomer } = chosen;
  const changed = { ...parameters, foldRule, tautomer };
  writeChemistryParameters(catalog, changed);
  return changed;
}

export const keyOrigin = (catalog: Catalog): 'local' | 'consortium' =>
  readSetting(catalog, localKeyName) === readChemistryParameters(catalog).key ? 'local' : 'consortium';

/** Equal at two partners exactly when toolkit, rules, parameters and key are. Keyed, so that it tells nothing of the key. */
export function parameterHash({ key, ...rules }: ChemistryParameters): string {
  return createHmac('sha256', key)
    .update(`${toolkitVersion}\n${describeRules(rules)}`)
    .digest('hex');
}

/** The rules and their version, in a fixed order. */
export const describeRules = (rules: ChemistryRules): string =>
  JSON.stringify([
    ['standardisation', standardisationVersion],
    ...Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** @param file MELLODDY-TUNER's key file, JSON `{"key": "..."}` @throws FILE_UNREADABLE */
export function readKeyFile(file: string): string {
  try {
    return z.object({ key: z.string().min(1) }).parse(JSON.parse(readFileSync(file, 'utf8'))).key;
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no key file' }, { cause: error });
  }
}
