/** What an experiment learns from: a partner's training table with its folds rotated, its bits folded, its labels shuffled. */

import { foldCount } from '../../tasks/folds.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { randomFrom, shuffle } from '../../training/random.ts';

/** Test fold 0 and validation fold 1, as training has them, become folds `test` and `test` + 1 of the table. */
export const rotateFolds = (table: TrainingTable, test: number): TrainingTable => ({
  ...table,
  folds: table.folds.map((fold) => (fold + foldCount - test) % foldCount),
});

/** Bits modulo `bits`; those of a compound that meet in one position count once. */
export function foldBits(table: TrainingTable, bits: number): TrainingTable {
  const { rows, bitOffsets, bitIndices } = table;
  const offsets = new Uint32Array(rows + 1);
  const folded = new Uint16Array(bitIndices.length);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    const own = bitIndices.subarray(bitOffsets[row]!, bitOffsets[row + 1]!).map((bit) => bit % bits);
    for (const bit of [...new Set(own)].sort((a, b) => a - b)) folded[length++] = bit;
    offsets[row + 1] = length;
  }
  return { ...table, bitOffsets: offsets, bitIndices: folded.slice(0, length), fingerprintBits: bits };
}

/** Without auxiliary tasks; the first task of each assay, its median in ADME, stands for the assay with weight 1. */
export function oneTaskPerAssay(table: TrainingTable): TrainingTable {
  const seen = new Set<number>();
  const kept = table.tasks.map(({ assayId, auxiliary }) => {
    if (auxiliary || seen.has(assayId)) return false;
    seen.add(assayId);
    return true;
  });
  const columnOf = Int32Array.from(kept, (keep, task) => (keep ? kept.slice(0, task).filter(Boolean).length : -1));
  const labels = Array.from(table.labelTasks.keys()).filter((at) => kept[table.labelTasks[at]!]);
  return {
    ...table,
    tasks: table.tasks.filter((_, task) => kept[task]).map((task) => ({ ...task, trainingWeight: 1 })),
    labelRows: Uint32Array.from(labels, (at) => table.labelRows[at]!),
    labelTasks: Uint32Array.from(labels, (at) => columnOf[table.labelTasks[at]!]!),
    labelValues: Int8Array.from(labels, (at) => table.labelValues[at]!),
  };
}

/** Control: within each task the same labels on other compounds of the same fold, so that nothing is left to learn. */
export function shuffleLabels(table: TrainingTable, seed: number): TrainingTable {
  const random = randomFrom(seed, 3);
  const groups = new Map<number, number[]>();
  table.labelTasks.forEach((task, at) => {
    const group = task * foldCount + table.folds[table.labelRows[at]!]!;
    const places = groups.get(group);
    if (places === undefined) groups.set(group, [at]);
    else places.push(at);
  });
  const labelValues = new Int8Array(table.labelValues.length);
  for (const places of groups.values()) {
    const order = Uint32Array.from(places);
    shuffle(order, random);
    places.forEach((at, i) => {
      labelValues[at] = table.labelValues[order[i]!]!;
    });
  }
  return { ...table, labelValues };
}

/** All partners' tables as one, each with its own tasks: a compound that two of them have stands in it twice. */
export function pooledTable(tables: readonly TrainingTable[]): TrainingTable {
  const before = (count: (table: TrainingTable) => number) => {
    let sum = 0;
    return tables.map((table) => {
      const start = sum;
      sum += count(table);
      return start;
    });
  };
  const rows = before((table) => table.rows);
  const tasks = before((table) => table.tasks.length);
  const bits = before((table) => table.bitIndices.length);
  const shifted = (key: 'labelRows' | 'labelTasks' | 'bitOffsets', by: readonly number[]) =>
    tables.flatMap((table, i) =>
      Array.from(key === 'bitOffsets' ? table[key].subarray(i === 0 ? 0 : 1) : table[key], (value) => value + by[i]!),
    );
  const { fingerprintBits } = tables[0]!;
  return {
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    bitOffsets: Uint32Array.from(shifted('bitOffsets', bits)),
    bitIndices: Uint16Array.from(tables.flatMap(({ bitIndices }) => Array.from(bitIndices))),
    folds: Uint8Array.from(tables.flatMap(({ folds }) => Array.from(folds))),
    tasks: tables.flatMap((table) => table.tasks),
    labelRows: Uint32Array.from(shifted('labelRows', rows)),
    labelTasks: Uint32Array.from(shifted('labelTasks', tasks)),
    labelValues: Int8Array.from(tables.flatMap(({ labelValues }) => Array.from(labelValues))),
    ...(fingerprintBits === undefined ? {} : { fingerprintBits }),
  };
}
