/** Started by webgpu.test.ts with SwiftShader's environment: takes steps on WebGPU and sends how far from float64 they end. */
import type { HeadSettings } from '../../src-main/contract/training.ts';
import { tensorOf } from '../../src-main/training/network.ts';
import { openStepper } from '../../src-main/training/stepper.ts';
import type { TrunkOptimiser } from '../../src-main/training/train-graph.ts';
import { openWebgpuStepper } from '../../src-main/training/webgpu/stepper.ts';
import { apart, compare, type Sizes } from './compare-steps.ts';

export type Case = {
  readonly hidden: readonly number[];
  readonly optimiser: TrunkOptimiser;
  readonly runs: readonly number[];
  readonly settings: HeadSettings;
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

process.on('message', async ({ hidden, optimiser, runs, settings, sizes }: Case) => {
  const take = (open: typeof openWebgpuStepper) => compare(hidden, optimiser, runs, open, settings, sizes);
  const [device, again, cpu] = [await take(openWebgpuStepper), await take(openWebgpuStepper), await take(openStepper)];
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

const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
