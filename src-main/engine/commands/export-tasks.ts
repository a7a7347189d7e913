/** Tasks for `chorale export`: one row per task of the newest task set, with its classes in every fold. */
import { newestTaskSet, readAssays, readTasks } from '../../catalog/tasks.ts';
import { totalOf } from '../../tasks/classes.ts';
import { foldCount } from '../../tasks/folds.ts';
import type { Exporter } from './export.ts';

const folds = Array.from({ length: foldCount }, (_, fold) => fold);

export const exportedTasks: Exporter = ({ catalog }) => ({
  columns: [
    ...['task', 'assay_id', 'assay_type', 'threshold', 'method', 'direction', 'auxiliary'],
    ...['training_quorum', 'evaluation_quorum', 'training_weight', 'aggregation_weight'],
    ...['actives', 'inactives', 'ambiguous'],
    ...folds.flatMap((fold) => [`actives_fold_${fold}`, `inactives_fold_${fold}`]),
  ],
  rows: (function* () {
    const set = newestTaskSet(catalog);
    if (set === undefined) return;
    const assays = new Map(readAssays(catalog).map((assay) => [assay.assayId, assay]));
    for (const task of readTasks(catalog, set.id)) {
      const assay = assays.get(task.assayId);
      const { actives, inactives, ambiguous } = totalOf(task.counts);
      yield [
        task.position < 0 ? '' : task.position,
        assay?.code ?? '',
        assay?.type ?? '',
        task.threshold,
        task.method,
        task.direction,
        Number(task.auxiliary),
        Number(task.trainingQuorum),
        Number(task.evaluationQuorum),
        task.trainingWeight,
        task.aggregationWeight,
        actives,
        inactives,
        ambiguous,
        ...task.counts.flatMap((count) => [count.actives, count.inactives]),
      ];
    }
  })(),
});
