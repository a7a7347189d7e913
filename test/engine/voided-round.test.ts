import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import { readRunPoints } from '../../src-main/catalog/runs.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { openGlobalModel } from '../../src-main/engine/participation/global-model.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { openResiduals } from '../../src-main/engine/participation/residuals.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import { readPartnerState } from '../../src-main/federation/series.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { initialTrunk } from '../../src-main/training/trainer.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';
import { type Door, through } from './training-door.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const series = 'test-1';
const rounds = 3;
const poisonedRound = 2;

let companies: SmallCompanies;
let consortium: SmallConsortium;
let workspaces: Workspace[];

beforeAll(async () => {
  companies = await prepareCompanies('voided', 150);
});

afterAll(() => companies.remove());

beforeEach(async () => {
  const recipe = { rounds, hidden: [8], localSteps: 10, dropout: 0, serverRate: 0.05, uploadSeconds: 600 };
  // Small folds move by chance; only what the door below says is far enough.
  consortium = await openConsortium(
    companies,
    { ...recipe, rareRows: usualRareRows },
    [rounds, rounds, rounds],
    (plan) => ({
      ...plan,
      voiding: { ...usualVoiding, fall: 0.15, spreads: 1e-6 },
    }),
  );
  workspaces = [...consortium.workspaces];
});

afterEach(async () => {
  for (const workspace of workspaces) workspace.close();
  await consortium.close();
});

/** What one local round began with. */
type Beginning = {
  readonly trunk: Float32Array;
  readonly residual: Float32Array | null;
  readonly head: Uint8Array | undefined;
};

const stateOf = ({ catalog }: Workspace) => readPartnerState(catalog, series)!;

function takePart(workspace: Workspace, door: Door, signal = unattended.signal): Promise<Participation> {
  const host = { jobId: null, spawnTraining: through(door, spawnTraining) };
  return participate(workspace, { series, preparedBy: steward }, { signal, report: () => {} }, host);
}

/** One partner's change is hugely wrong, once: every row that it has goes down as far as the encoding lets it. */
function poisoning(): Door {
  let trained = 0;
  return {
    localRound(_ask, { trunk }) {
      if (++trained === poisonedRound) trunk.rows.fill(-100);
    },
  };
}

/**
 * The fold of so few compounds need not tell a spoiled trunk, so this one does, and is sure: where nearly all that moved
 * went down.
 */
function seeing(hold: () => Promise<void> | undefined = () => undefined): Door {
  let before: Float32Array | undefined;
  return {
    async evaluate({ role, trunk }, { means }) {
      if (role !== 'validation') return;
      Object.assign(means, { aucPrInterval: null });
      const last = before ?? trunk.rows;
      const moved = [...trunk.rows.keys()].filter((i) => trunk.rows[i] !== last[i]);
      const fell = moved.filter((i) => trunk.rows[i]! < last[i]!);
      if (moved.length > 0 && fell.length > 0.8 * moved.length) {
        Object.assign(means, { aucPr: 0 });
        await hold();
      } else before = trunk.rows.slice();
    },
  };
}

function recording(workspace: Workspace, beginnings: Beginning[]): Door {
  let head: Uint8Array | undefined;
  return {
    restoreHead({ bytes }) {
      head = bytes.slice();
    },
    headState(_ask, bytes) {
      head = bytes.slice();
    },
    localRound({ trunk }) {
      beginnings.push({ trunk: trunk.rows.slice(), residual: residualOf(workspace), head });
    },
  };
}

function residualOf({ vault }: Workspace): Float32Array | null {
  const file = openResiduals(vault, consortium.plan).current();
  if (file === null) return null;
  const numbers = new Float32Array(file.read(0, file.bytes).buffer);
  file.close();
  return numbers;
}

function both(one: Door, other: Door): Door {
  const kinds = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Door>;
  const doors = [one, other] as readonly Record<string, ((ask: unknown, answer: unknown) => unknown) | undefined>[];
  return Object.fromEntries(
    [...kinds].map((kind) => [
      kind,
      async (ask: unknown, answer: unknown) => {
        for (const door of doors) await door[kind]?.(ask, answer);
      },
    ]),
  );
}

function expectAllWell(runs: readonly Participation[]): void {
  const { plan } = consortium;
  expect(runs.map(({ ended, roundsDone }) => [ended, roundsDone])).toEqual(Array(3).fill(['finished', rounds]));
  for (const [i, { catalog, vault }] of workspaces.entries()) {
    const told = listRounds(catalog, series, 9).map(({ round, attempt, phase }) => `${round}.${attempt} ${phase}`);
    expect(told.toSorted()).toEqual(['0.1 finished', '1.1 finished', '2.1 voided', '2.2 finished', '3.1 finished']);
    expect(readRunPoints(catalog, runs[i]!.runId, 0).map(({ step }) => step)).toEqual([1, 2, 3]);
    const { rows } = findAuditRows(catalog, { acts: ['result-voided'], limit: 9 });
    // Whoever is stopped between going back and remembering it goes back once more, and says so once more.
    expect(new Set(rows.map(({ subject }) => subject))).toEqual(new Set(['round 2']));
    // What the sums that stand lead to, for whoever never applied the other: the same trunk, to the bit.
    const { base } = stateOf(workspaces[i]!);
    const beginning = () => initialTrunk(plan.hidden, plan.recipe.initialTrunkSeed).values;
    expect(() => openGlobalModel(vault, plan, base, beginning)).not.toThrow();
    expect(base).toEqual(stateOf(workspaces[0]!).base);
  }
  for (let round = 1; round <= rounds; round++) {
    const sum = checkSum(workspaces, { series, ringBits: plan.encoding.ringBits }, round);
    expect(sum).toMatchObject({ partners: 3, mismatches: 0 });
  }
}

describe('a sum that one partner has poisoned', () => {
  it('is taken back by all, and its round begins anew from the trunk, the head and the residual before it', async () => {
    const beginnings: Beginning[][] = [[], [], []];
    const doors = workspaces.map((workspace, i) => both(recording(workspace, beginnings[i]!), seeing()));
    doors[0] = both(doors[0]!, poisoning());
    const runs = await Promise.all(workspaces.map((workspace, i) => takePart(workspace, doors[i]!)));
    expectAllWell(runs);
    for (const [first, spoiled, anew, last] of beginnings) {
      expect(anew!.trunk).toEqual(spoiled!.trunk);
      expect(anew!.head).toEqual(spoiled!.head);
      expect(anew!.residual).toEqual(spoiled!.residual);
      expect(first!.residual).toBeNull();
      expect(last!.residual).not.toEqual(anew!.residual);
      expect(last!.trunk).not.toEqual(anew!.trunk);
    }
  });

  it('is taken back once by partners that are stopped before it is decided, and while they go back', async () => {
    const decided = Promise.withResolvers<void>();
    const wentBack = Promise.withResolvers<void>();
    let isGoingBack = false;
    const [poisoner, second, third] = workspaces as [Workspace, Workspace, Workspace];
    const slow = () => decided.promise;
    const stops = [new AbortController(), new AbortController()];
    const holding: Door = {
      async restoreHead() {
        isGoingBack = true;
        await wentBack.promise;
      },
    };
    const first = takePart(poisoner, both(poisoning(), seeing(slow)));
    const stopped = takePart(second, seeing(), stops[0]!.signal);
    const held = takePart(third, both(seeing(slow), holding), stops[1]!.signal);

    await until(() => stateOfIfAny(second)?.review?.own === 'object' && stateOf(second).outbox.length === 0);
    stops[0]!.abort();
    await expect(stopped).rejects.toSatisfy(isCancelled);
    expect(stateOf(second).base.rounds).toBe(poisonedRound);
    const again = takePart(reopen(1), seeing());

    decided.resolve();
    await until(() => isGoingBack);
    expect(stateOf(third).undoing).toMatchObject({ round: poisonedRound, attempt: 1 });
    stops[1]!.abort();
    wentBack.resolve();
    await expect(held).rejects.toSatisfy(isCancelled);
    const afterwards = takePart(reopen(2), seeing());
    expectAllWell(await Promise.all([first, again, afterwards]));
  });
});

const isCancelled = (error: unknown): boolean => isChoraleError(error) && error.code === 'CANCELLED';

const stateOfIfAny = ({ catalog }: Workspace) => readPartnerState(catalog, series);

/** As after a restart: nothing is left but the folder. */
function reopen(index: number): Workspace {
  const { folder, key } = workspaces[index]!;
  const kept = key.slice();
  workspaces[index]!.close();
  const reopened = openWorkspaceWithKey(folder, kept);
  workspaces[index] = reopened;
  return reopened;
}
