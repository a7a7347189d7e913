/** One partner of a consortium on this machine: the way from its export to the rounds, through the doors that every partner uses. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { addIdentity } from '../../catalog/identity.ts';
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
import { toBase64url } from '../../federation/canonical.ts';
import { signingKeys } from '../../federation/identity.ts';
import { type Plan, planHash } from '../../federation/plan.ts';
import { rosterHash, type SignedRoster, withSignature } from '../../federation/roster.ts';
import { writeConsortium } from '../../federation/series.ts';
import { importFile } from '../../intake/import.ts';
import { keepLastSetting } from '../../release/retention.ts';
import { partnerKeys } from '../../release/signing.ts';
import { giveStandingApproval } from '../../release/standing.ts';
import { buildTasks } from '../../tasks/build.ts';
import { writeTaskRules } from '../../tasks/rules.ts';
import { readyToTrain } from '../../training/overview.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { trainAloneJob } from '../../training/train-alone-job.ts';
import { type Participation, participate } from '../participation/participate.ts';
import { signIn } from '../person.ts';

export type PilotPartnerSettings = {
  readonly id: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly steward: Person;
  /** Secret of the consortium: scrambles fingerprints and draws folds alike at all partners. */
  readonly chemistryKey: string;
  readonly rules: TaskRules;
  readonly alone: AloneSettings;
  /** Packages whose escrow is kept. */
  readonly keepLast: number;
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

export type Invitation = {
  readonly name: string;
  readonly roster: SignedRoster;
  readonly plan: Plan;
  readonly coordinator: { readonly url: string; readonly key: Uint8Array };
};

/** @throws whatever its stations throw; NOTHING_TO_LEARN when a file is not taken in as a whole */
export async function preparePartner(
  workspace: Workspace,
  { id, name, files, steward, chemistryKey, rules, keepLast, workers }: PilotPartnerSettings,
  control: Control,
): Promise<PreparedPartner> {
  const { catalog } = workspace;
  signIn(workspace, steward);
  writeSetting(catalog, keepLastSetting, keepLast);
  writeChemistryParameters(catalog, chemistryParameters(chemistryKey));
  writeTaskRules(catalog, rules);
  const keys = signingKeys(new Uint8Array(randomBytes(32)));
  addIdentity(catalog, { partnerId: id, name, ...keys, madeAt: new Date().toISOString() });

  const imports: Pick<ImportOutcome, 'file' | 'outcome' | 'report'>[] = [];
  for (const path of files) {
    const { file, outcome, report } = await importFile(workspace, { path, person: steward.name }, control);
    if (outcome !== 'imported') throw new ChoraleError('NOTHING_TO_LEARN', { reason: `${basename(path)}: ${outcome}` });
    imports.push({ file, outcome, report });
  }
  const chemistry = await openChemistry({ parameters: readChemistryParameters(catalog), workers });
  const structures = await standardiseCatalog(workspace, chemistry, control).finally(() => chemistry.close());
  const { trainingTasks, labels } = buildTasks(workspace, rules, control);
  return {
    id,
    name,
    publicKey: toBase64url(partnerKeys(catalog).publicKey),
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

export const signRosterAs = (workspace: Workspace, id: string, signed: SignedRoster): SignedRoster =>
  withSignature(signed, id, partnerKeys(workspace.catalog));

export function joinConsortium({ catalog }: Workspace, { name, roster, plan, coordinator }: Invitation): void {
  writeConsortium(catalog, {
    series: plan.series,
    name,
    rosterHash: rosterHash(roster.roster),
    signedRoster: roster,
    plan,
    planHash: planHash(plan),
    coordinator,
    joinedAt: new Date().toISOString(),
  });
}

/** What an officer does once instead of before every round: all checks must pass, up to this round. */
export function approveRounds(workspace: Workspace, plan: Plan, officer: Person, lastRound: number): void {
  giveStandingApproval(workspace, { series: plan.series, planHash: planHash(plan), lastRound, person: officer });
}

export const takePart = (
  workspace: Workspace,
  series: string,
  control: Control,
  spawnTraining: SpawnTraining,
): Promise<Participation> => participate(workspace, { series }, control, { jobId: null, spawnTraining });
