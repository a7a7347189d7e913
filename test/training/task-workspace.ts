/** A workspace with a task set in it, in a folder of its own. */
import { addTaskSet, type NewTaskSet } from '../../src-main/catalog/tasks.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';
import type { TrainingTable } from '../../src-main/tasks/training-table.ts';

/** @param smiles of each row of the table @returns the id of the task set */
export function storeTable(
  { catalog }: Workspace,
  table: TrainingTable,
  parameterHash: string,
  smiles: (row: number) => string,
): number {
  const addAssay = catalog.db.prepare(`insert or ignore into assay (id, code, assay_type) values (?, ?, 'OTHER')`);
  for (const { assayId } of table.tasks) addAssay.run(assayId, `A-${assayId}`);
  return addTaskSet(catalog, {
    parameterHash,
    rules: defaultTaskRules,
    builtFrom: '',
    hash: '',
    foldsSeen: null,
    catalogueHash: null,
    assays: [],
    regressionTasks: regressionTasksOf(table),
    tasks: table.tasks.map((task, position) => ({
      position,
      assayId: task.assayId,
      threshold: task.threshold,
      method: 'fixed_adaptive',
      direction: 'high',
      twoSided: false,
      auxiliary: task.auxiliary,
      judgedAs: 'OTHER',
      catalogue: null,
      trainingQuorum: true,
      evaluationQuorum: task.evaluationQuorum,
      trainingWeight: task.trainingWeight,
      aggregationWeight: task.aggregationWeight,
      counts: [0, 1, 2, 3, 4].map((fold) => ({ fold, ...classesOf(table, position, fold), ambiguous: 0 })),
      labels: labelsOf(table, position),
    })),
    compounds: Array.from({ length: table.rows }, (_, row) => ({
      position: row,
      classified: true,
      smiles: smiles(row),
      fold: table.folds[row]!,
      bits: table.bitIndices.slice(table.bitOffsets[row], table.bitOffsets[row + 1]),
    })),
  });
}

/** As a task set has them that meet every quorum. */
function regressionTasksOf({ regression }: TrainingTable): NewTaskSet['regressionTasks'] {
  const none = { total: 0, uncensored: 0 };
  return (regression?.tasks ?? []).map((task, position) => {
    const own = (_: number, at: number) => regression!.columns[at] === position;
    const values = {
      rows: regression!.rows.filter(own),
      values: regression!.values.filter(own),
      censors: regression!.censors.filter(own),
    };
    const total = values.rows.length;
    const uncensored = values.censors.filter((censor) => censor === 0).length;
    return {
      position,
      assayId: task.assayId,
      values,
      detail: {
        status: 'ready',
        off: null,
        auxiliary: task.auxiliary,
        total,
        uncensored,
        folds: [],
        trainingShort: none,
        evaluationShort: [],
        flatFolds: [],
        limits: { trainingTotal: 0, trainingUncensored: 0, foldTotal: 0, foldUncensored: 0, foldDeviation: null },
        trainingWeight: task.trainingWeight,
        aggregationWeight: task.aggregationWeight,
        censoredShare: (total - uncensored) / total,
        censoredWeight: task.censoredWeight,
      },
    };
  });
}

function labelsOf({ labelRows, labelTasks, labelValues }: TrainingTable, task: number) {
  const own = (_: number, at: number) => labelTasks[at] === task;
  return { rows: labelRows.filter(own), classes: labelValues.filter(own) };
}

function classesOf(table: TrainingTable, task: number, fold: number) {
  const counts = { actives: 0, inactives: 0 };
  table.labelRows.forEach((row, at) => {
    if (table.labelTasks[at] !== task || table.folds[row] !== fold) return;
    counts[table.labelValues[at] === 1 ? 'actives' : 'inactives']++;
  });
  return counts;
}
