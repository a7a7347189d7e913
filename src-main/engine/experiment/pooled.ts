/** Upper reference: one model on all partners' data, each partner with its own tasks, ended by the mean of all validation folds. */
import type { Control } from '../../contract/progress.ts';
import type { AloneSettings } from '../../contract/training.ts';
import type { Learner } from './consortium.ts';
import { predictJudged } from './predictions.ts';
import type { PartnerResult, RunPlace, Runs } from './runs.ts';
import { pooledTable } from './tables.ts';
import { startTrainerHere } from './trainer-here.ts';

export async function pooledResults(
  runs: Runs,
  place: RunPlace,
  learners: readonly Learner[],
  settings: AloneSettings,
  control: Control,
): Promise<Map<string, PartnerResult>> {
  const known = learners.map(({ id }) => runs.read(place, id));
  if (known.every((result) => result !== undefined)) return byPartner(known);

  const began = performance.now();
  const table = pooledTable(learners.map((learner) => learner.table));
  const trainer = await startTrainerHere();
  try {
    await trainer.load(table);
    const { trunk, step } = await trainer.trainAlone(settings, control, (point) =>
      control.report({ step: 'experiment.pooled', done: point.step, total: settings.steps }),
    );
    const predictions = await predictJudged(trainer, table, trunk, step);
    const seconds = (performance.now() - began) / 1000;
    let start = 0;
    const results = learners.map(({ id, table: own }) => {
      const labels = own.labelRows.length;
      const part = predictions.slice(start, start + labels);
      start += labels;
      const result = { partner: id, step, seconds, chosen: `step ${step}`, predictions: part };
      runs.keep(place, result);
      return result;
    });
    return byPartner(results);
  } finally {
    await trainer.close();
  }
}

const byPartner = (results: readonly PartnerResult[]) => new Map(results.map((result) => [result.partner, result]));
