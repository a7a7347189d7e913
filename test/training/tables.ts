/** Small training tables with a hidden rule, made from a seed. */

import type { TrainingTable } from '../../src-main/tasks/training-table.ts';
import { below, randomFrom } from '../../src-main/training/random.ts';

export type TableSize = {
  readonly rows: number;
  readonly tasks: number;
  /** Different bits that compounds may have, spread over all 32,000. */
  readonly bits?: number;
  readonly bitsPerCompound?: number;
  readonly labelsPerCompound?: number;
};

/** A compound is active under a task when more of the task's favoured bits are set than of the others. */
export function tableFrom(seed: number, size: TableSize): TrainingTable {
  const { rows, tasks, bits = 300, bitsPerCompound = 12, labelsPerCompound = 2 } = size;
  const random = randomFrom(seed, 77);
  const spacing = Math.floor(32_000 / bits);
  const favoured = Array.from({ length: tasks }, () => Array.from({ length: bits }, () => below(random, 2) * 2 - 1));
  const bitOffsets = new Uint32Array(rows + 1);
  const bitIndices: number[] = [];
  const labels: { row: number; task: number; value: number }[] = [];
  for (let row = 0; row < rows; row++) {
    const chosen = new Set<number>();
    while (chosen.size < bitsPerCompound) chosen.add(below(random, bits));
    bitIndices.push(...[...chosen].sort((a, b) => a - b).map((bit) => bit * spacing));
    bitOffsets[row + 1] = bitIndices.length;
    const labelled = new Set<number>();
    while (labelled.size < Math.min(tasks, labelsPerCompound)) labelled.add(below(random, tasks));
    for (const task of [...labelled].sort((a, b) => a - b)) {
      const sum = [...chosen].reduce((total, bit) => total + favoured[task]![bit]!, 0);
      labels.push({ row, task, value: sum > 0 ? 1 : -1 });
    }
  }
  return {
    rows,
    bitOffsets,
    bitIndices: Uint16Array.from(bitIndices),
    folds: Uint8Array.from({ length: rows }, () => below(random, 5)),
    tasks: Array.from({ length: tasks }, (_, task) => ({
      taskId: task + 1,
      assayId: task + 1,
      threshold: 6,
      auxiliary: false,
      evaluationQuorum: true,
      trainingWeight: task % 3 === 2 ? 0.5 : 1,
      aggregationWeight: 1,
    })),
    labelRows: Uint32Array.from(labels, ({ row }) => row),
    labelTasks: Uint32Array.from(labels, ({ task }) => task),
    labelValues: Int8Array.from(labels, ({ value }) => value),
  };
}
