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
  /** Regression tasks whose values follow the hidden rule of the task of the same column, about a third censored. */
  readonly valueTasks?: number;
  /** Tasks from the first on that are of the catalogue, two of them for each catalogue task. */
  readonly catalogueTasks?: number;
};

/** A compound is active under a task when more of the task's favoured bits are set than of the others. */
export function tableFrom(seed: number, size: TableSize): TrainingTable {
  const {
    rows,
    tasks,
    bits = 300,
    bitsPerCompound = 12,
    labelsPerCompound = 2,
    valueTasks = 0,
    catalogueTasks = 0,
  } = size;
  const random = randomFrom(seed, 77);
  const spacing = Math.floor(32_000 / bits);
  const favoured = Array.from({ length: tasks }, () => Array.from({ length: bits }, () => below(random, 2) * 2 - 1));
  const bitOffsets = new Uint32Array(rows + 1);
  const bitIndices: number[] = [];
  const labels: { row: number; task: number; value: number }[] = [];
  const values: { row: number; column: number; value: number; censor: number }[] = [];
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
    for (let column = 0; column < valueTasks; column++) {
      if (below(random, 3) === 0) continue;
      const sum = [...chosen].reduce((total, bit) => total + favoured[column]![bit]!, 0);
      const censor = below(random, 3) === 0 ? 2 * below(random, 2) - 1 : 0;
      values.push({ row, column, value: 6 + column + 0.3 * sum - 0.2 * censor, censor });
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
      ...(task < catalogueTasks && { catalogueTaskId: `C${Math.floor(task / 2)}` }),
    })),
    ...(valueTasks > 0 && {
      regression: {
        tasks: Array.from({ length: valueTasks }, (_, column) => ({
          regressionTaskId: column + 1,
          assayId: column + 1,
          auxiliary: false,
          trainingWeight: column % 2 === 0 ? 1 : 0.5,
          aggregationWeight: 1,
          censoredWeight: 0.4,
        })),
        rows: Uint32Array.from(values, ({ row }) => row),
        columns: Uint32Array.from(values, ({ column }) => column),
        values: Float64Array.from(values, ({ value }) => value),
        censors: Int8Array.from(values, ({ censor }) => censor),
      },
    }),
    labelRows: Uint32Array.from(labels, ({ row }) => row),
    labelTasks: Uint32Array.from(labels, ({ task }) => task),
    labelValues: Int8Array.from(labels, ({ value }) => value),
  };
}
