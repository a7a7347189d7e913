/** Runs the train graph over minibatches and keeps its state between runs. */
import type { Control } from '../contract/progress.ts';
import type { ProviderName } from '../contract/providers.ts';
import type { Compaction } from './compaction.ts';
import type { Minibatch } from './minibatch.ts';
import { sizeOfTensor } from './network-shape.ts';
import { modelBytes } from './onnx/graph.ts';
import { type AdamScalars, adamScalars, settling, stepsToSettling } from './optimiser.ts';
import { type Feeds, floats, integers, openSession, scalar } from './session.ts';
import { stepFeeds } from './step-feeds.ts';
import { stateTensors, type TrainShape, type TrunkOptimiser, trainGraph } from './train-graph.ts';

/** Every tensor of the state by its name: parameters, and `.first` and `.second` for those that Adam moves. */
export type State = Record<string, Float32Array>;

export type Rates = {
  readonly trunk: number;
  readonly head: number;
  /** Shares of bits and units kept by dropout: what is kept is scaled by their inverse. */
  readonly keptBits: number;
  readonly keptUnits: number;
  /** Added to the gradient of what Adam moves, times the number itself; only where the shape says so. */
  readonly weightDecay?: number;
};

export type Stepper = {
  readonly shape: TrainShape;
  /** The state after the last run. Its arrays are written again by later runs: copy what must stay. */
  readonly state: () => Promise<State>;
  /** Puts other values in the place of some tensors. */
  readonly replace: (tensors: State) => void;
  /**
   * Takes one step per minibatch, at most `stepsToSettling` of them: give it work for less than half a second.
   * @param taken steps that Adam has taken before
   * @param control listened to where a step has parts, since one step of a large model may take longer than a second
   * @returns the loss of each step
   * @throws CANCELLED; the state is then that of a step in between
   */
  readonly run: (
    batches: readonly Minibatch[],
    rates: Rates,
    taken: number,
    control?: Control,
  ) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
};

/** The graph adds to duplicate indices, which is only right in one thread; see train-graph.ts. */
const threads = 1;

/** Tensors that `start` does not name begin as zeros, as Adam's moments do. */
export async function openStepper(
  shape: TrainShape,
  optimiser: TrunkOptimiser,
  compaction: Compaction,
  start: State,
  provider: ProviderName = 'cpu',
): Promise<Stepper> {
  const graph = modelBytes(trainGraph(shape, optimiser));
  const session = await openSession(graph, threads, { provider });
  const tensors = stateTensors(shape, optimiser);
  const sizes = tensors.map(sizeOfTensor);
  // Two sets of buffers take turns as input and output, so that no run allocates a state of its own.
  let now = tensors.map(({ name }, index) => start[name]?.slice() ?? new Float32Array(sizes[index]!));
  let next = sizes.map((size) => new Float32Array(size));
  const feeds = (prefix: string, values: readonly Float32Array[]): Feeds =>
    Object.fromEntries(tensors.map(({ name, shape }, index) => [`${prefix}${name}`, floats(values[index]!, shape)]));

  return {
    shape,
    state: async () => Object.fromEntries(tensors.map(({ name }, index) => [name, now[index]!])),
    replace(replaced) {
      tensors.forEach(({ name }, index) => {
        const values = replaced[name];
        if (values !== undefined) now[index]!.set(values);
      });
    },
    async run(batches, rates, taken) {
      if (batches.length > stepsToSettling(taken)) throw new RangeError('a run must not go beyond a settling');
      const trunk = batches.map((_, step) => adamScalars(rates.trunk, taken + step + 1));
      const head = batches.map((_, step) => adamScalars(rates.head, taken + step + 1));
      const settle = settling(taken + batches.length);
      const perStep = (value: (scalars: AdamScalars) => number, of = head) => floats(Float32Array.from(of, value));
      const { losses } = await session.run(
        {
          ...stepFeeds(batches, compaction, shape, optimiser),
          ...feeds('', now),
          steps: integers([batches.length], []),
          trunk_rate: perStep(({ scale }) => (optimiser === 'adam' ? scale : rates.trunk), trunk),
          head_rate: perStep(({ scale }) => scale),
          denominator: perStep(({ denominator }) => denominator),
          first_lift: perStep(({ firstLift }) => firstLift),
          second_lift: perStep(({ secondLift }) => secondLift),
          first_settle: scalar(settle.first),
          second_settle: scalar(settle.second),
          input_scale: scalar(1 / rates.keptBits),
          unit_scale: scalar(1 / rates.keptUnits),
          ...(shape.decays === true && { weight_decay: scalar(rates.weightDecay ?? 0) }),
        },
        feeds('next.', next),
      );
      [now, next] = [next, now];
      return losses!.data as Float32Array;
    },
    close: session.release,
  };
}
