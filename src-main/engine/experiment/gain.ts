/** What learning together is worth: paired relative gains in AUC-PR, with intervals by bootstrap over targets. */
import { below, randomFrom } from '../../training/random.ts';

/** One task of one partner on one test fold, as two models reach it. */
export type Pair = {
  readonly partner: string;
  readonly size: PartnerSize;
  /** What the assay measures: assays of one target at different partners are not independent. */
  readonly target: string;
  /** Partners that measure this target. */
  readonly sharedBy: number;
  /** AUC-PR of the model that the partner trains alone, and of the one that is held against it. */
  readonly alone: number;
  readonly other: number;
};

/** How much data a partner has beside the others: the fifth with most compounds, half with fewest, those between. */
export type PartnerSize = (typeof partnerSizes)[number];
export const partnerSizes = ['rich', 'middle', 'poor'] as const;

/** @param partners at least three */
export function sizesOf(
  partners: readonly { readonly id: string; readonly compounds: number }[],
): ReadonlyMap<string, PartnerSize> {
  const [rich, poor] = [Math.ceil(partners.length / 5), Math.floor(partners.length / 2)];
  const bySize = partners.toSorted((one, other) => other.compounds - one.compounds);
  return new Map(
    bySize.map(({ id }, place) => [id, place < rich ? 'rich' : place < partners.length - poor ? 'middle' : 'poor']),
  );
}

export type GroupGain = {
  readonly group: string;
  readonly pairs: number;
  readonly targets: number;
  /** Mean AUC-PR. */
  readonly alone: number;
  readonly other: number;
  /** Of the mean AUC-PR: other / alone - 1. */
  readonly gain: number;
  /** 95 % of the gain; null below five targets. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Share of the way from alone to a perfect 1 that the other goes (MELLODDY's RIPtoP). */
  readonly towardsPerfect: number;
};

type Group = readonly [name: string, belongs: (pair: Pair) => boolean];

const sizes: readonly Group[] = [
  ['all', () => true],
  ...partnerSizes.map((name): Group => [name, ({ size }) => size === name]),
];

/** What others could teach about a target at all. */
const shares: readonly Group[] = [
  ['1 partner', ({ sharedBy }) => sharedBy === 1],
  ['2-4 partners', ({ sharedBy }) => sharedBy >= 2 && sharedBy <= 4],
  ['5-7 partners', ({ sharedBy }) => sharedBy >= 5 && sharedBy <= 7],
  ['8 or more', ({ sharedBy }) => sharedBy >= 8],
];

/** All, by the partner's size, each partner, by how many measure the target; groups without a pair are left out. */
export function groupGains(pairs: readonly Pair[]): readonly GroupGain[] {
  const partners = [...new Set(pairs.map(({ partner }) => partner))].sort();
  const each = partners.map((id): Group => [id, ({ partner }) => partner === id]);
  return [...sizes, ...each, ...shares].flatMap(([group, belongs]) => {
    const own = pairs.filter(belongs);
    return own.length === 0 ? [] : [gainOf(group, own)];
  });
}

const resamples = 2000;

function gainOf(group: string, pairs: readonly Pair[]): GroupGain {
  const byTarget = new Map<string, { alone: number; other: number; pairs: number }>();
  for (const { target, alone, other } of pairs) {
    const sums = byTarget.get(target) ?? { alone: 0, other: 0, pairs: 0 };
    sums.alone += alone;
    sums.other += other;
    sums.pairs++;
    byTarget.set(target, sums);
  }
  const targets = [...byTarget.values()];
  const alone = targets.reduce((sum, target) => sum + target.alone, 0) / pairs.length;
  const other = targets.reduce((sum, target) => sum + target.other, 0) / pairs.length;
  return {
    group,
    pairs: pairs.length,
    targets: targets.length,
    alone,
    other,
    gain: other / alone - 1,
    interval: targets.length < 5 ? null : intervalOf(targets),
    towardsPerfect: (other - alone) / (1 - alone),
  };
}

/** Targets are drawn with all their pairs; the percentiles of the resampled gains, with a fixed seed. */
function intervalOf(targets: readonly { readonly alone: number; readonly other: number }[]): readonly [number, number] {
  const random = randomFrom(20_000_102);
  const gains = Float64Array.from({ length: resamples }, () => {
    let [alone, other] = [0, 0];
    for (let i = 0; i < targets.length; i++) {
      const drawn = targets[below(random, targets.length)]!;
      alone += drawn.alone;
      other += drawn.other;
    }
    return other / alone - 1;
  }).sort();
  return [gains[Math.floor(0.025 * resamples)]!, gains[Math.ceil(0.975 * resamples) - 1]!];
}
