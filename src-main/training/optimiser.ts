/** The numbers that change from step to step: Adam's rates and bias correction, as scalars that the train graph takes. */

/** Adam's decay of the mean gradient and of its square (Kingma and Ba 2015). */
const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-8;

/** Steps between two settlings: lifted gradients stay within 1 / 0.9^32 = 29 of their size. */
const window = 32;

/** How many steps a run may take at most, so that a settling falls on its end. */
export const stepsToSettling = (taken: number): number => window - (taken % window);

export type AdamScalars = {
  readonly scale: number;
  readonly denominator: number;
  /** What a gradient, and its square, is multiplied by before it is added to its moment. */
  readonly firstLift: number;
  readonly secondLift: number;
};

/**
 * Adam (Kingma and Ba 2015) with as few passes over the state as there can be: moments are kept without their
 * (1 - decay), and within a window of 32 steps they do not decay. Instead the gradient of its k-th step is lifted by
 * decay^-k, and the moments are multiplied by decay^32 once, where the window ends. With m' and v' as they stand in
 * between, the update rate x m^ / (sqrt(v^) + 1e-8) is `scale` x m' / (sqrt(v') + `denominator`). Windows are counted
 * from the first step of all, so that the numbers do not depend on how steps are cut into runs.
 * @param step from 1
 */
export function adamScalars(rate: number, step: number): AdamScalars {
  const ofWindow = ((step - 1) % window) + 1;
  const [first, second] = [firstDecay ** ofWindow, secondDecay ** ofWindow];
  const correction = Math.sqrt((1 - secondDecay ** step) / (1 - secondDecay) / second);
  return {
    scale: ((rate * (1 - firstDecay)) / (1 - firstDecay ** step)) * correction * first,
    denominator: epsilon * correction,
    firstLift: 1 / first,
    secondLift: 1 / second,
  };
}

/** What the moments are multiplied by at the end of a run, after so many steps of all. */
export const settling = (taken: number): { readonly first: number; readonly second: number } =>
  taken % window === 0 ? { first: firstDecay ** window, second: secondDecay ** window } : { first: 1, second: 1 };
