/** The partners of an experiment: each one's export goes once through the product's own doors into a workspace that is kept. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAssays } from '../../catalog/assays.ts';
import { newestTaskSet } from '../../catalog/tasks.ts';
import { createWorkspace, openWorkspace, type Workspace, workspaceExists } from '../../catalog/workspace.ts';
import type { Control } from '../../contract/progress.ts';
import { defaultTaskRules, type TaskRules } from '../../tasks/rules.ts';
import { readTrainingTable, type TrainingTable } from '../../tasks/training-table.ts';
import type { PartnerExport } from '../pilot/federation-data.ts';
import { type PreparedPartner, preparePartner } from '../pilot/pilot-partner.ts';

export type ExperimentPartner = {
  readonly id: string;
  /** As the task set has it: folds, bits and auxiliary tasks as in the product. */
  readonly table: TrainingTable;
  /** Of the workspace's assays. */
  readonly assays: ReadonlyMap<number, { readonly code: string; readonly type: string }>;
};

/** Every assay with five of each class trains: what is scored is decided on the test fold. */
export const experimentRules: TaskRules = {
  ...defaultTaskRules,
  fixedThresholdQuorum: { actives: 5, inactives: 5 },
  trainingQuorum: { actives: 5, inactives: 5 },
};

/** Folds and scrambled bits follow from it: with one drawn anew, no two experiments could be compared. */
export const chemistryKey = 'chorale experiment, seed 1';

/** @throws what importing, standardising and building tasks throw; CANCELLED */
export async function preparePartners(
  folder: string,
  exports: readonly PartnerExport[],
  control: Control,
): Promise<readonly ExperimentPartner[]> {
  const passphrase = keptPassphrase(folder);
  const partners: ExperimentPartner[] = [];
  for (const [index, partnerExport] of exports.entries()) {
    control.report({ step: 'experiment.prepare', done: index, total: exports.length });
    partners.push(await preparedOnce(join(folder, 'partners', partnerExport.id), passphrase, partnerExport, control));
  }
  return partners;
}

async function preparedOnce(
  place: string,
  passphrase: string,
  { id, name, files }: PartnerExport,
  control: Control,
): Promise<ExperimentPartner> {
  const workspace = workspaceExists(place) ? openWorkspace(place, passphrase) : createWorkspace(place, passphrase);
  try {
    const done = join(place, 'prepared.json');
    if (!existsSync(done)) {
      const settings = { id, name, files, steward: { name: 'Experiment steward', role: 'steward' as const } };
      const prepared: PreparedPartner = await preparePartner(
        workspace,
        { ...settings, chemistryKey, rules: experimentRules, keepLast: null, workers: 1 },
        control,
      );
      writeFileSync(done, `${JSON.stringify(prepared, null, 2)}\n`);
    }
    return readPartner(id, workspace);
  } finally {
    workspace.close();
  }
}

function readPartner(id: string, { catalog }: Workspace): ExperimentPartner {
  return {
    id,
    table: readTrainingTable(catalog, newestTaskSet(catalog)!.id),
    assays: new Map(listAssays(catalog).map(({ id, code, assayType }) => [id, { code, type: assayType }])),
  };
}

/** Of all workspaces of the experiment, in a file that only this person may read. */
function keptPassphrase(folder: string): string {
  const file = join(folder, 'passphrase');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}
