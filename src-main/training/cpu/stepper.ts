/** Takes train steps on the CPU: the dense part by onnxruntime, the first weight and the optimiser by kernels in place. */
import { type Control, stopIfAsked, unattended } from '../../contract/progress.ts';
import type { Compaction } from '../compaction.ts';
import type { BatchLabels, Minibatch } from '../minibatch.ts';
import { firstWeight, type HeadShape, isOfTrunk, sizeOfTensor } from '../network-shape.ts';
import { modelBytes } from '../onnx/graph.ts';
import { type AdamScalars, adamScalars, settling } from '../optimiser.ts';
import { type Feeds, floats, openSession, scalar } from '../session.ts';
import { labelFeeds, maskFeeds } from '../step-feeds.ts';
import type { State, Stepper } from '../stepper.ts';
import { stateTensors, type TrainShape, type TrunkOptimiser } from '../train-graph.ts';
import { denseGraph, intoUnits, isSampled, lastWidth, smallParameters, unitsGraph, unitsName } from './dense-graph.ts';
import { overColumns, productLanes } from './kernels.ts';
import { memoryOf } from './memory.ts';
import { learnSampled, sampledAreas } from './sampled-head.ts';
import { bitLists } from './set-bits.ts';

/** Compounds that go through the network at a time: what lies between its operators stays in the processor's cache. */
const usualPart = 512;

/** Columns taken at a time: that of all rows, or of all compounds' slopes, stays in the processor's cache. */
const panels = { sums: 64, slopes: 256 };

/**
 * Adam on everything, or plain SGD on the trunk and Adam on the heads. Tensors that `start` does not name begin as zeros.
 * @param threads of the dense part; the rest of a step takes one
 * @throws TRAINING_FAILED when there is no memory for the state
 */
export async function openCpuStepper(
  shape: TrainShape,
  optimiser: TrunkOptimiser,
  compaction: Compaction,
  start: State,
  threads = 1,
): Promise<Stepper> {
  const { batch, rows, hidden, partSize = usualPart, decays = false } = shape;
  const width = hidden[0]!;
  const stride = 4 * Math.ceil(width / 4);
  const small = smallParameters(shape);
  const tensors = stateTensors(shape, optimiser);
  const ofFirst = (name: string) => name.startsWith(firstWeight);
  const partHolds = Math.min(batch, partSize);
  const sampled = shape.heads.filter(
    ({ kind }) => shape.sampled?.includes(kind) === true && lastWidth(shape, kind) % productLanes === 0,
  );
  const mostBits = batch * compaction.mostBits;
  const memory = memoryOf(
    {
      ...Object.fromEntries(
        tensors.map((tensor) => [tensor.name, ofFirst(tensor.name) ? rows * stride : fourfold(sizeOfTensor(tensor))]),
      ),
      ...Object.fromEntries(small.map((tensor) => [`gradient.${tensor.name}`, fourfold(sizeOfTensor(tensor))])),
      ...Object.assign({}, ...sampled.map((head) => sampledAreas(head, lastWidth(shape, head.kind), partHolds))),
      ...{ sums: batch * stride, slopes: batch * stride },
      ...{ compoundEntries: mostBits, compoundEnds: batch, rowEntries: mostBits, rowEnds: rows, rows },
    },
    decays,
  );
  const { kernels, floats: area, integers: list } = memory;
  const dense = await openSession(modelBytes(denseGraph(shape, sampled)), threads);
  const units = sampled.length === 0 ? undefined : await openSession(modelBytes(unitsGraph(shape, sampled)), threads);

  const valuesOf = (name: string) => area[name]!.values;
  const replace = (replaced: State) => {
    for (const tensor of tensors) {
      const values = replaced[tensor.name];
      if (values === undefined) continue;
      if (ofFirst(tensor.name)) spreadRows(values, valuesOf(tensor.name), width, stride);
      else valuesOf(tensor.name).set(values);
    }
  };
  replace(start);
  const graphParameters = small.filter(({ name }) => !isSampled(name, sampled));
  const parameters = Object.fromEntries(
    graphParameters.map((tensor) => [
      tensor.name,
      floats(valuesOf(tensor.name).subarray(0, sizeOfTensor(tensor)), tensor.shape),
    ]),
  );

  function sumOverBits(lists: ReturnType<typeof bitLists>['ofCompounds']): void {
    const end = placeLists(list, 'compound', lists);
    overColumns(stride, panels.sums, (lanes, column, columns) => {
      const [weight, sums] = [area[firstWeight]!, area.sums!].map(({ address }) => address + 4 * column);
      const places = [list.compoundEntries!.address, list.compoundEnds!.address, end];
      kernels[`sumRows${lanes}`](weight!, sums!, 4 * stride, 4 * columns, ...places);
    });
  }

  function moveFirst(lists: ReturnType<typeof bitLists>['ofRows'], numbers: readonly number[], rate: number): void {
    if (lists.ends.length === 0) return;
    const end = placeLists(list, 'row', lists);
    list.rows!.values.set(lists.rows);
    const places = [list.rowEntries!.address, list.rowEnds!.address, end];
    overColumns(stride, panels.slopes, (lanes, column, columns) => {
      const at = (name: string) => area[name]!.address + 4 * column;
      if (optimiser === 'sgd') {
        const rowsAt = list.rows!.address;
        kernels[`descendRows${lanes}`](at(firstWeight), rowsAt, at('slopes'), 4 * columns, ...places, rate);
      } else {
        const state = ['', '.first', '.second'].map((ending) => at(`${firstWeight}${ending}`));
        kernels[`adamRows${lanes}`](...state, 4 * stride, at('slopes'), 4 * columns, ...places, ...numbers);
      }
    });
  }

  /** Sampled heads of a part: their losses and last gradients. @returns what the dense graph takes of them */
  async function learnHeads(drawn: Minibatch, from: number, to: number, feeds: Feeds): Promise<[number, Feeds]> {
    if (units === undefined) return [0, {}];
    const results = await units.run(feeds);
    let loss = 0;
    const into = sampled.map((head) => {
      const last = lastWidth(shape, head.kind);
      valuesOf(unitsName(head.kind)).set(results[unitsName(head.kind)]!.data as Float32Array);
      loss += learnSampled(memory, head, last, to - from, labelsBetween(drawn, head, from, to));
      const values = valuesOf(intoUnits(head.kind)).subarray(0, (to - from) * last);
      return [intoUnits(head.kind), floats(values, [to - from, last])] as const;
    });
    return [loss, Object.fromEntries(into)];
  }

  /** Forward and backward, part by part: gradients of small parameters and slopes are in the memory then. */
  async function learn(drawn: Minibatch, scales: Feeds, control: Control): Promise<number> {
    let loss = 0;
    for (const { name } of small) valuesOf(`gradient.${name}`).fill(0);
    for (let from = 0; from < batch; from += partSize) {
      stopIfAsked(control);
      const to = Math.min(batch, from + partSize);
      const sums = gatherRows(area.sums!.values.subarray(from * stride, to * stride), width, stride);
      const feeds = {
        sums: floats(sums, [to - from, width]),
        ...parameters,
        ...maskFeeds(drawn, shape, from, to),
        ...scales,
      };
      const [headLoss, into] = await learnHeads(drawn, from, to, feeds);
      const labels = shape.heads
        .filter((head) => !sampled.includes(head))
        .map((head) => labelFeeds(head.kind, labelsBetween(drawn, head, from, to)));
      const results = await dense.run(Object.assign({}, feeds, into, ...labels));
      const result = (name: string) => results[name]!.data as Float32Array;
      for (const { name } of graphParameters) addTo(valuesOf(`gradient.${name}`), result(`gradient.${name}`));
      spreadRows(result('into_bits'), area.slopes!.values.subarray(from * stride), width, stride);
      loss += headLoss + result('loss')[0]!;
    }
    return loss;
  }

  return {
    shape,
    state: async () =>
      Object.fromEntries(
        tensors.map((tensor) => {
          const values = valuesOf(tensor.name);
          const whole = ofFirst(tensor.name) ? gatherRows(values, width, stride) : values;
          return [tensor.name, whole.subarray(0, sizeOfTensor(tensor))];
        }),
      ),
    replace,
    async run(batches, rates, taken, control = unattended) {
      const scales = { unit_scale: scalar(1 / rates.keptUnits), input_scale: scalar(1 / rates.keptBits) };
      const losses = new Float32Array(batches.length);
      for (const [step, drawn] of batches.entries()) {
        const number = taken + step + 1;
        const lists = bitLists(drawn, compaction, rows, 4 * stride, optimiser === 'adam');
        sumOverBits(lists.ofCompounds);
        losses[step] = await learn(drawn, scales, control);
        const decay = decays ? [rates.weightDecay ?? 0] : [];
        const ofAdam = (rate: number) => [...adamNumbers(adamScalars(rate, number), number), ...decay];
        const [trunk, head] = [ofAdam(rates.trunk), ofAdam(rates.head)];
        moveFirst(lists.ofRows, trunk, rates.trunk);
        for (const { name } of small) {
          const [value, gradient] = [area[name]!, area[`gradient.${name}`]!];
          const end = value.address + 4 * value.values.length;
          if (isOfTrunk(name) && optimiser === 'sgd') {
            kernels.descend(value.address, gradient.address, end, rates.trunk);
          } else {
            const moments = [area[`${name}.first`]!.address, area[`${name}.second`]!.address] as const;
            kernels.adam(value.address, ...moments, gradient.address, end, ...(isOfTrunk(name) ? trunk : head));
          }
        }
      }
      return losses;
    },
    async close() {
      await dense.release();
      await units?.release();
    },
  };
}

const fourfold = (size: number): number => 4 * Math.ceil(size / 4);

/** In the order in which the kernels take them, all but the weights' decay; see optimiser.ts. */
function adamNumbers({ scale, denominator, firstLift, secondLift }: AdamScalars, taken: number): readonly number[] {
  const { first, second } = settling(taken);
  return [scale, denominator, firstLift, secondLift, first, second];
}

/** @returns the address behind the last end */
function placeLists(
  list: Readonly<Record<string, { readonly address: number; readonly values: Uint32Array }>>,
  of: 'compound' | 'row',
  { entries, ends }: { readonly entries: Uint32Array; readonly ends: Uint32Array },
): number {
  const [entriesAt, endsAt] = [list[`${of}Entries`]!, list[`${of}Ends`]!];
  entriesAt.values.set(entries);
  for (let at = 0; at < ends.length; at++) endsAt.values[at] = entriesAt.address + 4 * ends[at]!;
  return endsAt.address + 4 * ends.length;
}

/** Rows of `width` numbers into rows of `stride`. */
function spreadRows(values: Float32Array, into: Float32Array, width: number, stride: number): void {
  if (width === stride) {
    into.set(values);
    return;
  }
  for (let row = 0; row * width < values.length; row++) {
    into.set(values.subarray(row * width, (row + 1) * width), row * stride);
  }
}

/** Rows of `stride` numbers as rows of `width`; not a copy where they are the same. */
function gatherRows(values: Float32Array, width: number, stride: number): Float32Array {
  if (width === stride) return values;
  const gathered = new Float32Array((values.length / stride) * width);
  for (let row = 0; row * width < gathered.length; row++) {
    gathered.set(values.subarray(row * stride, row * stride + width), row * width);
  }
  return gathered;
}

function addTo(values: Float32Array, more: Float32Array): void {
  for (let at = 0; at < more.length; at++) values[at]! += more[at]!;
}

/** Of the compounds from `from` to before `to`, which count from the first of them on. */
function labelsBetween(drawn: Minibatch, { kind, tasks }: HeadShape, from: number, to: number): BatchLabels {
  const { cells, ...values } = drawn.labels[kind]!;
  const [start, end] = [firstFrom(cells, from * tasks), firstFrom(cells, to * tasks)];
  const parts = Object.entries(values).map(([name, all]) => [name, all.subarray(start, end)] as const);
  return {
    ...(Object.fromEntries(parts) as typeof values),
    cells: cells.subarray(start, end).map((cell) => cell - from * tasks),
  };
}

/** @returns the first place in an ascending list with at least this value */
function firstFrom(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
