/** How well members of the training set can be told from compounds that were never in it, by one score each. */
import { below, type Random, randomFrom } from './random.ts';

/** An estimate with the 95 % interval of its bootstrap. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

export type AttackResult = {
  /** Chance that a member scores above one that was kept out; one half where the attack only guesses. */
  readonly auc: Estimate;
  /** Share of the members found where at most so many of those kept out are taken for members. */
  readonly tprAt1Percent: Estimate;
  readonly tprAt01Percent: Estimate;
};

/**
 * The rate of false members that a number of non-members can show: where the wanted one lies below, the strictest
 * threshold stands above all of them, and lets a new one through once in `heldOut` + 1 times.
 */
export const falseRateSeen = (wanted: number, heldOut: number): number => Math.max(wanted, 1 / (heldOut + 1));

const replicates = 400;

/**
 * @param members scores, the higher the surer that it is a member
 * @param heldOut scores of those that were never trained on
 * @throws RangeError without any of one of the two, or for a score that is no number
 */
export function attackResult(members: ArrayLike<number>, heldOut: ArrayLike<number>, seed: number): AttackResult {
  const order = inOrder(members, heldOut);
  const measured = [measure(order, ones(members.length), ones(heldOut.length))];
  const random = randomFrom(seed, 7);
  const drawn = [new Uint32Array(members.length), new Uint32Array(heldOut.length)] as const;
  for (let i = 0; i < replicates; i++) {
    for (const counts of drawn) drawAgain(counts, random);
    measured.push(measure(order, ...drawn));
  }
  const estimate = (of: (one: Measured) => number): Estimate => {
    const [value, ...others] = measured.map(of) as [number, ...number[]];
    const sorted = others.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
    return { value, low: Math.min(value, at(0.025)), high: Math.max(value, at(0.975)) };
  };
  return {
    auc: estimate(({ auc }) => auc),
    tprAt1Percent: estimate(({ tpr }) => tpr[0]),
    tprAt01Percent: estimate(({ tpr }) => tpr[1]),
  };
}

/** Everybody by score, from the highest down, in groups of the same score. */
type Order = {
  /** Place among the members, or, from `members` on, among those kept out. */
  readonly places: Uint32Array;
  readonly members: number;
  /** Where each group of equal scores ends. */
  readonly ends: readonly number[];
};

type Measured = { readonly auc: number; readonly tpr: readonly [number, number] };

function inOrder(members: ArrayLike<number>, heldOut: ArrayLike<number>): Order {
  if (members.length === 0 || heldOut.length === 0) throw new RangeError('nobody to compare');
  const scores = new Float64Array(members.length + heldOut.length);
  scores.set(members);
  scores.set(heldOut, members.length);
  if (scores.some(Number.isNaN)) throw new RangeError('a score that is no number');
  const places = Uint32Array.from(scores.keys()).sort((one, other) => scores[other]! - scores[one]! || one - other);
  const ends: number[] = [];
  places.forEach((place, at) => {
    if (at + 1 === places.length || scores[places[at + 1]!] !== scores[place]) ends.push(at + 1);
  });
  return { places, members: members.length, ends };
}

/** How often each of them counts. A tie is half a win; a threshold lets nobody through who ties with it. */
function measure({ places, members, ends }: Order, ofMembers: Uint32Array, ofHeldOut: Uint32Array): Measured {
  const allMembers = total(ofMembers);
  const allHeldOut = total(ofHeldOut);
  const mostFalse = [0.01, 0.001].map((rate) => Math.floor(rate * allHeldOut));
  const tpr: [number, number] = [0, 0];
  let [membersAbove, falseAbove, wins, from] = [0, 0, 0, 0];
  for (const end of ends) {
    let [here, falseHere] = [0, 0];
    for (let at = from; at < end; at++) {
      const place = places[at]!;
      if (place < members) here += ofMembers[place]!;
      else falseHere += ofHeldOut[place - members]!;
    }
    wins += here * (allHeldOut - falseAbove - falseHere / 2);
    membersAbove += here;
    falseAbove += falseHere;
    mostFalse.forEach((most, i) => {
      if (falseAbove <= most) tpr[i] = membersAbove / allMembers;
    });
    from = end;
  }
  return { auc: wins / (allMembers * allHeldOut), tpr };
}

/** As many as there are, with putting back. */
function drawAgain(counts: Uint32Array, random: Random): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) counts[below(random, counts.length)]!++;
}

const ones = (length: number): Uint32Array => new Uint32Array(length).fill(1);

const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
