/** Three invented companies with few compounds: prepared once for a test file, copied for each test, and joined under a coordinator. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkspace, openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { agreedTasks } from '../../src-main/engine/participation/agreed-tasks.ts';
import {
  type AgreedChemistry,
  agreedChemistry,
  planOf,
  type Recipe,
  rosterOf,
} from '../../src-main/engine/pilot/consortium.ts';
import { charterOfPilot, signedByAll } from '../../src-main/engine/pilot/pilot-charter.ts';
import { joinWithApproval, type PreparedPartner, preparePartner } from '../../src-main/engine/pilot/pilot-partner.ts';
import { writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { charterText } from '../../src-main/federation/charter.ts';
import { type SigningKeys, signingKeys } from '../../src-main/federation/identity.ts';
import { signRosterText, writeInvitation } from '../../src-main/federation/invitation.ts';
import type { Plan } from '../../src-main/federation/plan.ts';
import { readCompleteRoster, type SignedRoster } from '../../src-main/federation/roster.ts';
import { signCharterText } from '../../src-main/release/consent-acts.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';

export const steward: Person = { name: 'Mara Lindner', role: 'steward' };
export const officer: Person = { name: 'Jonas Wirth', role: 'compliance' };
export const people = { steward, officer };
export const passphrase = 'correct horse battery';
export const chemistryKey = 'a key that three companies share';

const fewLabels = { actives: 10, inactives: 10 };
export const smallRules = { ...defaultTaskRules, fixedThresholdQuorum: fewLabels, trainingQuorum: fewLabels };

export type SmallCompanies = {
  readonly partners: readonly PreparedPartner[];
  readonly chemistry: AgreedChemistry;
  /** Copies of the workspaces, below this folder. */
  readonly copy: (folder: string) => Workspace[];
  readonly remove: () => void;
};

/** @param compounds of each company */
export async function prepareCompanies(seed: string, compounds: number): Promise<SmallCompanies> {
  const prepared = mkdtempSync(join(tmpdir(), 'chorale-prepared-'));
  const companies = await writeSampleExports(join(prepared, 'exports'), seed);
  const made = await Promise.all(
    companies.map(async ({ name, file }) => {
      keepFew(file, compounds);
      const id = name.toLowerCase();
      const workspace = createWorkspace(join(prepared, id), passphrase);
      const files = [file] as const;
      const settings = { id, name, files, steward, chemistryKey, keepLast: null, workers: 1, rules: smallRules };
      const partner = await preparePartner(workspace, settings, unattended);
      workspace.close();
      return { partner, key: workspace.key };
    }),
  );
  return {
    partners: made.map(({ partner }) => partner),
    chemistry: await agreedChemistry(chemistryParameters(chemistryKey)),
    copy: (folder) =>
      made.map(({ partner: { id }, key }) => {
        cpSync(join(prepared, id), join(folder, id), { recursive: true });
        return openWorkspaceWithKey(join(folder, id), key);
      }),
    remove: () => rmSync(prepared, { recursive: true, force: true }),
  };
}

/** Each line of a sample export begins with the compound that it is about. */
export function keepFew(file: string, compounds: number): void {
  const [head, ...lines] = readFileSync(file, 'utf8').split('\n');
  const known = new Set<string>();
  const kept = lines.filter((line) => {
    const id = line.split(/[,;]/, 1)[0]!;
    if (known.size < compounds) known.add(id);
    return known.has(id);
  });
  writeFileSync(file, [head, ...kept].join('\n'));
}

export type SmallConsortium = {
  readonly folder: string;
  readonly workspaces: readonly [Workspace, Workspace, Workspace];
  readonly roster: SignedRoster;
  readonly plan: Plan;
  readonly coordinatorKeys: SigningKeys;
  readonly coordinator: Coordinator;
  readonly invitation: string;
  readonly close: () => Promise<void>;
};

/**
 * @param approvedRounds up to which each partner's packages go by a standing approval
 * @param change to the plan, before anybody joins
 * @param reached where the partners reach the coordinator, such as through a relay
 * @param chartered whether there is a charter, which steward and officer of every partner consent to
 */
export async function openConsortium(
  companies: SmallCompanies,
  recipe: Recipe,
  approvedRounds: readonly number[],
  change: (plan: Plan) => Plan = (plan) => plan,
  reached: (coordinatorUrl: string) => Promise<string> = async (url) => url,
  chartered = false,
): Promise<SmallConsortium> {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-rounds-'));
  const workspaces = companies.copy(folder) as [Workspace, Workspace, Workspace];
  const coordinatorKeys = signingKeys(Uint8Array.from({ length: 32 }, (_, i) => i));
  const unsigned = JSON.stringify({
    roster: rosterOf('Test', companies.partners),
    signatures: {},
  } satisfies SignedRoster);
  const roster = readCompleteRoster(
    JSON.parse(workspaces.reduce((text, { catalog }) => signRosterText(catalog, text).roster, unsigned)),
  );
  const agreement = {
    series: 'test-1',
    chemistry: companies.chemistry,
    tasks: agreedTasks(smallRules, undefined),
    coordinatorKey: coordinatorKeys.publicKey,
  };
  const agreed = change(planOf(roster.roster, recipe, agreement));
  const { unsigned: draft, plan: withCharter } = charterOfPilot(
    roster.roster,
    agreed,
    people,
    new Date().toISOString(),
  );
  const plan = chartered ? withCharter : agreed;
  const charter = workspaces.reduce(
    (text, { catalog }) => charterText(signCharterText(catalog, text, officer.name)),
    draft,
  );
  const coordinator = await startCoordinator({
    folder: join(folder, 'coordinator'),
    roster,
    plan,
    key: coordinatorKeys,
  });
  const coordinatorUrl = await reached(coordinator.url);
  const invitation = writeInvitation({
    ...{ coordinatorUrl, roster, plan, chemistryKey },
    ...(chartered ? { charter: signedByAll(charter) } : {}),
  });
  for (const [i, workspace] of workspaces.entries()) {
    await joinWithApproval(workspace, invitation, people, approvedRounds[i]!);
  }
  return {
    ...{ folder, workspaces, roster, plan, coordinatorKeys, coordinator, invitation },
    async close() {
      await coordinator.close();
      for (const workspace of workspaces) workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without a limit of its own: the test's is enough. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
