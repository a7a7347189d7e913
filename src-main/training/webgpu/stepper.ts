/** Takes train steps on WebGPU: the state stays on the device from step to step, and comes back when it is asked for. */
import type ort from 'onnxruntime-node';
import type { Compaction } from '../compaction.ts';
import { sizeOfTensor, type TensorSize } from '../network-shape.ts';
import { graphBuilder, modelBytes } from '../onnx/graph.ts';
import { adamScalars, settling, stepsToSettling } from '../optimiser.ts';
import { type Feeds, floats, openSession, scalar } from '../session.ts';
import type { State, Stepper } from '../stepper.ts';
import { stateTensors, type TrainShape, type TrunkOptimiser } from '../train-graph.ts';
import { webgpuStepFeeds } from './step-feeds.ts';
import { lossesKept, webgpuStepGraph } from './step-graph.ts';

/** Tensors that `start` does not name begin as zeros. @throws Error of onnxruntime when there is no device */
export async function openWebgpuStepper(
  shape: TrainShape,
  optimiser: TrunkOptimiser,
  compaction: Compaction,
  start: State,
): Promise<Stepper> {
  const place = { provider: 'webgpu', whole: true } as const;
  const session = await openSession(modelBytes(webgpuStepGraph(shape, optimiser)), 1, { ...place, keepsOutputs: true });
  const tensors = stateTensors(shape, optimiser);
  const losses = { name: 'losses', shape: [lossesKept] };
  const reader = await openSession(modelBytes(readerGraph(tensors)), 1, place);
  const lossReader = await openSession(modelBytes(readerGraph([losses])), 1, place);
  const zeros = (tensor: TensorSize) => new Float32Array(sizeOfTensor(tensor));
  let now: Record<string, ort.Tensor> = Object.fromEntries(
    tensors.map((tensor) => [tensor.name, floats(start[tensor.name]?.slice() ?? zeros(tensor), tensor.shape)]),
  );

  /** Takes the outputs as the state from here on, and lets the buffers go that held it before. */
  function follow(results: Feeds, names: readonly TensorSize[]): void {
    for (const { name } of names) {
      release(now[name]);
      now[name] = results[`next.${name}`]!;
    }
  }

  return {
    shape,
    async state() {
      const read = await reader.run(now);
      return Object.fromEntries(tensors.map(({ name }) => [name, read[`read.${name}`]!.data as Float32Array]));
    },
    replace(replaced) {
      for (const { name, shape: sizes } of tensors) {
        const values = replaced[name];
        if (values === undefined) continue;
        release(now[name]);
        now = { ...now, [name]: floats(values.slice(), sizes) };
      }
    },
    async run(batches, rates, taken) {
      if (batches.length > stepsToSettling(taken)) throw new RangeError('a run must not go beyond a settling');
      now = { ...now, losses: floats(new Float32Array(lossesKept), losses.shape) };
      for (const [step, drawn] of batches.entries()) {
        const trunk = adamScalars(rates.trunk, taken + step + 1);
        const head = adamScalars(rates.head, taken + step + 1);
        const settle = settling(taken + step + 1);
        const results = await session.run({
          ...webgpuStepFeeds(drawn, compaction, shape, rates),
          ...now,
          loss_at: floats(new Float32Array(lossesKept).fill(1, step, step + 1)),
          trunk_rate: scalar(optimiser === 'adam' ? trunk.scale : rates.trunk),
          head_rate: scalar(head.scale),
          denominator: scalar(head.denominator),
          first_lift: scalar(head.firstLift),
          second_lift: scalar(head.secondLift),
          first_settle: scalar(settle.first),
          second_settle: scalar(settle.second),
          input_scale: scalar(1 / rates.keptBits),
          ...(shape.decays === true && { weight_decay: scalar(rates.weightDecay ?? 0) }),
        });
        follow(results, [...tensors, losses]);
      }
      const { losses: told, ...state } = now;
      const read = await lossReader.run({ losses: told! });
      release(told);
      now = state;
      return (read['read.losses']!.data as Float32Array).slice(0, batches.length);
    },
    async close() {
      for (const tensor of Object.values(now)) release(tensor);
      for (const opened of [session, reader, lossReader]) await opened.release();
    },
  };
}

/** Copies what lies on the device to where it can be read: `getData` of a device's tensor ends the process. */
function readerGraph(tensors: readonly TensorSize[]) {
  const graph = graphBuilder('read');
  for (const { name, shape } of tensors) {
    graph.output(graph.named(`read.${name}`, graph.input(name, 'float', shape)), 'float', shape);
  }
  return graph.finish();
}

/** Buffers of a device are not seen by the garbage collector. */
function release(tensor: ort.Tensor | undefined): void {
  if (tensor?.location === 'gpu-buffer') tensor.dispose();
}
