/**
 * When a result is taken back by agreement. Masks hide a poisoned change until it is in the sum, so each partner looks
 * at its own validation fold after every sum, and more than the plan's share of the partners in it must object.
 *
 * A majority protects from both sides alike: partners that always object cannot void a result while they are no
 * majority, and partners that poison cannot keep one while those that see it are. A partner that cannot tell accepts.
 */
import type { Plan } from './plan.ts';

export type VoidingRule = NonNullable<Plan['voiding']>;

/** Half, a fall of 0.05 or five times the usual change, and two voided results at most before people have to talk. */
export const usualVoiding: VoidingRule = { fall: 0.05, spreads: 5, share: 0.5, mostInRound: 2, seconds: 600 };

export const isVoided = ({ share }: VoidingRule, survivors: number, objections: number): boolean =>
  objections > share * survivors;

/** Whether the result stands whatever the others still say. */
export const isSettled = ({ share }: VoidingRule, survivors: number, acceptances: number): boolean =>
  survivors - acceptances <= share * survivors;

/** Partners that must object. */
export const objectionsNeeded = ({ share }: VoidingRule, survivors: number): number =>
  Math.floor(share * survivors) + 1;

/** Rounds that a look is compared with. */
const comparedRounds = 5;
/** Rounds from which the usual change is taken. */
const recentRounds = 10;

/** What a validation fold says after a round. */
export type FoldLook = {
  /** Mean AUC-PR; null where the fold cannot tell. */
  readonly mean: number | null;
  /** Of the mean, at 95 %; null where it is not known. */
  readonly interval: { readonly low: number; readonly high: number } | null;
};

/**
 * A look at the validation fold against those before it: the best of the last five rounds, so that a fall that is
 * spread over some rounds is seen too. The limit is the plan's fall, or what this fold does anyway, where that is more:
 * so many times the median change from one round to the next, and what it could not tell from nothing if it measured
 * other compounds each time. Both looks are at the same compounds, so that is on the side of a result that is honest.
 * @param looks after each round whose result stands, oldest first
 * @param found after the result in question
 * @returns how far it fell, null while that is within the limit
 */
export function fallBeyondLimit(
  { fall, spreads }: Pick<VoidingRule, 'fall' | 'spreads'>,
  looks: readonly FoldLook[],
  found: FoldLook,
): number | null {
  const known = looks.filter(isMeasured);
  if (!isMeasured(found) || known.length === 0) return null;
  const recent = known.slice(-recentRounds - 1);
  const changes = recent.slice(1).map(({ mean }, i) => Math.abs(mean - recent[i]!.mean));
  const best = known.slice(-comparedRounds).reduce((best, look) => (look.mean > best.mean ? look : best));
  const limit = Math.max(fall, spreads * median(changes), Math.hypot(reachDown(best), reachUp(found)));
  const fell = best.mean - found.mean;
  return fell > limit ? fell : null;
}

type Measured = FoldLook & { readonly mean: number };

const isMeasured = (look: FoldLook): look is Measured => look.mean !== null;
const reachDown = ({ mean, interval }: Measured): number => (interval === null ? 0 : mean - interval.low);
const reachUp = ({ mean, interval }: Measured): number => (interval === null ? 0 : interval.high - mean);

/** What of a fall is told to the others: twentieths, rounded up. */
export const inTwentieths = (fall: number): number => Math.min(20, Math.ceil(fall * 20));

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
