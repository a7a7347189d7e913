/** Tasks for `chorale export`: one row per task of the newest task set with its counts in every fold, then regression tasks. */
import { newestTaskSet, readAssaysOf, readRegressionTasks, readTasks } from '../../catalog/tasks.ts';
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
    ...['kind', 'judged_as', 'catalogue_task_id', 'catalogue_check', 'values', 'uncensored', 'censored_weight'],
    ...folds.flatMap((fold) => [`values_fold_${fold}`, `uncensored_fold_${fold}`]),
  ],
  rows: (function* () {
    const set = newestTaskSet(catalog);
    if (set === undefined) return;
    const assays = readAssaysOf(catalog, set.id);
    for (const task of readTasks(catalog, set.id)) {
      const assay = assays.get(task.assayId);
      const { actives, inactives, ambiguous } = totalOf(task.counts);
      yield [
        task.position < 0 ? '' : task.position,
        assay?.code ?? '',
        assay?.type ?? '',
        task.threshold,
        task.method,
        task.twoSided ? 'both' : task.direction,
        Number(task.auxiliary),
        Number(task.trainingQuorum),
        Number(task.evaluationQuorum),
        task.trainingWeight,
        task.aggregationWeight,
        actives,
        inactives,
        ambiguous,
        ...task.counts.flatMap((count) => [count.actives, count.inactives]),
        'classification',
        task.judgedAs ?? '',
        task.catalogue?.catalogueTaskId ?? '',
        task.catalogue?.check ?? '',
        ...['', '', ''],
        ...folds.flatMap(() => ['', '']),
      ];
    }
    for (const { position, assayId, detail } of readRegressionTasks(catalog, set.id)) {
      if (detail.status === 'off') continue;
      const assay = assays.get(assayId);
      yield [
        position < 0 ? '' : position,
        assay?.code ?? '',
        assay?.type ?? '',
        ...['', '', assay?.direction ?? ''],
        Number(detail.auxiliary),
        Number(position >= 0),
        Number(detail.status === 'ready'),
        detail.trainingWeight,
        detail.aggregationWeight,
        ...['', '', ''],
        ...folds.flatMap(() => ['', '']),
        'regression',
        ...['', '', ''],
        detail.total,
        detail.uncensored,
        detail.censoredWeight,
        ...detail.folds.flatMap(({ total, uncensored }) => [total, uncensored]),
      ];
    }
  })(),
});
