/** Takes train steps on the CPU: the dense part by onnxruntime, the first weight and the optimiser by kernels in place. */
import type { Compaction } from '../compaction.ts';
import type { Minibatch } from '../minibatch.ts';
import { firstWeight, isOfTrunk, listName, maskedLayers, sizeOfTensor } from '../network-shape.ts';
import { modelBytes } from '../onnx/graph.ts';
import { type AdamScalars, adamScalars, settling } from '../optimiser.ts';
import { bools, type Feeds, floats, integers, openSession, scalar } from '../session.ts';
import type { State, Stepper } from '../stepper.ts';
import { stateTensors, type TrainShape, type TrunkOptimiser } from '../train-graph.ts';
import { denseGraph, smallParameters } from './dense-graph.ts';
import { overColumns } from './kernels.ts';
import { memoryOf } from './memory.ts';
import { bitLists } from './set-bits.ts';

/** One thread: labels and set bits are added where they meet; see train-graph.ts. */
const threads = 1;

/** Compounds that go through the network at a time: what lies between its operators stays in the processor's cache. */
const usualPart = 512;

/** Columns taken at a time: that of all rows, or of all compounds' slopes, stays in the processor's cache. */
const panels = { sums: 64, slopes: 256 };

/**
 * Adam on everything, or plain SGD on the trunk and Adam on the heads. Tensors that `start` does not name begin as zeros.
 * @throws RangeError when there is no memory for the state
 */
export async function openCpuStepper(
  shape: TrainShape,
  optimiser: TrunkOptimiser,
  compaction: Compaction,
  start: State,
): Promise<Stepper> {
  const { batch, rows, hidden, partSize = usualPart } = shape;
  const width = hidden[0]!;
  const stride = 4 * Math.ceil(width / 4);
  const small = smallParameters(shape);
  const tensors = stateTensors(shape, optimiser);
  const ofFirst = (name: string) => name.startsWith(firstWeight);
  const mostBits = batch * compaction.mostBits;
  const {
    kernels,
    floats: area,
    integers: list,
  } = memoryOf<string>({
    ...Object.fromEntries(
      tensors.map((tensor) => [tensor.name, ofFirst(tensor.name) ? rows * stride : fourfold(sizeOfTensor(tensor))]),
    ),
    ...Object.fromEntries(small.map((tensor) => [`gradient.${tensor.name}`, fourfold(sizeOfTensor(tensor))])),
    ...{ sums: batch * stride, slopes: batch * stride },
    ...{ compoundEntries: mostBits, compoundEnds: batch, rowEntries: mostBits, rowEnds: rows, rows },
  });
  const session = await openSession(modelBytes(denseGraph(shape)), threads);

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
  const parameters = Object.fromEntries(
    small.map((tensor) => [tensor.name, floats(valuesOf(tensor.name).subarray(0, sizeOfTensor(tensor)), tensor.shape)]),
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

  /** Forward and backward, part by part: gradients of small parameters and slopes are in the memory then. */
  async function learn(drawn: Minibatch, scales: Feeds): Promise<number> {
    let loss = 0;
    for (let from = 0; from < batch; from += partSize) {
      const to = Math.min(batch, from + partSize);
      const sums = gatherRows(area.sums!.values.subarray(from * stride, to * stride), width, stride);
      const results = await session.run({
        sums: floats(sums, [to - from, width]),
        ...parameters,
        ...partFeeds(drawn, shape, from, to),
        ...scales,
      });
      const result = (name: string) => results[name]!.data as Float32Array;
      for (const { name } of small) {
        const gradient = result(`gradient.${name}`);
        if (from === 0) valuesOf(`gradient.${name}`).set(gradient);
        else addTo(valuesOf(`gradient.${name}`), gradient);
      }
      spreadRows(result('into_bits'), area.slopes!.values.subarray(from * stride), width, stride);
      loss += result('loss')[0]!;
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
    async run(batches, rates, taken) {
      const scales = { unit_scale: scalar(1 / rates.keptUnits), input_scale: scalar(1 / rates.keptBits) };
      const losses = new Float32Array(batches.length);
      for (const [step, drawn] of batches.entries()) {
        const number = taken + step + 1;
        const lists = bitLists(drawn, compaction, rows, 4 * stride, optimiser === 'adam');
        sumOverBits(lists.ofCompounds);
        losses[step] = await learn(drawn, scales);
        const trunk = adamNumbers(adamScalars(rates.trunk, number), number);
        const head = adamNumbers(adamScalars(rates.head, number), number);
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
    close: session.release,
  };
}

const fourfold = (size: number): number => 4 * Math.ceil(size / 4);

/** In the order in which the kernels take them; see optimiser.ts. */
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

/** Masks and labels of the compounds from `from` to before `to`. */
function partFeeds(drawn: Minibatch, shape: TrainShape, from: number, to: number): Feeds {
  const masks = maskedLayers(shape).map(
    ({ name, width }) =>
      [name, bools(drawn.masks[name]!.subarray(from * width, to * width), [to - from, width])] as const,
  );
  const labels = shape.heads.flatMap(({ kind, tasks }) => {
    const { cells, ...values } = drawn.labels[kind]!;
    const [start, end] = [firstFrom(cells, from * tasks), firstFrom(cells, to * tasks)];
    return [
      [listName(kind, 'cells'), integers(cells.subarray(start, end).map((cell) => cell - from * tasks))] as const,
      ...Object.entries(values).map(([name, all]) => [listName(kind, name), floats(all.subarray(start, end))] as const),
    ];
  });
  return Object.fromEntries([...masks, ...labels]);
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
