import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { worstOutcome } from '../../src-main/release/check.ts';
import { membershipChecks } from '../../src-main/release/checks-membership.ts';
import { policyOf } from '../../src-main/release/policy.ts';
import { heldOutCount, taughtTasks, withHeldOut, withoutLabels } from '../../src-main/tasks/left-out.ts';
import type { TrainingTable } from '../../src-main/tasks/training-table.ts';
import { compactionOf } from '../../src-main/training/compaction.ts';
import type { Membership } from '../../src-main/training/membership.ts';
import { below, randomFrom } from '../../src-main/training/random.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import {
  initialTrunk,
  type LocalSettings,
  localRecipe,
  startTrainer,
  type Trainer,
} from '../../src-main/training/trainer.ts';
import { tableFrom } from './tables.ts';

/** Every few of the training compounds, so that what is held out is like what is learnt. */
const holdOut = (table: TrainingTable, count: number): TrainingTable => {
  const members = rowsOfRole(table, 'train');
  const every = Math.floor(members.length / count);
  return withHeldOut(table, members.filter((_, place) => place % every === 0).subarray(0, count));
};

function withoutRule(table: TrainingTable): TrainingTable {
  const random = randomFrom(3);
  return { ...table, labelValues: table.labelValues.map(() => 2 * below(random, 2) - 1) };
}

let trainer: Trainer;
beforeAll(async () => {
  trainer = await startTrainer(spawnTraining);
});
afterAll(() => trainer.close());

async function attackAfter(
  table: TrainingTable,
  rounds: number,
  settings: Partial<LocalSettings>,
): Promise<Membership> {
  await trainer.load(table);
  let trunk = initialTrunk([16], 1);
  for (let seed = 0; seed < rounds; seed++) {
    ({ trunk } = await trainer.localRound(
      { trunk, settings: { ...localRecipe, rate: 1, batch: 64, headRate: 3e-3, ...settings }, seed },
      unattended,
    ));
  }
  return trainer.membership({ trunk, seed: 1 }, unattended);
}

const policy = policyOf({}, 'always');
const outcomeOf = (found: Membership) => worstOutcome(membershipChecks({ round: 1, ...found }, policy));

/** What a model can learn from some compounds holds for others of these few bits. */
const learnable = holdOut(tableFrom(11, { rows: 3000, tasks: 3, bits: 40, bitsPerCompound: 10 }), 150);
/** Labels that follow no rule, and few compounds: all that a model can do is remember. */
const memorable = holdOut(withoutRule(tableFrom(12, { rows: 500, tasks: 4, bits: 300 })), 60);

describe('an attack on membership before release', () => {
  it('passes a model that was trained as usual', async () => {
    const found = await attackAfter(learnable, 10, { steps: 10 });
    expect(found).toMatchObject({ heldOut: 150, members: rowsOfRole(learnable, 'train').length });
    expect(found.trunkAlone?.auc.value).toBeLessThan(0.7);
    expect(outcomeOf(found)).toBe('pass');
  });

  it('blocks one that was trained to remember, and names the compounds that stand out', async () => {
    const found = await attackAfter(memorable, 40, { steps: 40, dropout: 0 });
    expect(found.withHead?.auc.low).toBeGreaterThan(0.9);
    expect(found.trunkAlone?.auc.low).toBeGreaterThan(0.8);
    expect(outcomeOf(found)).toBe('block');
    const members = new Set(rowsOfRole(memorable, 'train'));
    expect(found.exposed.every(({ row }) => members.has(row))).toBe(true);
    expect(found.exposed[0]?.heldOutAbove).toBe(0);
    const scores = found.exposed.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
  });

  it('finds the same again for the same seed', async () => {
    const [one, other] = [await attackAfter(memorable, 1, { steps: 5 }), await attackAfter(memorable, 1, { steps: 5 })];
    expect(one).toEqual(other);
  });

  it('tells nothing where too few are held out', async () => {
    const found = await attackAfter(holdOut(memorable, 10), 1, { steps: 2 });
    expect(found).toMatchObject({ heldOut: 10, withHead: null, trunkAlone: null, exposed: [] });
  });
});

describe('compounds held out', () => {
  it('are in no role, teach nothing, and are known to the forward pass all the same', () => {
    const heldOut = rowsOfRole(memorable, 'held-out');
    const inFolds = (['train', 'validation', 'test'] as const).flatMap((role) => [...rowsOfRole(memorable, role)]);
    expect(inFolds.filter((row) => heldOut.includes(row))).toEqual([]);
    expect(inFolds.length + heldOut.length).toBe(memorable.rows);
    const { rowOfBit } = compactionOf(memorable);
    for (const row of heldOut) {
      const bits = memorable.bitIndices.subarray(memorable.bitOffsets[row]!, memorable.bitOffsets[row + 1]!);
      expect(bits.every((bit) => rowOfBit[bit]! >= 0)).toBe(true);
    }
  });

  it('are two in a hundred of many, a hundred where that is enough, a tenth of few, and none of very few', () => {
    expect([100_000, 10_199, 2000, 700, 150].map(heldOutCount)).toEqual([500, 204, 100, 70, 0]);
  });
});

describe('what an amendment leaves out', () => {
  it('loses its labels, while rows and columns stay where they are', () => {
    const [first] = memorable.tasks;
    const gone = memorable.labelRows[0]!;
    const less = withoutLabels(memorable, (row, assay) => row === gone || assay === first!.assayId);
    expect(less.rows).toBe(memorable.rows);
    expect(less.tasks).toEqual(memorable.tasks);
    expect(less.labelRows.includes(gone)).toBe(false);
    expect(taughtTasks(less).tasks).toBeLessThan(memorable.tasks.length);
    expect(rowsOfRole(less, 'train')).not.toContain(gone);
  });
});
