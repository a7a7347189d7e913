/** What the validation fold chooses by, where one figure must decide between steps or settings. */

export type Reached = {
  /** Mean over tasks that count. */
  readonly aucPr: number | null;
  /** BCE per label, and squared error per value in the task's deviations. */
  readonly loss: number | null;
  readonly regressionLoss: number | null;
};

/**
 * Mean AUC-PR; where values are learnt beside it, its mean with the share of their variance that is explained, weighed
 * as the loss weighs both. Where no task has enough of both classes the losses decide.
 * @param regressionWeight share of values in the loss
 * @returns more is better
 */
export function worthOf({ aucPr, loss, regressionLoss }: Reached, regressionWeight = 0.5): number {
  if (aucPr === null) return -((loss ?? 0) + (regressionLoss ?? 0));
  if (regressionLoss === null) return aucPr;
  return (1 - regressionWeight) * aucPr + regressionWeight * (1 - regressionLoss);
}
