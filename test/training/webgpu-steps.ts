/** Started by webgpu.test.ts with SwiftShader's environment: takes steps on WebGPU and sends how far from float64 they end. */
import type { HeadSettings } from '../../src-main/contract/training.ts';
import { tensorOf } from '../../src-main/training/network.ts';
import { sizeOfTensor } from '../../src-main/training/network-shape.ts';
import { openStepper, type Stepper } from '../../src-main/training/stepper.ts';
import { stateTensors, type TrunkOptimiser } from '../../src-main/training/train-graph.ts';
import { openWebgpuStepper } from '../../src-main/training/webgpu/stepper.ts';
import { apart, compare, type Open, type Sizes } from './compare-steps.ts';

export type Case = {
  readonly hidden: readonly number[];
  readonly optimiser: TrunkOptimiser;
  readonly runs: readonly number[];
  readonly settings?: HeadSettings;
  readonly sizes?: Sizes;
};

export type Outcome = {
  /** Of all tensors and of the losses, in units of the largest value; see `apart`. */
  readonly fromReference: number;
  readonly fromCpu: number;
  /** Of the first weight, from where it began. */
  readonly moved: number;
  /** Whether a second time gives the same numbers, bit for bit. */
  readonly repeats: boolean;
};

process.on('message', async ({ hidden, optimiser, runs, settings = {}, sizes }: Case) => {
  const take = (open: Open) => compare(hidden, optimiser, runs, open, settings, sizes);
  const { open, close } = onceOpened();
  const [device, again, cpu] = [await take(open), await take(open), await take(openStepper)];
  await close();
  const farthest = (others: readonly ArrayLike<number>[], losses: ArrayLike<number>) =>
    Math.max(apart(device.losses, losses), ...device.tensors.map((values, index) => apart(values, others[index]!)));
  const outcome: Outcome = {
    fromReference: farthest(device.reference, device.expected),
    fromCpu: farthest(cpu.tensors, cpu.losses),
    moved: apart(device.tensors[0]!, tensorOf(device.begin, device.begin.shapes[0]!)),
    repeats: device.tensors.every((values, index) => Buffer.compare(bytes(values), bytes(again.tensors[index]!)) === 0),
  };
  process.send?.(outcome);
});

/** The same stepper each time, put back to the start: a driver takes seconds to make the programs of a session. */
function onceOpened(): { readonly open: Open; readonly close: () => Promise<void> } {
  let opened: Stepper | undefined;
  return {
    async open(shape, optimiser, compaction, start) {
      const zeros = stateTensors(shape, optimiser).map(
        (tensor) => [tensor.name, new Float32Array(sizeOfTensor(tensor))] as const,
      );
      opened ??= await openWebgpuStepper(shape, optimiser, compaction, {});
      opened.replace({ ...Object.fromEntries(zeros), ...start });
      return { ...opened, close: async () => {} };
    },
    close: async () => opened?.close(),
  };
}

const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
