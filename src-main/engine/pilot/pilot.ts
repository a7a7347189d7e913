/** A whole consortium on one machine: a coordinator, a process per partner, real rounds, and a check of every sum. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspaceWithKey, type Workspace } from '../../catalog/workspace.ts';
import { chemistryParameters } from '../../chemistry/parameters.ts';
import { type Control, stopIfAsked } from '../../contract/progress.ts';
import type { TaskRules } from '../../contract/tasks.ts';
import { type AloneSettings, aloneSettings } from '../../contract/training.ts';
import { startCoordinator } from '../../coordinator/start.ts';
import type { SignedCharter } from '../../federation/charter.ts';
import { signingKeys } from '../../federation/identity.ts';
import { writeInvitation } from '../../federation/invitation.ts';
import { type Plan, planHash, uploadBytes } from '../../federation/plan.ts';
import { planOfRound } from '../../federation/rare-rows.ts';
import { type Roster, readCompleteRoster, type SignedRoster } from '../../federation/roster.ts';
import { readPartnerState } from '../../federation/series.ts';
import { agreedTasks } from '../participation/agreed-tasks.ts';
import { agreedChemistry, planOf, type Recipe, rosterOf, type Weighting } from './consortium.ts';
import type { PartnerExport } from './federation-data.ts';
import { type PartnerHandle, startPartnerProcess } from './partner-handle.ts';
import { charterOfPilot, type PilotPeople, signedByAll } from './pilot-charter.ts';
import { type PilotReport, reportPartner } from './report.ts';
import { type CheckedSum, checkSum } from './sum-check.ts';

export type PilotOptions = {
  /** Where the workspaces and the coordinator's folder are made. */
  readonly folder: string;
  readonly name: string;
  readonly exports: readonly PartnerExport[];
  readonly recipe: Recipe;
  /** By compounds if not given. */
  readonly weighting?: Weighting | undefined;
  readonly rules: TaskRules;
  /** The most steps of the training alone; it ends earlier on the validation fold. */
  readonly aloneSteps: number;
  readonly seed: number;
};

const people: PilotPeople = {
  steward: { name: 'Pilot steward', role: 'steward' },
  officer: { name: 'Pilot officer', role: 'compliance' },
};
const { steward } = people;

/** So many rounds may a check of the sums lag behind. */
const keepLast = 6;

type Pilot = PartnerExport & {
  readonly handle: PartnerHandle;
  readonly workspace: Workspace;
};

/** @throws what any partner or the coordinator throws, CANCELLED */
export async function runPilot(options: PilotOptions, control: Control): Promise<PilotReport> {
  const { folder, name, exports, recipe, weighting, rules, aloneSteps, seed } = options;
  const began = performance.now();
  const secondsSince = (start: number) => (performance.now() - start) / 1000;
  const handles: PartnerHandle[] = [];
  const workspaces: Workspace[] = [];
  const closeAll = async () => {
    for (const workspace of workspaces.splice(0)) workspace.close();
    await Promise.all(handles.splice(0).map((handle) => handle.close()));
  };
  const stop = () => void closeAll();
  control.signal.addEventListener('abort', stop, { once: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  try {
    const partners = await Promise.all(
      exports.map(async (partnerExport): Promise<Pilot> => {
        const handle = startPartnerProcess();
        handles.push(handle);
        const place = join(folder, partnerExport.id);
        const key = await handle.ask('open', { folder: place, passphrase: randomBytes(24).toString('base64url') });
        const workspace = openWorkspaceWithKey(place, key);
        workspaces.push(workspace);
        return { ...partnerExport, handle, workspace };
      }),
    );

    // Folds follow from the key: with one drawn anew, no two pilots could be compared.
    const chemistryKey = `chorale pilot, seed ${seed}`;
    const { hidden, heads } = recipe;
    const alone: AloneSettings = aloneSettings.parse({ hidden: [...hidden], steps: aloneSteps, seed, heads });
    const prepared = await together(
      partners,
      'pilot.prepare',
      control,
      ({ id, name: partner, files, handle }, report) =>
        handle.ask('prepare', { id, name: partner, files, steward, chemistryKey, rules, keepLast, workers: 1 }, report),
    );
    const preparing = secondsSince(began);

    const startAlone = performance.now();
    const aloneModels = await together(partners, 'pilot.trainAlone', control, ({ handle }, report) =>
      handle.ask('trainAlone', alone, report),
    );
    const trainingAlone = secondsSince(startAlone);

    const coordinatorKeys = signingKeys(new Uint8Array(randomBytes(32)));
    const roster = await signedBy(partners, rosterOf(name, prepared, weighting));
    const agreed = planOf(roster.roster, recipe, {
      series: `pilot-${randomBytes(4).toString('hex')}`,
      chemistry: await agreedChemistry(chemistryParameters(chemistryKey)),
      tasks: agreedTasks(rules, undefined),
      coordinatorKey: coordinatorKeys.publicKey,
    });
    const { unsigned, plan } = charterOfPilot(roster.roster, agreed, people, new Date().toISOString());
    const charter = await charteredBy(partners, unsigned);
    const coordinator = await startCoordinator({
      folder: join(folder, 'coordinator'),
      roster,
      plan,
      key: coordinatorKeys,
      failed: (error) => process.stderr.write(`${String(error)}\n`),
    });
    const startRounds = performance.now();
    try {
      const invitation = writeInvitation({ coordinatorUrl: coordinator.url, roster, plan, charter, chemistryKey });
      const lastRound = recipe.rounds;
      await Promise.all(partners.map(({ handle }) => handle.ask('join', { invitation, people, lastRound })));
      const sums = watchSums(partners, plan, control);
      await Promise.all(
        partners.map(({ id, handle }) =>
          handle.ask('takePart', { series: plan.series, steward }, ({ done }) => sums.finished(id, done)),
        ),
      );
      const checked = sums.end();
      const rounds = secondsSince(startRounds);
      return {
        name,
        series: plan.series,
        planHash: planHash(plan),
        rounds: recipe.rounds,
        hidden: recipe.hidden,
        vectorBytes: uploadBytes(planOfRound(plan, recipe.rounds, keptRowsAt(partners[0]!, plan))),
        threshold: plan.threshold,
        partners: partners.map(({ workspace, truth }, index) =>
          reportPartner(workspace, prepared[index]!, truth, aloneModels[index]!, rounds / recipe.rounds),
        ),
        sums: {
          rounds: checked.length,
          numbers: checked.reduce((all, { numbers }) => all + numbers, 0),
          mismatches: checked.reduce((all, { mismatches }) => all + mismatches, 0),
          perRound: checked,
        },
        seconds: { prepare: preparing, trainAlone: trainingAlone, rounds, total: secondsSince(began) },
      };
    } finally {
      await coordinator.close();
    }
  } catch (error) {
    stopIfAsked(control);
    throw error;
  } finally {
    control.signal.removeEventListener('abort', stop);
    await closeAll();
  }
}

/** Rows of the first layer that are learnt; null where none is frozen. */
const keptRowsAt = ({ workspace: { catalog } }: Pilot, { series }: Plan): number | null =>
  readPartnerState(catalog, series)?.keptRows ?? null;

/** All partners at once; progress is the sum of what each tells. */
async function together<Result>(
  partners: readonly Pilot[],
  step: string,
  { report }: Control,
  work: (
    partner: Pilot,
    report: (progress: { readonly done: number; readonly total?: number }) => void,
  ) => Promise<Result>,
): Promise<Result[]> {
  let finished = 0;
  report({ step, done: 0, total: partners.length });
  return Promise.all(
    partners.map(async (partner) => {
      const result = await work(partner, (progress) =>
        report({ step, done: finished, total: partners.length, detail: { partner: partner.name, at: progress.done } }),
      );
      finished++;
      report({ step, done: finished, total: partners.length, detail: { partner: partner.name } });
      return result;
    }),
  );
}

/** The roster goes from one partner to the next, until each has signed. */
async function signedBy(partners: readonly Pilot[], roster: Roster): Promise<SignedRoster> {
  let text = JSON.stringify({ roster, signatures: {} } satisfies SignedRoster);
  for (const { handle } of partners) text = await handle.ask('signRoster', { roster: text });
  return readCompleteRoster(JSON.parse(text));
}

/** And so does its charter. */
async function charteredBy(partners: readonly Pilot[], unsigned: string): Promise<SignedCharter> {
  let text = unsigned;
  for (const { handle } of partners) text = await handle.ask('signCharter', { charter: text });
  return signedByAll(text);
}

/** Checks the sum of each round as soon as every partner has applied it. */
function watchSums(partners: readonly Pilot[], { series, encoding, recipe: { rounds } }: Plan, { report }: Control) {
  const place = { series, ringBits: encoding.ringBits };
  const applied = new Map(partners.map(({ id }) => [id, 0]));
  const checked: CheckedSum[] = [];
  const workspaces = partners.map(({ workspace }) => workspace);
  const checkUpTo = (round: number) => {
    while (checked.length < round) checked.push(checkSum(workspaces, place, checked.length + 1));
  };
  return {
    finished(partner: string, done: number): void {
      applied.set(partner, done);
      const all = Math.min(...applied.values());
      checkUpTo(all);
      report({ step: 'pilot.rounds', done: all, total: rounds });
    },
    end(): readonly CheckedSum[] {
      checkUpTo(rounds);
      return checked;
    },
  };
}
