/**
 * Rows of the trunk's first layer that few partners touch: such a row is its partners' own, masked or not. Before the
 * first round the partners count, in a sum under the same masks, how many of them touch each row, and rows of too few
 * are frozen for the series: they are not sent, and no partner changes them.
 */
import type { Plan } from './plan.ts';
import { unpack } from './ring.ts';
import { type AppliedSum, applySum, type GlobalState, trunkHash } from './server-optimiser.ts';

/** The round in which rows are counted. */
export const countingRound = 0;

/** What a partner counts as done when a series begins: round 0 is to come where the plan asks for counts. */
export const roundsBefore = ({ rareRows }: Pick<Plan, 'rareRows'>): number => (rareRows === undefined ? 0 : -1);

/** Rows of the first layer: one for each fingerprint bit. */
export const rowsOf = ({ tensors }: Pick<Plan, 'tensors'>): number => tensors[0]!.shape[0]!;

/**
 * The plan as it holds for the vector of one round: in round 0 a 0 or 1 for each row, each partner as much as any
 * other; then the trunk, without the rows that are frozen.
 * @param keptRows how many are not; null before they were counted, or where nothing is
 */
export function planOfRound(plan: Plan, round: number, keptRows: number | null): Plan {
  if (plan.rareRows === undefined) return plan;
  if (round === countingRound) {
    return {
      ...plan,
      tensors: [{ name: 'rows', shape: [rowsOf(plan)], offset: 0 }],
      encoding: { ringBits: 32, fractionBits: 0, clip: { first: 1, factor: 1, atLeast: 1 } },
      weights: Object.fromEntries(Object.keys(plan.weights).map((id) => [id, 1])),
    };
  }
  if (keptRows === null) return plan;
  const width = plan.tensors[0]!.shape[1]!;
  const missing = (rowsOf(plan) - keptRows) * width;
  const tensors = plan.tensors.map((tensor, i) =>
    i === 0 ? { ...tensor, shape: [keptRows, width] } : { ...tensor, offset: tensor.offset - missing },
  );
  return { ...plan, tensors };
}

/**
 * @param sum of round 0, packed
 * @returns the rows that enough partners touch, ascending; where there are none, the series ends
 */
export function keptRowsOf(plan: Plan, sum: Uint8Array): Uint32Array {
  const counts = unpack(sum, 32);
  const fewest = plan.rareRows!.partners;
  return Uint32Array.from([...counts.keys()].filter((row) => counts[row]! >= fewest));
}

/** @param sum of round 0, packed @returns partners that touch the least of the rows that are kept */
export function fewestPartnersOf(plan: Plan, sum: Uint8Array): number {
  const counts = unpack(sum, 32);
  return keptRowsOf(plan, sum).reduce((fewest, row) => Math.min(fewest, counts[row]!), counts.length);
}

/**
 * @param touching training compounds that set each row's bit
 * @returns 1 where they are as many as the plan asks for
 */
export const touchedRows = ({ rareRows }: Plan, touching: Uint32Array): Float32Array =>
  Float32Array.from(touching, (compounds) => (compounds >= rareRows!.compounds ? 1 : 0));

/** @param vector of all tensors @returns the vector that is sent */
export function withoutFrozen({ tensors }: Plan, vector: Float32Array, kept: Uint32Array): Float32Array {
  const width = tensors[0]!.shape[1]!;
  const after = vector.subarray(rowsOf({ tensors }) * width);
  const sent = new Float32Array(kept.length * width + after.length);
  kept.forEach((row, i) => {
    sent.set(vector.subarray(row * width, (row + 1) * width), i * width);
  });
  sent.set(after, kept.length * width);
  return sent;
}

/**
 * As `applySum`, where only some rows are in the sum: the others stay as they are, with their moments.
 * @param kept of `keptRowsOf`
 */
export function applySumToRows(
  plan: Plan,
  kept: Uint32Array,
  state: GlobalState,
  sum: Uint8Array,
  facts: Parameters<typeof applySum>[3],
): AppliedSum {
  const moved = {
    rounds: state.rounds,
    values: withoutFrozen(plan, state.values, kept),
    firstMoment: withoutFrozen(plan, state.firstMoment, kept),
    secondMoment: withoutFrozen(plan, state.secondMoment, kept),
  };
  const applied = applySum(planOfRound(plan, state.rounds + 1, kept.length), moved, sum, facts);
  const values = withFrozen(plan, state.values, applied.state.values, kept);
  return {
    state: {
      rounds: applied.state.rounds,
      values,
      firstMoment: withFrozen(plan, state.firstMoment, applied.state.firstMoment, kept),
      secondMoment: withFrozen(plan, state.secondMoment, applied.state.secondMoment, kept),
    },
    trunkHash: trunkHash(values),
    clips: applied.clips,
  };
}

/** Puts what was sent back between the frozen rows. */
function withFrozen({ tensors }: Plan, before: Float32Array, sent: Float32Array, kept: Uint32Array): Float32Array {
  const width = tensors[0]!.shape[1]!;
  const whole = before.slice();
  kept.forEach((row, i) => {
    whole.set(sent.subarray(i * width, (i + 1) * width), row * width);
  });
  whole.set(sent.subarray(kept.length * width), rowsOf({ tensors }) * width);
  return whole;
}
