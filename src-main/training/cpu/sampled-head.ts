/**
 * A head's last layer worked out at its labels only: where one compound in a hundred has a label of a task, the product
 * with all tasks is a hundred times the work. Its loss, and the derivatives by what goes into it and by its weights.
 */
import type { BatchLabels } from '../minibatch.ts';
import { type HeadShape, headName } from '../network-shape.ts';
import { overColumns } from './kernels.ts';
import type { TrainingMemory } from './memory.ts';

/** Columns taken at a time. */
const panel = 256;

/** What is worked out here is named after the head. @returns sizes of areas in numbers */
export function sampledAreas({ kind, tasks }: HeadShape, width: number, partSize: number): Record<string, number> {
  const name = headName(kind);
  const labels = partSize * tasks;
  return {
    ...{ [`${name}.units`]: partSize * width, [`${name}.into`]: partSize * width },
    ...{ [`${name}.pairs`]: 2 * labels, [`${name}.products`]: 4 * labels },
    ...{ [`${name}.entries`]: labels, [`${name}.slopes`]: labels, [`${name}.ends`]: Math.max(partSize, tasks) },
  };
}

/**
 * Reads `<head>.units`, writes `<head>.into`, and adds to the gradients of the head's last layer.
 * @param labels of the part: cells count compounds from its first one
 * @returns the loss
 */
export function learnSampled(
  { kernels, floats, integers }: TrainingMemory,
  { kind, tasks }: HeadShape,
  width: number,
  compounds: number,
  { cells, targets, weights, lowest, highest }: BatchLabels,
): number {
  const name = headName(kind);
  const area = (part: string) => floats[`${name}.${part}`]!;
  const list = (part: string) => integers[`${name}.${part}`]!;
  const rowBytes = 4 * width;
  area('into').values.fill(0, 0, compounds * width);
  if (cells.length === 0) return 0;

  const pairs = list('pairs');
  cells.forEach((cell, at) => {
    const compound = Math.floor(cell / tasks);
    pairs.values[2 * at] = compound * rowBytes;
    pairs.values[2 * at + 1] = (cell - compound * tasks) * rowBytes;
  });
  const lastPair = pairs.address + 8 * cells.length;
  const inputs = [area('units').address, area('weight').address] as const;
  kernels.scalarProducts(...inputs, area('products').address, rowBytes, pairs.address, lastPair);

  const products = area('products').values;
  const bias = area('bias').values;
  const biasGradient = floats[`gradient.${name}.bias`]!.values;
  const slopes = new Float32Array(cells.length);
  const ofCompounds = new Uint32Array(compounds);
  const ofTasks = new Uint32Array(tasks);
  let loss = 0;
  for (let at = 0; at < cells.length; at++) {
    const task = cells[at]! % tasks;
    let output = bias[task]!;
    for (let part = 0; part < 4; part++) output += products[4 * at + part]!;
    const [target, weight] = [targets[at]!, weights[at]!];
    if (kind === 'regression') {
      const short = Math.min(Math.max(target - output, lowest![at]!), highest![at]!);
      loss += weight * short ** 2;
      slopes[at] = -2 * weight * short;
    } else {
      loss += weight * (Math.max(output, 0) + Math.log1p(Math.exp(-Math.abs(output))) - target * output);
      slopes[at] = weight * (1 / (1 + Math.exp(-output)) - target);
    }
    biasGradient[task]! += slopes[at]!;
    ofCompounds[Math.floor(cells[at]! / tasks)]!++;
    ofTasks[task]!++;
  }

  addRows('weight', area('into').address, ofCompounds, (at) => [
    Math.floor(cells[at]! / tasks),
    pairs.values[2 * at + 1]!,
  ]);
  const gradient = floats[`gradient.${name}.weight`]!.address;
  addRows('units', gradient, ofTasks, (at) => [cells[at]! % tasks, pairs.values[2 * at]!]);
  return loss;

  /** @param of the output's row that each label adds to, and where its row of the input begins */
  function addRows(
    input: 'weight' | 'units',
    output: number,
    counts: Uint32Array,
    of: (label: number) => readonly [number, number],
  ): void {
    const [entries, ends, factors] = [list('entries'), list('ends'), area('slopes')];
    const next = new Uint32Array(counts.length);
    for (let row = 1; row < counts.length; row++) next[row] = next[row - 1]! + counts[row - 1]!;
    for (let label = 0; label < cells.length; label++) {
      const [row, entry] = of(label);
      const place = next[row]!++;
      entries.values[place] = entry;
      factors.values[place] = slopes[label]!;
    }
    for (let row = 0; row < counts.length; row++) ends.values[row] = entries.address + 4 * next[row]!;
    const places = [entries.address, ends.address, ends.address + 4 * counts.length];
    overColumns(width, panel, (lanes, column, columns) => {
      const from = area(input).address + 4 * column;
      const toWeights = factors.address - entries.address;
      kernels[`addWeightedRows${lanes}`](from, output + 4 * column, rowBytes, 4 * columns, ...places, toWeights);
    });
  }
}
