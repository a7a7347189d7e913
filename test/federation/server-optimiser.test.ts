import { describe, expect, it } from 'vitest';
import { encodeUpdate } from '../../src-main/federation/encoding.ts';
import {
  cosineShare,
  encodingTerms,
  firstClips,
  localRate,
  serverRate,
  uploadBytes,
  vectorLength,
} from '../../src-main/federation/plan.ts';
import { addPacked, unpack } from '../../src-main/federation/ring.ts';
import {
  applySum,
  beginGlobal,
  decodeGlobal,
  encodeGlobal,
  trunkHash,
} from '../../src-main/federation/server-optimiser.ts';
import { makeConsortium, randomFrom } from './consortium.ts';
import { changeOf } from './simulation.ts';

const { plan } = makeConsortium(3, { rounds: 6 });
const fixedPoint = 'clip' in plan.encoding ? plan.encoding.clip : { factor: 0, atLeast: 0 };
const length = vectorLength(plan);
const trunk = changeOf('trunk', 0, length);
const clipsAt = firstClips(plan);

function sumOf(round: number, clips: readonly number[]): { sum: Uint8Array; totalWeight: number } {
  const sum = new Uint8Array(uploadBytes(plan));
  let totalWeight = 0;
  for (const [id, weight] of Object.entries(plan.weights)) {
    const change = changeOf(id, round, length).map((value) => value * 0.1);
    const seed = randomFrom(`${id} ${round}`)(32);
    addPacked(sum, encodeUpdate(change, null, encodingTerms(plan, id, round, clips), seed).encoded, 32);
    totalWeight += weight;
  }
  return { sum, totalWeight };
}

describe('the server’s step on the sum', () => {
  it('is Adam on the mean pseudo-gradient, as a plain reference in double precision computes it', () => {
    let global = beginGlobal(trunk);
    let clips = clipsAt;
    const reference = {
      values: Float64Array.from(trunk),
      first: new Float64Array(length),
      second: new Float64Array(length),
    };
    for (let round = 1; round <= 6; round++) {
      const { sum, totalWeight } = sumOf(round, clips);
      const integers = unpack(sum, 32);
      for (const { offset, length: numbers, limit } of encodingTerms(plan, 'P01', round, clips).tensors) {
        for (let i = offset; i < offset + numbers; i++) {
          const change = (integers[i]! / totalWeight / 2 ** 20) * limit;
          const gradient = -change / (20 * localRate(plan, round)) + 1e-5 * reference.values[i]!;
          reference.first[i] = 0.9 * reference.first[i]! + 0.1 * gradient;
          reference.second[i] = 0.999 * reference.second[i]! + 0.001 * gradient ** 2;
          const first = reference.first[i]! / (1 - 0.9 ** round);
          const second = reference.second[i]! / (1 - 0.999 ** round);
          reference.values[i]! -= (serverRate(plan, round) * first) / (Math.sqrt(second) + 1e-8);
        }
      }
      const applied = applySum(plan, global, sum, { clips, totalWeight });
      global = applied.state;
      clips = applied.clips;
      expect(applied.trunkHash).toBe(trunkHash(global.values));
    }
    const furthest = global.values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - reference.values[i]!)),
      0,
    );
    expect(furthest).toBeLessThan(1e-6);
  });

  it('gives these very bits, on every machine', () => {
    const { sum, totalWeight } = sumOf(1, clipsAt);
    const first = applySum(plan, beginGlobal(trunk), sum, { clips: clipsAt, totalWeight });
    const second = applySum(plan, first.state, sumOf(2, first.clips).sum, { clips: first.clips, totalWeight });
    expect(first.trunkHash).toBe('7998ef4aa21333982a29421239fd7e38509e22ec291d8ab49bcaead64a176b51');
    expect(second.trunkHash).toBe('011449c39a77866217d0ecc865875cec14f6dfd9a7b7eb0c914a1a9e6a3c48f5');
  });

  it('gives the next round’s clips from this round’s public change, brought to the next rate', () => {
    const { sum, totalWeight } = sumOf(1, clipsAt);
    const { clips } = applySum(plan, beginGlobal(trunk), sum, { clips: clipsAt, totalWeight });
    const { factor, atLeast } = fixedPoint;
    for (const [t, { offset, length: numbers, limit }] of encodingTerms(plan, 'P01', 1, clipsAt).tensors.entries()) {
      const mean = Array.from(
        unpack(sum, 32).subarray(offset, offset + numbers),
        (value) => (value / totalWeight / 2 ** 20) * limit,
      );
      const rms = Math.sqrt(mean.reduce((squares, value) => squares + value ** 2, 0) / numbers);
      expect(clips[t]! / (factor * rms * (localRate(plan, 2) / localRate(plan, 1)))).toBeCloseTo(1, 5);
    }
    const still = applySum(plan, beginGlobal(trunk), new Uint8Array(sum.length), { clips: clipsAt, totalWeight });
    expect(still.clips).toEqual([atLeast, atLeast]);
  });

  it('refuses a sum of another size', () => {
    const apply = () =>
      applySum(plan, beginGlobal(trunk), new Uint8Array(uploadBytes(plan) - 4), { clips: clipsAt, totalWeight: 1 });
    expect(apply).toThrow(/ROUND_REFUSED.*wrong-size/);
  });

  it('is stored and read back to the bit', () => {
    const { sum, totalWeight } = sumOf(1, clipsAt);
    const { state } = applySum(plan, beginGlobal(trunk), sum, { clips: clipsAt, totalWeight });
    expect(decodeGlobal(encodeGlobal(state))).toEqual(state);
    expect(() => decodeGlobal(encodeGlobal(state).subarray(0, 101))).toThrow(TypeError);
  });

  it('follows half a cosine, computed without the engine’s own', () => {
    for (let round = 1; round <= 150; round++) {
      expect(cosineShare(round, 150)).toBeCloseTo((1 + Math.cos((Math.PI * (round - 1)) / 150)) / 2, 14);
    }
    expect(cosineShare(1, 150)).toBe(1);
  });
});
