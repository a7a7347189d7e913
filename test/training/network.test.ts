import { describe, expect, it } from 'vitest';
import { compactionOf, compactTrunk, withCompact } from '../../src-main/training/compaction.ts';
import { trunkHash } from '../../src-main/training/model-file.ts';
import { hiddenOf, initialTrunk, sizeOf, tensorOf, trunkShapes } from '../../src-main/training/network.ts';
import { below, randomFrom, shuffle } from '../../src-main/training/random.ts';
import { tableFrom } from './tables.ts';

describe('a new trunk', () => {
  it('is the same on every machine: its hash is known', () => {
    expect(trunkHash(initialTrunk([4], 1))).toBe('05fc76e490b41a5a2e0dbb91902c00ecb06f5be60cbb9660b842289ef55b0696');
    expect(trunkHash(initialTrunk([16, 8], 20_260_101))).toBe(
      '02ef4acce8c7c93f072260f7bcacfff8399c928ed1bf4eaee16c1b9345614ca4',
    );
  });

  it('spreads its weights evenly within the Xavier bound and starts its biases at 0.1', () => {
    const trunk = initialTrunk([16, 8], 3);
    for (const shape of trunk.shapes) {
      const values = tensorOf(trunk, shape);
      if (shape.shape.length === 1) {
        expect(new Set(values)).toEqual(new Set([Math.fround(0.1)]));
        continue;
      }
      const bound = Math.SQRT2 * Math.sqrt(6 / (shape.shape[0]! + shape.shape[1]!));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      const deviation = bound / Math.sqrt(3);
      expect(Math.max(...values.slice(0, 10_000).map(Math.abs))).toBeLessThanOrEqual(bound);
      expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
      expect(Math.sqrt(square)).toBeGreaterThan(0.9 * deviation);
      expect(Math.sqrt(square)).toBeLessThan(1.1 * deviation);
    }
  });

  it('differs with the seed, and its tensors lie one after the other', () => {
    expect(trunkHash(initialTrunk([4], 1))).not.toBe(trunkHash(initialTrunk([4], 2)));
    const shapes = trunkShapes([16, 8]);
    expect(shapes.map(({ name, shape }) => [name, shape])).toEqual([
      ['trunk.0.weight', [32_000, 16]],
      ['trunk.0.bias', [16]],
      ['trunk.1.weight', [16, 8]],
      ['trunk.1.bias', [8]],
    ]);
    shapes.slice(1).forEach((shape, index) => {
      expect(shape.offset).toBe(shapes[index]!.offset + sizeOf(shapes[index]!));
    });
    expect(hiddenOf(shapes)).toEqual([16, 8]);
  });
});

describe('random numbers', () => {
  it('follow from the seed and the purpose alone, and fill the range evenly', () => {
    const numbers = (seed: number, ...purposes: number[]) => {
      const random = randomFrom(seed, ...purposes);
      return Array.from({ length: 5 }, random);
    };
    expect(numbers(1, 2)).toEqual(numbers(1, 2));
    expect(numbers(1, 2)).not.toEqual(numbers(1, 3));
    expect(numbers(1)).not.toEqual(numbers(2));
    const random = randomFrom(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[below(random, 10)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('shuffle without losing a value', () => {
    const values = Uint32Array.from({ length: 100 }, (_, i) => i);
    shuffle(values, randomFrom(3));
    expect([...values]).not.toEqual([...values].sort((a, b) => a - b));
    expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('compaction', () => {
  const table = tableFrom(4, { rows: 80, tasks: 2, bits: 500 });
  const compaction = compactionOf(table);

  it('holds each bit of the table once, those of training compounds first', () => {
    expect(new Set(compaction.bits)).toEqual(new Set(table.bitIndices));
    expect(compaction.bits.length).toBe(new Set(table.bitIndices).size);
    const inTraining = new Set<number>();
    table.folds.forEach((fold, row) => {
      if (fold < 2) return;
      for (const bit of table.bitIndices.subarray(table.bitOffsets[row], table.bitOffsets[row + 1]))
        inTraining.add(bit);
    });
    expect(new Set(compaction.bits.subarray(0, compaction.trained))).toEqual(inTraining);
    compaction.bits.forEach((bit, row) => {
      expect(compaction.rowOfBit[bit]).toBe(row);
    });
  });

  it('gives back the trunk bit for bit, and changes nothing but what was held', () => {
    const trunk = initialTrunk([6, 3], 8);
    const compact = compactTrunk(trunk, compaction, compaction.trained);
    expect(withCompact(trunk, compaction, compact)).toEqual(trunk);

    const changed = withCompact(trunk, compaction, { ...compact, rows: compact.rows.map((value) => value + 1) });
    const held = new Set(compaction.bits.subarray(0, compaction.trained));
    const [before, after] = [trunk, changed].map((one) => tensorOf(one, one.shapes[0]!));
    for (let bit = 0; bit < 32_000; bit++) {
      const same = after![bit * 6] === before![bit * 6];
      expect(same).toBe(!held.has(bit));
    }
  });
});
