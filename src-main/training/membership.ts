/**
 * Attacks a trunk before its change may leave: members of the training set against compounds that were kept out of it.
 * Loss threshold (Yeom et al. 2018), with the trunk's own head and with one refitted on the trunk alone, which is all
 * that leaves. The calibrated variant takes off what the task's base rate alone would lose (after Watson et al. 2022,
 * without shadow models); the stronger of the two is told.
 */
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { fewestHeldOut } from '../tasks/left-out.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { type AttackResult, attackResult } from './attack.ts';
import type { CompactTrunk } from './compaction.ts';
import { bitFeeds, chunk } from './evaluation.ts';
import { foldGraph } from './forward-graph.ts';
import { type HeadState, newHead } from './head.ts';
import { openHeadStepper, type Tops } from './head-stepper.ts';
import { catalogueOf, valueScale } from './labels.ts';
import { batchSize, type Lesson, namedTrunk, takeSteps } from './lesson.ts';
import { classifying, parameterTensors } from './network-shape.ts';
import { modelBytes } from './onnx/graph.ts';
import { randomFrom, shuffle } from './random.ts';
import { topsOf } from './retrain.ts';
import { rowsOfRole } from './roles.ts';
import { floats, openSession } from './session.ts';

export type MembershipRequest = {
  /** With all compact rows: as it would be known to whoever unmasked this partner's change. */
  readonly trunk: CompactTrunk;
  readonly hidden: readonly number[];
  readonly seed: number;
};

export type Attack = AttackResult & { readonly attack: 'loss' | 'calibrated' };

export type Membership = {
  readonly members: number;
  readonly heldOut: number;
  /** Members that the figures are of; more add nothing where those kept out are few. */
  readonly attacked: number;
  /** Null where too few are kept out to tell. */
  readonly withHead: Attack | null;
  /** Null also where too few members have classes to refit a head on. */
  readonly trunkAlone: Attack | null;
  /** Rows of the table whose compounds stand out the most, the most first; with the share of those kept out that score higher. */
  readonly exposed: readonly { readonly row: number; readonly score: number; readonly heldOutAbove: number }[];
};

const mostAttacked = 2000;
const mostExposed = 20;

/** A linear head, fast: what it has not learnt after so many steps it does not learn from so few compounds. */
const refit = { fewestRows: 50, steps: 300, rate: 3e-3, dropout: 0.2 } as const;

/** @throws CANCELLED between two chunks of compounds and two runs of steps */
export async function attackMembership(
  lesson: Lesson,
  head: HeadState,
  { trunk, hidden, seed }: MembershipRequest,
  control: Control,
): Promise<Membership> {
  const { table, trainingRows } = lesson;
  const heldOut = rowsOfRole(table, 'held-out');
  const attacked = sample(trainingRows, mostAttacked, seed);
  const counts = { members: trainingRows.length, heldOut: heldOut.length, attacked: attacked.length };
  if (heldOut.length < fewestHeldOut) return { ...counts, withHead: null, trunkAlone: null, exposed: [] };

  const losses = emptyLosses(table);
  await addOwnHead(losses, lesson, head, { trunk, hidden }, [trainingRows, heldOut], control);
  const alone = emptyLosses(table);
  const isRefitted = await addRefitted(alone, lesson, { trunk, hidden, seed }, attacked, heldOut, control);
  return {
    ...counts,
    withHead: strongest(losses, attacked, heldOut, seed),
    trunkAlone: isRefitted ? strongest(alone, attacked, heldOut, seed) : null,
    exposed: mostExposedOf(losses, trainingRows, heldOut),
  };
}

/** By row of the table, summed over its labels: what the model loses, and what its base rate alone would. */
type Losses = {
  readonly model: Float64Array;
  readonly prior: Float64Array;
  readonly labels: Uint32Array;
  /** Losses of an inactive and an active label under the base rate of each task. */
  readonly priors: readonly (readonly [number, number])[];
};

function emptyLosses(table: TrainingTable): Losses {
  const active = new Float64Array(table.tasks.length).fill(1);
  const all = new Float64Array(table.tasks.length).fill(2);
  table.labelTasks.forEach((task, at) => {
    all[task]!++;
    if (table.labelValues[at] === 1) active[task]!++;
  });
  return {
    model: new Float64Array(table.rows),
    prior: new Float64Array(table.rows),
    labels: new Uint32Array(table.rows),
    priors: table.tasks.map((_, task) => {
      const rate = active[task]! / all[task]!;
      return [-Math.log(1 - rate), -Math.log(rate)];
    }),
  };
}

/** @returns the higher, the surer that it is a member */
const scoresOf: Readonly<Record<Attack['attack'], (losses: Losses, row: number) => number>> = {
  loss: ({ model, labels }, row) => -model[row]! / labels[row]!,
  calibrated: ({ model, prior, labels }, row) => (prior[row]! - model[row]!) / labels[row]!,
};

function strongest(losses: Losses, members: Uint32Array, heldOut: Uint32Array, seed: number): Attack | null {
  const judged = (rows: Uint32Array) => rows.filter((row) => losses.labels[row]! > 0);
  const [inside, outside] = [judged(members), judged(heldOut)];
  if (inside.length === 0 || outside.length < fewestHeldOut) return null;
  const [byLoss, calibrated] = (['loss', 'calibrated'] as const).map((attack): Attack => {
    const scores = (rows: Uint32Array) => Float64Array.from(rows, (row) => scoresOf[attack](losses, row));
    return { attack, ...attackResult(scores(inside), scores(outside), seed) };
  }) as [Attack, Attack];
  return calibrated.auc.value > byLoss.auc.value ? calibrated : byLoss;
}

/** The compounds to leave out first: how surely a member is told hangs on the base rates taken off. */
function mostExposedOf(losses: Losses, members: Uint32Array, heldOut: Uint32Array): Membership['exposed'] {
  const scoreOf = (row: number) => scoresOf.calibrated(losses, row);
  const others = Float64Array.from(heldOut, scoreOf).sort();
  return [...members]
    .map((row) => ({ row, score: scoreOf(row) }))
    .sort((one, other) => other.score - one.score || one.row - other.row)
    .slice(0, mostExposed)
    .map(({ row, score }) => ({
      row,
      score,
      heldOutAbove: others.filter((other) => other > score).length / others.length,
    }));
}

const crossEntropy = (logit: number, active: boolean): number =>
  Math.max(logit, 0) - (active ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));

/** Where the labels of each row begin among those of the table, which are sorted by row. */
function startsOf(rows: number, labelRows: Uint32Array): Uint32Array {
  const starts = new Uint32Array(rows + 1);
  for (const row of labelRows) starts[row + 1]!++;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  return starts;
}

type Trunk = Pick<MembershipRequest, 'trunk' | 'hidden'>;

async function addOwnHead(
  losses: Losses,
  { table, compaction }: Lesson,
  { heads, settings, tensors }: HeadState,
  { trunk, hidden }: Trunk,
  groups: readonly Uint32Array[],
  control: Control,
): Promise<void> {
  const shape = { rows: compaction.bits.length, hidden, heads };
  const parameters: Readonly<Record<string, Float32Array>> = { ...namedTrunk(trunk), ...tensors };
  const weights = Object.fromEntries(
    parameterTensors(shape).map(({ name, shape }) => [name, floats(parameters[name]!, shape)]),
  );
  const starts = startsOf(table.rows, table.labelRows);
  const { regression } = table;
  const valueStarts = regression === undefined ? undefined : startsOf(table.rows, regression.rows);
  const { means, deviations } = valueScale(table, settings);
  const session = await openSession(modelBytes(foldGraph(shape, catalogueOf(table).columns)), 1);
  try {
    for (const rows of groups) {
      for (let start = 0; start < rows.length; start += chunk) {
        stopIfAsked(control);
        const part = rows.subarray(start, start + chunk);
        const { logits, values } = await session.run({ ...weights, ...bitFeeds(table, compaction, part) });
        part.forEach((row, place) => {
          if (logits !== undefined) addClasses(row, place, logits.data as Float32Array);
          if (values !== undefined) addValues(row, place, values.data as Float32Array);
        });
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    await session.release();
  }

  function addClasses(row: number, place: number, logits: Float32Array): void {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const task = table.labelTasks[at]!;
      addLabel(losses, table, at, logits[place * table.tasks.length + task]!);
    }
  }

  /** Half a squared error in the task's deviations, a censored one on its wrong side only; without a model it is a half. */
  function addValues(row: number, place: number, values: Float32Array): void {
    if (regression === undefined || valueStarts === undefined) return;
    for (let at = valueStarts[row]!; at < valueStarts[row + 1]!; at++) {
      const [task, censor] = [regression.columns[at]!, regression.censors[at]!];
      const wanted = (regression.values[at]! - means[task]!) / deviations[task]!;
      const short = wanted - values[place * regression.tasks.length + task]!;
      losses.model[row]! += (censor === 0 ? short : Math.max(0, censor * short)) ** 2 / 2;
      losses.prior[row]! += 0.5;
      losses.labels[row]!++;
    }
  }
}

function addLabel(losses: Losses, { labelRows, labelTasks, labelValues }: TrainingTable, at: number, logit: number) {
  const [row, active] = [labelRows[at]!, labelValues[at] === 1];
  losses.model[row]! += crossEntropy(logit, active);
  losses.prior[row]! += losses.priors[labelTasks[at]!]![active ? 1 : 0];
  losses.labels[row]!++;
}

/**
 * As one would who knows half of the members, and looks for the other half: a linear head is refitted on one half, the
 * other is attacked with it, and the other way round. Those kept out are halved too, and teach neither head.
 * @returns false where too few compounds have classes to refit a head on
 */
async function addRefitted(
  losses: Losses,
  lesson: Lesson,
  { trunk, hidden, seed }: MembershipRequest,
  attacked: Uint32Array,
  heldOut: Uint32Array,
  control: Control,
): Promise<boolean> {
  const { table } = lesson;
  const starts = startsOf(table.rows, table.labelRows);
  const classified = (rows: Uint32Array) => rows.filter((row) => starts[row + 1]! > starts[row]!);
  const members = halves(classified(attacked), seed);
  const others = halves(classified(heldOut), seed + 1);
  if (members[1].length < refit.fewestRows) return false;

  const width = hidden.at(-1)!;
  const heads = classifying(table.tasks.length);
  const weights = namedTrunk(trunk);
  for (const [known, sought] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const taught = members[known];
    const first = newHead(width, heads, seed);
    const stepper = await openHeadStepper(
      { heads, width, batch: batchSize(null, taught.length) },
      await topsOf(lesson, taught, hidden, weights, control),
      first.tensors,
    );
    try {
      const course = {
        heads: {},
        steps: refit.steps,
        dropout: { units: refit.dropout, bits: 0 },
        trunkRate: refit.rate,
        headRate: refit.rate,
        seed,
        taken: 0,
      };
      await takeSteps({ ...lesson, trainingRows: taught }, stepper, course, refit.steps, control, async () => true);
      const state = await stepper.state();
      const linear = { weight: state['head.weight']!, bias: state['head.bias']! };
      const rows = Uint32Array.of(...members[sought], ...others[sought]);
      const tops = await topsOf(lesson, rows, hidden, weights, control);
      for (const row of rows) {
        for (let at = starts[row]!; at < starts[row + 1]!; at++) {
          addLabel(losses, table, at, logitOf(linear, tops, width, row, table.labelTasks[at]!));
        }
      }
    } finally {
      await stepper.close();
    }
  }
  return true;
}

function logitOf(
  { weight, bias }: { readonly weight: Float32Array; readonly bias: Float32Array },
  { values, placeOfRow }: Tops,
  width: number,
  row: number,
  task: number,
): number {
  const from = placeOfRow[row]! * width;
  let sum = bias[task]!;
  for (let unit = 0; unit < width; unit++) {
    const top = values[from + unit]!;
    if (top > 0) sum += top * weight[task * width + unit]!;
  }
  return sum;
}

function halves(rows: Uint32Array, seed: number): readonly [Uint32Array, Uint32Array] {
  const mixed = rows.slice();
  shuffle(mixed, randomFrom(seed, 6));
  const half = Math.ceil(rows.length / 2);
  return [mixed.subarray(0, half), mixed.subarray(half)];
}

/** In the order in which they stand in the table. */
function sample(rows: Uint32Array, most: number, seed: number): Uint32Array {
  if (rows.length <= most) return rows;
  const mixed = rows.slice();
  shuffle(mixed, randomFrom(seed, 5));
  return mixed.subarray(0, most).sort();
}
