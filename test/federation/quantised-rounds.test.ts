import { describe, expect, it } from 'vitest';
import { encodeUpdate } from '../../src-main/federation/encoding.ts';
import { encodingTerms, firstClips, localRate, type Plan, uploadBytes } from '../../src-main/federation/plan.ts';
import { addPacked, unpack } from '../../src-main/federation/ring.ts';
import { applySum, beginGlobal } from '../../src-main/federation/server-optimiser.ts';
import { makeConsortium, randomFrom } from './consortium.ts';

const length = 1000;
const tensors = [{ name: 'trunk.0.weight', shape: [length], offset: 0 }];
const usual = 1e-3;

/** Rows that few compounds set have small gradients, a few have large ones, and what partners see differs. */
function gradientOf(partner: number, round: number): Float32Array {
  let state = partner * 7919 + round * 104_729;
  return Float32Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const common = Math.sin(i) * usual * (i % 20 === 0 ? 4 : 0.1);
    return common + (state / 2 ** 31) * usual * (i % 20 === 0 ? 3 : 0.2);
  });
}

/** Rounds over the same sums as in the protocol, without its messages. */
function run(plan: Plan, ids: readonly string[], rounds: number, survivors: (round: number) => readonly string[]) {
  let global = beginGlobal(new Float32Array(length));
  let clips = firstClips(plan);
  const residuals = new Map<string, Float32Array>();
  const limits: number[] = [];
  const sent = new Float64Array(length);
  const meant = new Float64Array(length);
  for (let round = 1; round <= rounds; round++) {
    limits.push(clips[0]!);
    const sum = new Uint8Array(uploadBytes(plan));
    let totalWeight = 0;
    const here = survivors(round);
    for (const [i, id] of ids.entries()) {
      if (!here.includes(id)) continue;
      const gradient = gradientOf(i, round);
      const change = gradient.map((value) => value * localRate(plan, round));
      const terms = encodingTerms(plan, id, round, clips);
      const update = encodeUpdate(change, residuals.get(id) ?? null, terms, randomFrom(`${id} ${round}`)(32));
      residuals.set(id, update.residual!);
      addPacked(sum, update.encoded, plan.encoding.ringBits);
      totalWeight += plan.weights[id]!;
      gradient.forEach((value, k) => {
        meant[k]! += terms.weight * localRate(plan, round) * value;
      });
    }
    unpack(sum, plan.encoding.ringBits, length).forEach((value, k) => {
      sent[k]! += (value * clips[0]!) / 7;
    });
    ({ state: global, clips } = applySum(plan, global, sum, { clips, totalWeight }));
  }
  return { limits, sent, meant };
}

const planWith = (first: number) =>
  makeConsortium(10, {
    rounds: 60,
    tensors,
    encoding: { ringBits: 8, valueBits: 4, scale: { first, factor: 3, atLeast: 1e-12 } },
  });

describe('rounds of ten partners in 4 bits', () => {
  it('find one scale from a first guess that is a thousand times too large or too small, and stay near it', () => {
    const ends = [1e-7, 1e-4, 1].map((first) => {
      const { plan, ids } = planWith(first);
      return run(plan, ids, 25, () => ids).limits.slice(12);
    });
    const all = ends.flat();
    expect(Math.max(...all) / Math.min(...all)).toBeLessThan(1.5);
  });

  it('have sent in the end, to within a step of each partner, what they meant, also when partners drop out', () => {
    const { plan, ids } = planWith(1e-3);
    const { limits, sent, meant } = run(plan, ids, 25, (round) => ids.filter((_, i) => (round + i) % 4 !== 0));
    const step = Math.max(...limits) / 7;
    const furthest = sent.reduce((most, value, k) => Math.max(most, Math.abs(value - meant[k]!)), 0);
    expect(furthest).toBeLessThan(ids.length * step);
  });
});
