/** The baseline: each partner alone, by the best of a few settings on its validation fold. */
import type { Control } from '../../contract/progress.ts';
import { type AloneSettings, aloneSettings } from '../../contract/training.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { judgePredictions, minimumPerClass, predictJudged } from './predictions.ts';
import type { Corner, PartnerResult, Runs } from './runs.ts';
import type { AloneCandidate } from './settings.ts';
import { startTrainerHere } from './trainer-here.ts';

/** @returns by the highest mean AUC-PR on the validation fold; of equals the first candidate */
export async function bestAlone(
  runs: Runs,
  corner: Corner,
  partner: string,
  table: TrainingTable,
  candidates: readonly AloneCandidate[],
  control: Control,
): Promise<PartnerResult> {
  let best: { readonly result: PartnerResult; readonly worth: number } | undefined;
  for (const candidate of candidates) {
    const settings = aloneSettings.parse({ ...candidate, seed: corner.seed, minimumPerClass });
    const bits = table.fingerprintBits ?? null;
    const result = await runs.once({ ...corner, arm: 'alone', settings: { ...settings, bits } }, partner, () =>
      trainedAlone(partner, table, settings, candidate, control),
    );
    const worth = judgePredictions(table, result.predictions, 'validation').means.aucPr ?? 0;
    if (best === undefined || worth > best.worth) best = { result, worth };
  }
  return best!.result;
}

async function trainedAlone(
  partner: string,
  table: TrainingTable,
  settings: AloneSettings,
  candidate: AloneCandidate,
  control: Control,
): Promise<PartnerResult> {
  const began = performance.now();
  const trainer = await startTrainerHere();
  try {
    await trainer.load(table);
    const { trunk, step, stepsTaken } = await trainer.trainAlone(settings, control, (point) =>
      control.report({
        step: 'experiment.alone',
        done: point.step,
        total: settings.steps,
        detail: { partner, validationAucPr: Number((point.validationAucPr ?? 0).toFixed(4)) },
      }),
    );
    return {
      partner,
      step,
      seconds: (performance.now() - began) / 1000,
      chosen: `step ${step} of ${stepsTaken}, ${JSON.stringify(candidate)}`,
      predictions: await predictJudged(trainer, table, trunk, step),
    };
  } finally {
    await trainer.close();
  }
}
