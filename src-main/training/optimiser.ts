/** The numbers that change from step to step: rates, and Adam's bias correction folded into two scalars. */
import { firstDecay, secondDecay } from './train-graph.ts';

const epsilon = 1e-8;

/**
 * Adam (Kingma and Ba 2015) with moments kept without their (1 - decay): m' = 0.9 m' + g, v' = 0.999 v' + g². The
 * update rate x m^ / (sqrt(v^) + 1e-8) then is `scale` x m' / (sqrt(v') + `denominator`), which saves passes over the
 * state.
 * @param step from 1
 */
export function adamScalars(rate: number, step: number): { readonly scale: number; readonly denominator: number } {
  const size = Math.sqrt((1 - secondDecay ** step) / (1 - secondDecay));
  return { scale: ((rate * (1 - firstDecay)) / (1 - firstDecay ** step)) * size, denominator: epsilon * size };
}
