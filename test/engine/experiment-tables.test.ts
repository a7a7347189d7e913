import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  foldBits,
  oneTaskPerAssay,
  pooledTable,
  rotateFolds,
  shuffleLabels,
} from '../../src-main/engine/experiment/tables.ts';
import type { TaskInfo, TrainingTable } from '../../src-main/tasks/training-table.ts';

const task = (assayId: number, more: Partial<TaskInfo> = {}): TaskInfo => ({
  ...{ taskId: assayId, assayId, threshold: 6, auxiliary: false, evaluationQuorum: true },
  ...{ trainingWeight: 0.5, aggregationWeight: 1 },
  ...more,
});

/** Three compounds; the first has two labels. */
const small: TrainingTable = {
  rows: 3,
  bitOffsets: Uint32Array.of(0, 3, 4, 6),
  bitIndices: Uint16Array.of(1, 2049, 4099, 7, 2, 31_999),
  folds: Uint8Array.of(0, 1, 4),
  tasks: [task(1, { auxiliary: true }), task(1), task(1, { threshold: 7 }), task(2)],
  labelRows: Uint32Array.of(0, 0, 1, 2, 2),
  labelTasks: Uint32Array.of(0, 1, 3, 2, 3),
  labelValues: Int8Array.of(1, -1, 1, -1, -1),
};

describe('tables of an experiment', () => {
  it('turns folds so that the wanted one is for the test and the next one for validation', () => {
    expect([...rotateFolds(small, 1).folds]).toEqual([4, 0, 3]);
    expect(rotateFolds(small, 0).folds).toEqual(small.folds);
  });

  it('folds bits by remainder, ascending and each position once', () => {
    const folded = foldBits(small, 2048);
    expect([...folded.bitOffsets]).toEqual([0, 2, 3, 5]);
    // 1 and 2049 meet; 4099 becomes 3, 31,999 becomes 1279.
    expect([...folded.bitIndices]).toEqual([1, 3, 7, 2, 1279]);
    expect(folded.fingerprintBits).toBe(2048);
  });

  it('keeps the first task of each assay that is not auxiliary, with weight 1', () => {
    const one = oneTaskPerAssay(small);
    expect(one.tasks.map(({ assayId, auxiliary, trainingWeight }) => [assayId, auxiliary, trainingWeight])).toEqual([
      [1, false, 1],
      [2, false, 1],
    ]);
    expect([...one.labelRows]).toEqual([0, 1, 2]);
    expect([...one.labelTasks]).toEqual([0, 1, 1]);
    expect([...one.labelValues]).toEqual([-1, 1, -1]);
  });

  it('shuffles labels within task and fold: as many of each class stay in each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ fold: fc.nat(4), task: fc.nat(2), active: fc.boolean() }), { maxLength: 60 }),
        fc.nat(1000),
        (labels, seed) => {
          const table: TrainingTable = {
            ...{ rows: labels.length, bitOffsets: new Uint32Array(labels.length + 1), bitIndices: new Uint16Array() },
            folds: Uint8Array.from(labels, ({ fold }) => fold),
            tasks: [task(1), task(2), task(3)],
            labelRows: Uint32Array.from(labels, (_, row) => row),
            labelTasks: Uint32Array.from(labels, (label) => label.task),
            labelValues: Int8Array.from(labels, ({ active }) => (active ? 1 : -1)),
          };
          const counts = ({ labelRows, labelTasks, labelValues, folds }: TrainingTable) =>
            Array.from(labelRows, (row, at) => `${labelTasks[at]} ${folds[row]} ${labelValues[at]}`).sort();
          const shuffled = shuffleLabels(table, seed);
          expect(counts(shuffled)).toEqual(counts(table));
          expect(shuffleLabels(table, seed).labelValues).toEqual(shuffled.labelValues);
        },
      ),
    );
  });

  it('puts tables one after the other, each with its own rows, bits and tasks', () => {
    const pooled = pooledTable([small, small]);
    expect(pooled.rows).toBe(6);
    expect([...pooled.bitOffsets]).toEqual([0, 3, 4, 6, 9, 10, 12]);
    expect([...pooled.labelRows]).toEqual([0, 0, 1, 2, 2, 3, 3, 4, 5, 5]);
    expect([...pooled.labelTasks]).toEqual([0, 1, 3, 2, 3, 4, 5, 7, 6, 7]);
    expect(pooled.tasks).toHaveLength(8);
  });
});
