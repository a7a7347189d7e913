/** One partner of a consortium on this machine: the way from its export to the rounds, through the doors that every partner uses. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { type CharterRow, newestCharter } from '../../catalog/consents.ts';
import { readIdentity } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/open.ts';
import { writeSetting } from '../../catalog/settings.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import {
  chemistryParameters,
  parameterHash,
  readChemistryParameters,
  writeChemistryParameters,
} from '../../chemistry/parameters.ts';
import { openChemistry } from '../../chemistry/pool.ts';
import { standardiseCatalog } from '../../chemistry/standardise-catalog.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { ImportOutcome } from '../../contract/intake.ts';
import type { Control } from '../../contract/progress.ts';
import type { Person } from '../../contract/settings.ts';
import type { TaskRules } from '../../contract/tasks.ts';
import type { AloneSettings } from '../../contract/training.ts';
import type { SigningKeys } from '../../federation/identity.ts';
import { describeIdentity, joinByInvitation, makeIdentity } from '../../federation/invitation.ts';
import { usualVoiding } from '../../federation/voiding.ts';
import { importFile } from '../../intake/import.ts';
import { inventPerson } from '../../release/accounts.ts';
import { mayConsent } from '../../release/consent.ts';
import { consentSituation, documentOf, giveConsent, statementOf } from '../../release/consent-acts.ts';
import { wipeKeys } from '../../release/people.ts';
import { policyNow, warningsThatDoNotBlock } from '../../release/policy.ts';
import { keepLastSetting } from '../../release/retention.ts';
import { giveStandingApproval } from '../../release/standing.ts';
import { buildTasks } from '../../tasks/build.ts';
import { writeTaskRules } from '../../tasks/rules.ts';
import { readyToTrain } from '../../training/overview.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { trainAloneJob } from '../../training/train-alone-job.ts';
import type { PilotPeople } from './pilot-charter.ts';

export type PilotPartnerSettings = {
  readonly id: string;
  readonly name: string;
  /** Results, and after them the file of their structures where it is another one. */
  readonly files: readonly [string, string?];
  /** In whose name the files are brought in. */
  readonly steward: Person;
  /** Secret of the consortium: scrambles fingerprints and draws folds alike at all partners. */
  readonly chemistryKey: string;
  readonly rules: TaskRules;
  /** Finished packages that keep their files; null: all. */
  readonly keepLast: number | null;
  /** RDKit workers. */
  readonly workers: number;
};

export type PreparedPartner = {
  readonly id: string;
  readonly name: string;
  /** Ed25519, base64url. */
  readonly publicKey: string;
  readonly parameterHash: string;
  readonly imports: readonly Pick<ImportOutcome, 'file' | 'outcome' | 'report'>[];
  readonly structures: { readonly structures: number; readonly failed: number };
  readonly tasks: { readonly trainingTasks: number; readonly labels: number };
  readonly compounds: { readonly train: number; readonly validation: number; readonly test: number };
};

/**
 * Goes on behind what is there already, such as after a kill.
 * @throws whatever its stations throw; NOTHING_TO_LEARN when a file is not taken in as a whole
 */
export async function preparePartner(
  workspace: Workspace,
  { id, name, files, steward, chemistryKey, rules, keepLast, workers }: PilotPartnerSettings,
  control: Control,
): Promise<PreparedPartner> {
  const { catalog } = workspace;
  writeSetting(catalog, keepLastSetting, keepLast);
  writeChemistryParameters(catalog, chemistryParameters(chemistryKey));
  writeTaskRules(catalog, rules);
  const identity = { partnerId: id, name };
  const known = readIdentity(catalog);
  const { publicKey } = known
    ? describeIdentity(known)
    : makeIdentity(catalog, identity, new Uint8Array(randomBytes(32)), new Date().toISOString());

  const imports: Pick<ImportOutcome, 'file' | 'outcome' | 'report'>[] = [];
  const [path, companion = null] = files;
  const order = { path, companion, person: steward.name };
  const { file, outcome, refusal, report } = await importFile(workspace, order, control);
  if (outcome === 'imported') imports.push({ file, outcome, report });
  else if (refusal?.key !== 'seen-before') {
    throw new ChoraleError('NOTHING_TO_LEARN', { reason: `${basename(path)}: ${outcome}` });
  }
  const chemistry = await openChemistry({ parameters: readChemistryParameters(catalog), workers });
  const structures = await standardiseCatalog(workspace, chemistry, control).finally(() => chemistry.close());
  const { trainingTasks, labels } = buildTasks(workspace, rules, control);
  return {
    id,
    name,
    publicKey,
    parameterHash: parameterHash(readChemistryParameters(catalog)),
    imports,
    structures,
    tasks: { trainingTasks, labels },
    compounds: readyToTrain(catalog)!.compounds,
  };
}

/** @returns the id of the model that the validation fold chose */
export async function trainPartnerAlone(
  workspace: Workspace,
  settings: AloneSettings,
  control: Control,
  spawn: SpawnTraining,
): Promise<string> {
  const { modelId } = await trainAloneJob(workspace, { taskSetId: null, settings }, control, spawn);
  return modelId;
}

/**
 * Joins, has steward and officer consent to the charter where there is one, and has the officer say once what otherwise
 * is said before every round: the packages may go up to this round, while all checks pass.
 */
export async function joinWithApproval(
  workspace: Workspace,
  invitation: string,
  { steward, officer }: PilotPeople,
  lastRound: number,
): Promise<void> {
  const { catalog } = workspace;
  const { series, planHash } = joinByInvitation(catalog, invitation, new Date().toISOString());
  const charter = newestCharter(catalog, series);
  if (charter !== undefined) {
    await asInvented(catalog, steward, (person, keys) => consentAs(catalog, charter, person, keys));
  }
  await asInvented(catalog, officer, (person, keys) => {
    if (charter !== undefined) consentAs(catalog, charter, person, keys);
    // Nobody is there to look at what only warns, as the few data of a pilot do.
    // With room for rounds that are tried again after a result was taken back.
    const mostRounds = (1 + usualVoiding.mostInRound) * (lastRound + 1);
    const limits = { mostRounds, warnings: warningsThatDoNotBlock(policyNow(catalog, series)) };
    giveStandingApproval(workspace, { series, planHash, lastRound, limits, person }, keys);
  });
}

/** Consent that was given stays: after a kill it is not asked for again. */
function consentAs(catalog: Catalog, charter: CharterRow, person: Person, keys: SigningKeys): void {
  const { allowed, reason, capacities } = mayConsent(consentSituation(catalog, person, charter));
  if (!allowed && reason === 'already-given') return;
  const { language } = documentOf(charter).charter;
  const statement = statementOf(catalog, charter, language, capacities);
  giveConsent(catalog, { charterHash: charter.hash, statement, language, person }, keys);
}

async function asInvented(
  catalog: Catalog,
  invented: Person,
  act: (person: Person, keys: SigningKeys) => void,
): Promise<void> {
  const { person, keys } = await inventPerson(catalog, invented);
  try {
    act(person, keys);
  } finally {
    wipeKeys(keys);
  }
}
