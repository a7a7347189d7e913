/** The way of taking train steps that belongs to a provider. */
import type { ProviderName } from '../../contract/providers.ts';
import type { Compaction } from '../compaction.ts';
import { openCpuStepper } from '../cpu/stepper.ts';
import { openStepper, type State, type Stepper } from '../stepper.ts';
import type { TrainShape, TrunkOptimiser } from '../train-graph.ts';
import { openWebgpuStepper } from '../webgpu/stepper.ts';

export type OpenStepper = (
  shape: TrainShape,
  optimiser: TrunkOptimiser,
  compaction: Compaction,
  start: State,
) => Promise<Stepper>;

/**
 * On the CPU the state stays where it is: an output of onnxruntime is always copied.
 * CUDA, DirectML and CoreML take the Loop, whose state stays on the device for the steps of a run: Node's binding of
 * onnxruntime 1.30 lets outputs stay on a device for WebGPU only. These three have not been run by us: a check compares
 * their weights with the CPU's before the automatic choice takes one.
 * @param threads of the CPU's, where steps are taken there
 */
export function openStepperOn(provider: ProviderName, threads = 1): OpenStepper {
  switch (provider) {
    case 'cpu':
      return (shape, optimiser, compaction, start) => openCpuStepper(shape, optimiser, compaction, start, threads);
    case 'webgpu':
      return openWebgpuStepper;
    default:
      return (shape, optimiser, compaction, start) => openStepper(shape, optimiser, compaction, start, provider);
  }
}
