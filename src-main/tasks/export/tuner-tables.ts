/** MELLODDY-TUNER's tables of one task set, with the names and orders of its columns. */
import type { Catalog } from '../../catalog/open.ts';
import { iterateCompoundStructures } from '../../catalog/task-sources.ts';
import { type FoldCount, iterateTaskCompounds } from '../../catalog/tasks.ts';
import type { TaskRules } from '../../contract/tasks.ts';
import { identityOf } from '../build.ts';
import { totalOf } from '../classes.ts';
import { regressionType, type SelectedTask, type Selection } from './selection.ts';
import { writeCsv } from './whole-file.ts';

type Cell = string | number;

/**
 * A descriptor vector's id is its row in the set, from 1, so that it means the same in every export of the set; a task's
 * is its place among all tasks, from 1. The ids that begin with `cont_` are places in the matrices, from 0.
 */
export async function writeTables(
  catalog: Catalog,
  selection: Selection,
  written: (name: string, write: (path: string) => Promise<void>) => Promise<void>,
  turn: () => void,
): Promise<void> {
  const table = (name: string, columns: readonly string[], rows: () => Iterable<readonly Cell[]>) =>
    written(`results/${name}.csv`, (path) => writeCsv(path, columns, rows(), turn));
  const { regression } = selection;

  await table('T5', ['input_compound_id', 'fold_id', 'descriptor_vector_id'], () => compounds(catalog, selection));
  await table('T6', vectorColumns, () => vectors(catalog, selection, false));
  await table('T6_cont', [...vectorColumns, 'cont_descriptor_vector_id'], () => vectors(catalog, selection, true));
  await table('T3c', definitionColumns, () => selection.tasks.map(definition));
  await table('T8c', annotatedColumns, () => selection.tasks.map((task) => annotated(task, selection)));
  const folds = foldsOf(catalog, selection);
  await table('T10c', labelColumns, () => labels(selection, folds, false));
  await table('T10c_cont', [...labelColumns, 'cont_descriptor_vector_id'], () => labels(selection, folds, true));
  if (selection.auxiliary) return;
  await table('T8r', regressionColumns, () => regression.map((task) => annotatedRegression(task, selection.set.rules)));
  await table('T10r', valueColumns, () => values(selection, folds, false));
  await table('T10r_cont', [...valueColumns, 'cont_descriptor_vector_id'], () => values(selection, folds, true));
}

const vectorColumns = ['descriptor_vector_id', 'fp_feat', 'fp_val', 'fold_id'];
const definitionColumns = [
  ...['classification_task_id', 'input_assay_id', 'assay_type', 'variance_quorum_OK', 'use_in_regression', 'is_binary'],
  ...['is_auxiliary', 'threshold', 'threshold_method', 'direction', 'catalog_assay_id', 'catalog_task_id'],
];
const annotatedColumns = [
  ...['cont_classification_task_id', 'classification_task_id', 'input_assay_id', 'catalog_assay_id', 'catalog_task_id'],
  ...['assay_type', 'variance_quorum_OK', 'is_auxiliary', 'use_in_regression', 'is_binary', 'threshold'],
  ...['threshold_method', 'direction', 'training_quorum_OK', 'evaluation_quorum_OK', 'aggregation_weight', 'weight'],
  ...['num_total_actives', 'num_fold_min_actives', 'num_total_inactives', 'num_fold_min_inactives', 'n_tasks'],
  ...['retained_tasks', 'catalog_check_INFO'],
];
const labelColumns = ['cont_classification_task_id', 'descriptor_vector_id', 'fold_id', 'class_label'];
const regressionColumns = [
  ...[
    'cont_regression_task_id',
    'input_assay_id',
    'assay_type',
    'variance_quorum_OK',
    'is_auxiliary',
    'use_in_regression',
  ],
  ...[1, 2, 3, 4, 5].map((number) => `expert_threshold_${number}`),
  ...['direction', 'training_quorum_OK', 'evaluation_quorum_OK', 'evaluation_stdv_quorum_OK', 'aggregation_weight'],
  ...['weight', 'censored_weight', 'fraction_censored'],
];
const valueColumns = [
  ...['input_assay_id', 'descriptor_vector_id', 'fold_id', 'standard_qualifier', 'standard_value'],
  'cont_regression_task_id',
];

const truth = (value: boolean): string => (value ? 'True' : 'False');

function* compounds(catalog: Catalog, { set, rowOf }: Selection): Iterable<readonly Cell[]> {
  const identity = identityOf(set.rules);
  const keyOf = (smiles: string, bits: Uint16Array, fold: number) =>
    identity === 'structure' ? smiles : `${fold} ${bits.join()}`;
  const rows = new Map<string, number>();
  let row = 0;
  for (const { smiles, bits, fold } of iterateTaskCompounds(catalog, set.id, { classifiedOnly: false })) {
    if ((rowOf[row] ?? -1) >= 0) rows.set(keyOf(smiles, bits, fold), row);
    row++;
  }
  for (const { companyId, smiles, bits, fold } of iterateCompoundStructures(catalog, set.parameterHash)) {
    const found = rows.get(keyOf(smiles, bits, fold));
    if (found !== undefined) yield [companyId, fold, found + 1];
  }
}

function* vectors(catalog: Catalog, { set, rowOf }: Selection, continued: boolean): Iterable<readonly Cell[]> {
  let row = 0;
  for (const { bits, fold } of iterateTaskCompounds(catalog, set.id, { classifiedOnly: false })) {
    const place = rowOf[row++] ?? -1;
    if (place < 0) continue;
    const cells = [row, `[${[...bits].join(', ')}]`, `[${Array.from(bits, () => 1).join(', ')}]`, fold];
    yield continued ? [...cells, place] : cells;
  }
}

function definition(task: SelectedTask, at: number): readonly Cell[] {
  const { assay, threshold, method, auxiliary, catalogue } = task;
  return [
    ...[at + 1, assay.code, assay.type, ...flags(task), truth(auxiliary), threshold, method, directionOf(task)],
    ...[assay.catalogueAssayId ?? '', catalogue?.catalogueTaskId ?? ''],
  ];
}

/** variance_quorum_OK, use_in_regression, is_binary */
const flags = ({ assay }: Pick<SelectedTask, 'assay'>): readonly Cell[] => [
  truth(assay.reason.key !== 'tasks.reason.noVariance'),
  truth(assay.useInRegression ?? !isBinary(assay)),
  truth(isBinary(assay)),
];

const isBinary = ({ scale, type, binary }: SelectedTask['assay']): boolean =>
  scale === 'binary' || type === 'AUX_PL' || binary;

/** Empty where there is none: classes as they are, and effects of either sign. */
const directionOf = ({ assay, direction, twoSided }: SelectedTask): string =>
  twoSided || isBinary(assay) ? '' : direction;

function annotated(task: SelectedTask, { tasks, set }: Selection): readonly Cell[] {
  const { assay, column, threshold, method, auxiliary, catalogue, judgedAs, counts } = task;
  const [variance, regression, binary] = flags(task);
  const total = totalOf(counts);
  const judged = set.rules.compatibility === 'tuner' ? counts.filter(hasLabels) : counts;
  const least = (name: 'actives' | 'inactives') =>
    judged.reduce((least, count) => Math.min(least, count[name]), Infinity);
  const own = tasks.filter(({ assayId, column: trained }) => assayId === task.assayId && trained >= 0).length;
  return [
    ...[column < 0 ? '' : column, tasks.indexOf(task) + 1, assay.code, assay.catalogueAssayId ?? ''],
    ...[catalogue?.catalogueTaskId ?? '', judgedAs ?? assay.type, variance!, truth(auxiliary), regression!, binary!],
    ...[threshold, method, directionOf(task), truth(task.trainingQuorum), truth(task.evaluationQuorum)],
    ...[task.aggregationWeight, column < 0 ? '' : task.trainingWeight],
    ...[total.actives, judged.length === 0 ? 0 : least('actives')],
    ...[total.inactives, judged.length === 0 ? 0 : least('inactives'), own === 0 ? '' : own, own],
    catalogue === null || catalogue.check === 'matched' ? '' : catalogue.check,
  ];
}

const hasLabels = ({ actives, inactives }: FoldCount): boolean => actives + inactives > 0;

function annotatedRegression(
  { assay, column, detail }: Selection['regression'][number],
  rules: TaskRules,
): readonly Cell[] {
  const trains = detail.trainingShort.total === 0 && detail.trainingShort.uncensored === 0;
  return [
    ...[column < 0 ? '' : column, assay.code, regressionType(assay.type)],
    ...[flags({ assay })[0]!, truth(detail.auxiliary), truth(detail.off === null)],
    ...[0, 1, 2, 3, 4].map((at) => assay.expertThresholds[at] ?? ''),
    ...[assay.direction ?? '', truth(trains), truth(detail.evaluationShort.length === 0)],
    ...[truth(detail.flatFolds.length === 0), detail.aggregationWeight, detail.auxiliary ? rules.auxiliaryWeight : 1],
    ...[detail.censoredWeight, detail.censoredShare],
  ];
}

/** By row of the set. */
function foldsOf(catalog: Catalog, { set }: Selection): Uint8Array {
  const folds: number[] = [];
  for (const { fold } of iterateTaskCompounds(catalog, set.id, { classifiedOnly: false })) folds.push(fold);
  return Uint8Array.from(folds);
}

function* labels({ tasks, rowOf }: Selection, folds: Uint8Array, continued: boolean): Iterable<readonly Cell[]> {
  for (const { column, labels: own } of tasks) {
    for (const [at, row] of own.rows.entries()) {
      const cells = [column, row + 1, folds[row]!, own.classes[at]!];
      yield continued ? [...cells, rowOf[row]!] : cells;
    }
  }
}

function* values({ regression, rowOf }: Selection, folds: Uint8Array, continued: boolean): Iterable<readonly Cell[]> {
  for (const { assay, column, values: own } of regression) {
    for (const [at, row] of own.rows.entries()) {
      const relation = ['<', '=', '>'][own.censors[at]! + 1]!;
      const cells = [assay.code, row + 1, folds[row]!, relation, own.values[at]!, column];
      yield continued ? [...cells, rowOf[row]!] : cells;
    }
  }
}
