/** The invented consortium of a sample workspace: two neighbours and a coordinator in its own folder, alive as long as the job runs. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setParticipationJob } from '../../catalog/consortium.ts';
import type { Catalog } from '../../catalog/open.ts';
import { readSetting, writeSetting } from '../../catalog/settings.ts';
import { createWorkspace, openWorkspace, type Workspace, workspaceExists } from '../../catalog/workspace.ts';
import { chemistryParameters } from '../../chemistry/parameters.ts';
import type { Control } from '../../contract/progress.ts';
import type { Person } from '../../contract/settings.ts';
import { aloneSettings } from '../../contract/training.ts';
import { type Coordinator, startCoordinator } from '../../coordinator/start.ts';
import { type Charter, charterText, type SignedCharter } from '../../federation/charter.ts';
import { type SigningKeys, signingKeys } from '../../federation/identity.ts';
import { signRosterText, writeInvitation } from '../../federation/invitation.ts';
import type { Plan } from '../../federation/plan.ts';
import { type Roster, readCompleteRoster, type SignedRoster } from '../../federation/roster.ts';
import { readConsortium } from '../../federation/series.ts';
import { inventedPerson } from '../../release/accounts.ts';
import { signCharterText } from '../../release/consent-acts.ts';
import { defaultTaskRules } from '../../tasks/rules.ts';
import type { JobHost } from '../host.ts';
import { agreedTasks } from '../participation/agreed-tasks.ts';
import { type Participation, participate } from '../participation/participate.ts';
import { agreedChemistry, planOf, type Recipe, rosterOf } from '../pilot/consortium.ts';
import { charterOfPilot, signedByAll as underAllSignatures } from '../pilot/pilot-charter.ts';
import { joinWithApproval, preparePartner, trainPartnerAlone } from '../pilot/pilot-partner.ts';
import { openPreferences } from '../preferences.ts';
import { writeSampleExports } from './data.ts';

const consortiumName = 'Decima';
const seed = 'one';
const series = 'decima-sample';
/** A small trunk learns in few rounds with many local steps; the last round gives a person a week. */
const recipe: Recipe = {
  rounds: 8,
  hidden: [32],
  localSteps: 100,
  dropout: 0.2,
  serverRate: 0.05,
  uploadSeconds: 7 * 24 * 3600,
};

/** The packages of all rounds but the last go under a standing approval; the last waits for whoever looks at the sample. */
const approvedRounds = recipe.rounds - 1;

/** Enough for a curve that bends, in seconds. */
const alone = aloneSettings.parse({ hidden: [...recipe.hidden], steps: 400, evaluateEvery: 20 });

const steward: Person = { name: 'Mara Lindner', role: 'steward' };
const officer: Person = { name: 'Jonas Wirth', role: 'compliance' };
const people = { steward, officer };

/** What a restart needs to open the neighbours and the coordinator again; it lies in the encrypted catalog. */
type Neighbourhood = {
  readonly chemistryKey: string;
  readonly passphrase: string;
  /** Of the coordinator's keys, base64url. */
  readonly coordinatorSeed: string;
  /** Partners know the coordinator by its address, so it comes back at the same port; 0 before its first start. */
  readonly port: number;
};

const settingName = 'sample.neighbourhood';

type Needs = Pick<JobHost, 'jobId' | 'spawnTraining' | 'configurationFolder'>;

/**
 * Fills the workspace with one company's data, trains alone, and takes part in eight rounds with two neighbours. Started
 * again after a kill, it goes on where it stood.
 * @returns when the last round is done, which needs the approval of a person
 */
export async function runSample(workspace: Workspace, control: Control, needs: Needs): Promise<Participation> {
  const { catalog, folder } = workspace;
  const neighbourhood = readSetting<Neighbourhood>(catalog, settingName) ?? newNeighbourhood(workspace);
  const neighbours: Workspace[] = [];
  let coordinator: Coordinator | undefined;
  try {
    for (const id of ['neighbour-1', 'neighbour-2'])
      neighbours.push(openNeighbour(folder, id, neighbourhood.passphrase));
    const partners = [workspace, ...neighbours];
    const joined = readConsortium(catalog, series);
    coordinator =
      joined === undefined
        ? await found(workspace, partners, neighbourhood, control, needs)
        : await openCoordinator(folder, neighbourhood, joined.signedRoster, joined.plan);
    setParticipationJob(catalog, series, needs.jobId);
    return await takePart(workspace, neighbours, control, needs);
  } finally {
    await coordinator?.close();
    for (const neighbour of neighbours) neighbour.close();
  }
}

/** From nothing to three partners that have joined. */
async function found(
  workspace: Workspace,
  partners: readonly Workspace[],
  neighbourhood: Neighbourhood,
  control: Control,
  { spawnTraining, configurationFolder }: Needs,
): Promise<Coordinator> {
  const { chemistryKey } = neighbourhood;
  const exports = await mkdtemp(join(tmpdir(), 'chorale-sample-'));
  const prepared = [];
  try {
    const companies = await writeSampleExports(exports, seed);
    for (const [index, partner] of partners.entries()) {
      const { name, file } = companies[index]!;
      const settings = {
        id: name.toLowerCase(),
        name,
        files: [file] as const,
        steward,
        chemistryKey,
        keepLast: null,
      };
      prepared.push(await preparePartner(partner, { ...settings, rules: defaultTaskRules, workers: 1 }, control));
    }
  } finally {
    await rm(exports, { recursive: true, force: true });
  }
  await trainPartnerAlone(workspace, alone, control, spawnTraining);

  const roster = signedByAll(rosterOf(consortiumName, prepared), partners);
  const chemistry = await agreedChemistry(chemistryParameters(chemistryKey));
  const coordinatorKey = coordinatorKeys(neighbourhood).publicKey;
  const tasks = agreedTasks(defaultTaskRules, undefined);
  const agreed = planOf(roster.roster, recipe, { series, chemistry, tasks, coordinatorKey });
  const language = openPreferences(configurationFolder).read().language === 'ja' ? 'ja' : 'en';
  const { charter, plan } = charteredByAll(roster.roster, agreed, partners, language);
  const coordinator = await openCoordinator(workspace.folder, neighbourhood, roster, plan);
  writeSetting(workspace.catalog, settingName, { ...neighbourhood, port: Number(new URL(coordinator.url).port) });
  const invitation = writeInvitation({ coordinatorUrl: coordinator.url, roster, plan, charter, chemistryKey });
  // The own workspace last: once it has joined, a restart counts on the others.
  for (const partner of partners.toReversed()) {
    await joinWithApproval(partner, invitation, people, partner === workspace ? approvedRounds : recipe.rounds);
  }
  return coordinator;
}

/** All three in this thread. When one of them can't go on, none can; when the own one pauses or leaves, all rest. */
async function takePart(
  workspace: Workspace,
  neighbours: readonly Workspace[],
  control: Control,
  { jobId, spawnTraining }: Needs,
): Promise<Participation> {
  const stop = new AbortController();
  const signal = AbortSignal.any([control.signal, stop.signal]);
  const request = { series, preparedBy: steward };
  const own = { series, preparedBy: stewardOf(workspace) };
  const participations = [
    participate(workspace, own, { signal, report: control.report }, { jobId, spawnTraining }),
    ...neighbours.map((neighbour) =>
      participate(neighbour, request, { signal, report: () => {} }, { jobId: null, spawnTraining }),
    ),
  ];
  try {
    const [mine, ...others] = participations;
    const neighbourly = Promise.all(others);
    const ended = await Promise.race([mine!, neighbourly.then(() => mine!)]);
    if (ended.ended === 'finished') await neighbourly;
    return ended;
  } finally {
    stop.abort();
    await Promise.allSettled(participations);
  }
}

/** With an account, so that whoever approves can be told from whoever has prepared. */
function stewardOf({ catalog }: Workspace): Person {
  const invented = inventedPerson(catalog, steward.role);
  return invented === undefined ? steward : { id: invented.id, name: invented.name, role: steward.role };
}

/** Whether the consortium of this workspace is the sample's own, which only the sample's job brings to life. */
export const hasNeighbourhood = (catalog: Catalog): boolean => readSetting(catalog, settingName) !== undefined;

function newNeighbourhood({ catalog }: Workspace): Neighbourhood {
  const secret = () => randomBytes(32).toString('base64url');
  const made = { chemistryKey: secret(), passphrase: secret(), coordinatorSeed: secret(), port: 0 };
  writeSetting(catalog, settingName, made);
  return made;
}

function openNeighbour(folder: string, id: string, passphrase: string): Workspace {
  const place = join(folder, 'neighbours', id);
  return workspaceExists(place) ? openWorkspace(place, passphrase) : createWorkspace(place, passphrase);
}

const openCoordinator = (
  folder: string,
  neighbourhood: Neighbourhood,
  roster: SignedRoster,
  plan: Plan,
): Promise<Coordinator> =>
  startCoordinator({
    folder: join(folder, 'neighbours', 'coordinator'),
    roster,
    plan,
    key: coordinatorKeys(neighbourhood),
    port: neighbourhood.port,
  });

const coordinatorKeys = ({ coordinatorSeed }: Neighbourhood): SigningKeys =>
  signingKeys(new Uint8Array(Buffer.from(coordinatorSeed, 'base64url')));

function signedByAll(roster: Roster, partners: readonly Workspace[]): SignedRoster {
  const unsigned = JSON.stringify({ roster, signatures: {} } satisfies SignedRoster);
  const text = partners.reduce((signed, { catalog }) => signRosterText(catalog, signed).roster, unsigned);
  return readCompleteRoster(JSON.parse(text));
}

/** The charter in the language of whoever looks at the sample, and the plan that names it. */
function charteredByAll(
  roster: Roster,
  agreed: Plan,
  partners: readonly Workspace[],
  language: Charter['language'],
): { readonly charter: SignedCharter; readonly plan: Plan } {
  const { unsigned, plan } = charterOfPilot(roster, agreed, people, new Date().toISOString(), language);
  const text = partners.reduce(
    (signed, { catalog }) => charterText(signCharterText(catalog, signed, 'engine')),
    unsigned,
  );
  return { charter: underAllSignatures(text), plan };
}
