/** The baseline: each partner alone, by the best of a few settings on its validation fold. */
import type { Control } from '../../contract/progress.ts';
import { type AloneSettings, aloneSettings } from '../../contract/training.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { fingerprintBits } from '../../training/network.ts';
import { judgePredictions, minimumPerClass, predictJudged } from './predictions.ts';
import type { Corner, PartnerResult, Runs } from './runs.ts';
import type { AloneChoice } from './settings.ts';
import { foldBits } from './tables.ts';
import { startTrainerHere } from './trainer-here.ts';

/** @returns by the highest mean AUC-PR on the validation fold; of equals the first */
export async function bestAlone(
  runs: Runs,
  corner: Corner,
  partner: string,
  table: TrainingTable,
  choices: readonly AloneChoice[],
  control: Control,
): Promise<PartnerResult> {
  let best: { readonly result: PartnerResult; readonly worth: number } | undefined;
  for (const { bits: fewer, ...choice } of choices) {
    const settings = aloneSettings.parse({ ...choice, seed: corner.seed, minimumPerClass });
    const seen = fewer === undefined ? table : foldBits(table, fewer);
    const bits = seen.fingerprintBits ?? null;
    const result = await runs.once({ ...corner, arm: 'alone', settings: { ...settings, bits } }, partner, () =>
      trainedAlone(partner, seen, settings, control),
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
      chosen: [
        `step ${step} of ${stepsTaken}`,
        `${table.fingerprintBits ?? fingerprintBits} bits, hidden ${settings.hidden.join(' ')}`,
        `rates ${settings.trunkRate} ${settings.headRate}, dropout ${settings.dropout} ${settings.inputDropout}`,
      ].join(', '),
      predictions: await predictJudged(trainer, table, trunk, step),
    };
  } finally {
    await trainer.close();
  }
}
