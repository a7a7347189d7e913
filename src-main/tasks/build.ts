/** Builds a task set from what the catalog holds: a new one each time, never changed afterwards. */
import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/open.ts';
import {
  describeSource,
  numberVectors,
  readAssays,
  readMeasurementColumns,
  type VectorIdentity,
  type Vectors,
} from '../catalog/task-sources.ts';
import {
  addTaskSet,
  type FoldsSeen,
  type NewTaskSet,
  readStructuresOf,
  type TaskCompoundRow,
  type TaskLabels,
  type TaskValues,
} from '../catalog/tasks.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { AssayType, TaskRules, TaskStatus } from '../contract/tasks.ts';
import { type AssayValues, assayValues } from './assay-values.ts';
import { readCatalogue } from './catalogue.ts';
import { classOf } from './classes.ts';
import { type DefinedAssay, type DefinedTask, defineAssay, type Frame, prepareAssay, statusOfAssay } from './define.ts';
import { cutOf } from './thresholds.ts';

export type TaskSetSummary = {
  readonly taskSetId: number;
  readonly hash: string;
  readonly assays: number;
  /** Assays by status; they sum to `assays`. */
  readonly status: Readonly<Record<TaskStatus, number>>;
  readonly trainingTasks: number;
  /** Of these, the ones that are evaluated and not auxiliary. */
  readonly evaluatedTasks: number;
  readonly regressionTasks: number;
  readonly evaluatedRegressionTasks: number;
  /** With a label of a class or of a value. */
  readonly compounds: number;
  /** Of classes. */
  readonly labels: number;
};

/**
 * @throws NOTHING_TO_LEARN when there is no measurement or no standard structure, CANCELLED. An assay below the quorums
 *   is no error: it stands in the set with its counts.
 */
export function buildTasks({ catalog }: Workspace, rules: TaskRules, control: Control): TaskSetSummary {
  const parameters = parameterHash(readChemistryParameters(catalog));
  const builtFrom = sourceHash(catalog, parameters, rules);
  const assays = readAssays(catalog);
  if (assays.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no measurements' });
  const report = (done: number) => {
    control.report({ step: 'tasks.assays', done, total: assays.length });
    stopIfAsked(control);
  };
  report(0);
  const vectors = numberVectors(catalog, parameters, identityOf(rules), () => report(0));
  let done = 0;
  const measured = () => readMeasurementColumns(catalog, assays, vectors, () => report(done));
  const catalogue = readCatalogue(catalog);
  const seen = createSeen();
  if (rules.compatibility === 'tuner') {
    for (const { assay, measured: columns } of measured()) seen.look(assay.type, assayValues(assay, columns, rules));
  }
  const frame: Frame = { rules, catalogue, foldsSeen: seen.of };

  const kept: KeptAssay[] = [];
  const rows = createRows(vectors.count);
  for (const { assay, measured: columns } of measured()) {
    const prepared = prepareAssay(assay, columns, frame);
    seen.look(assay.type, prepared.values);
    kept.push(keep(defineAssay(prepared, frame), rules, rows));
    report(++done);
  }
  if (kept.every(({ row }) => row.compounds === 0)) {
    throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no standard structures' });
  }
  control.report({ step: 'tasks.write', done, total: assays.length });
  const basis = { parameters, rules, builtFrom, vectors, foldsSeen: seen.told() };
  return write(catalog, { ...basis, catalogueHash: catalogue?.hash ?? null }, kept, rows);
}

/** Tells whether a set is still what a rebuild would make. */
export const sourceHash = (catalog: Catalog, parameters: string, rules: TaskRules): string =>
  sha256(
    JSON.stringify([parameters, rules, readCatalogue(catalog)?.hash ?? null, describeSource(catalog, parameters)]),
  );

export const identityOf = ({ compatibility }: TaskRules): VectorIdentity =>
  compatibility === 'tuner' ? 'fingerprint' : 'structure';

type AssayRow = NewTaskSet['assays'][number];

/** What is left of an assay once it is defined: its tasks, and their labels in columns by vector. */
type KeptAssay = {
  readonly row: AssayRow;
  readonly code: string;
  readonly status: TaskStatus;
  readonly tasks: readonly { readonly task: DefinedTask; readonly labels: TaskLabels | null }[];
  readonly regression: DefinedAssay['regression'];
  readonly values: TaskValues | null;
};

/** Which vectors become rows, and by what. */
type Rows = Uint8Array;
const hasClass = 1;
const hasValue = 2;

const createRows = (vectors: number): Rows => new Uint8Array(vectors);

function keep(defined: DefinedAssay, rules: TaskRules, rows: Rows): KeptAssay {
  const { assay, values, tasks, regression, reason, facts } = defined;
  const { assayId, code, ...said } = assay;
  const trains = regression.trainingWeight > 0;
  if (trains) for (const vector of values.vectors) rows[vector]! |= hasValue;
  return {
    row: {
      assayId,
      scale: values.scale,
      direction: values.direction,
      compounds: values.values.length,
      censored: values.censors.reduce((count, censor) => count + Math.abs(censor), 0),
      reason,
      facts,
      said,
    },
    code,
    status: statusOfAssay(tasks),
    tasks: tasks.map((task) => ({ task, labels: task.trainingQuorum ? labelsOf(defined, task, rules, rows) : null })),
    regression,
    values: trains
      ? { rows: values.vectors.slice(), values: values.values.slice(), censors: values.censors.slice() }
      : null,
  };
}

function labelsOf({ assay, values }: DefinedAssay, task: DefinedTask, rules: TaskRules, rows: Rows): TaskLabels {
  const cut = cutOf(assay, values, task.threshold, rules);
  const labelled = new Uint32Array(values.values.length);
  const classes = new Int8Array(values.values.length);
  let count = 0;
  values.values.forEach((value, at) => {
    const found = classOf({ value, censor: values.censors[at]! }, cut);
    if (found === 0) return;
    const vector = values.vectors[at]!;
    rows[vector]! |= hasClass;
    labelled[count] = vector;
    classes[count++] = found;
  });
  return { rows: labelled.slice(0, count), classes: classes.slice(0, count) };
}

type Basis = {
  readonly parameters: string;
  readonly rules: TaskRules;
  readonly builtFrom: string;
  readonly vectors: Vectors;
  readonly catalogueHash: string | null;
  readonly foldsSeen: FoldsSeen;
};

function write(catalog: Catalog, basis: Basis, kept: readonly KeptAssay[], rows: Rows): TaskSetSummary {
  const { parameters, rules, builtFrom, vectors } = basis;
  const { rowOfVector, count } = numberRows(rows);
  let [position, regressionPosition] = [0, 0];
  const tasks = kept.flatMap(({ row, tasks: own }) =>
    own.map(({ task: { trainingShort: _, evaluationShort: __, ...task }, labels }) => ({
      ...task,
      assayId: row.assayId,
      position: labels === null ? -1 : position++,
      labels: labels && labelsInRows(labels, rowOfVector),
    })),
  );
  const regressionTasks = kept.map(({ row, regression, values }) => ({
    assayId: row.assayId,
    position: values === null ? -1 : regressionPosition++,
    detail: regression,
    values: values && valuesInRows(values, rowOfVector),
  }));
  const hash = createHash('sha256').update(
    JSON.stringify([
      ...[parameters, rules, basis.catalogueHash, vectors.hash],
      kept.map(({ code, tasks: own }) => [code, own.map(({ task }) => [task.threshold, task.method, task.direction])]),
    ]),
  );
  for (const { labels } of tasks) if (labels !== null) hash.update(labels.rows).update(labels.classes);
  for (const { values } of regressionTasks) {
    if (values !== null) hash.update(values.rows).update(values.values).update(values.censors);
  }
  const setHash = hash.digest('hex');
  const taskSetId = addTaskSet(catalog, {
    ...{ parameterHash: parameters, rules, builtFrom, hash: setHash },
    ...{ foldsSeen: basis.foldsSeen, catalogueHash: basis.catalogueHash ?? '' },
    assays: kept.map(({ row }) => row),
    tasks,
    regressionTasks,
    compounds: rowStructures(catalog, parameters, vectors, rows, rowOfVector),
  });
  const withStatus = (wanted: TaskStatus) => kept.filter(({ status }) => status === wanted).length;
  return {
    taskSetId,
    hash: setHash,
    assays: kept.length,
    status: {
      ready: withStatus('ready'),
      'not-evaluated': withStatus('not-evaluated'),
      'too-few': withStatus('too-few'),
    },
    trainingTasks: position,
    evaluatedTasks: tasks.filter(({ aggregationWeight }) => aggregationWeight > 0).length,
    regressionTasks: regressionPosition,
    evaluatedRegressionTasks: regressionTasks.filter(({ detail }) => detail.aggregationWeight > 0).length,
    compounds: count,
    labels: tasks.reduce((sum, { labels }) => sum + (labels?.rows.length ?? 0), 0),
  };
}

/** Vectors with a class come first, so that training on classes alone reads the first rows and nothing else. */
function numberRows(rows: Rows): { readonly rowOfVector: Int32Array; readonly count: number } {
  const rowOfVector = new Int32Array(rows.length).fill(-1);
  let count = 0;
  rows.forEach((has, vector) => {
    if ((has & hasClass) !== 0) rowOfVector[vector] = count++;
  });
  rows.forEach((has, vector) => {
    if (has === hasValue) rowOfVector[vector] = count++;
  });
  return { rowOfVector, count };
}

const labelsInRows = (labels: TaskLabels, rowOfVector: Int32Array): TaskLabels => {
  const { rows, order } = rowOrder(labels.rows, rowOfVector);
  return { rows, classes: Int8Array.from(order, (at) => labels.classes[at]!) };
};

const valuesInRows = ({ rows: vectors, values, censors }: TaskValues, rowOfVector: Int32Array): TaskValues => {
  const { rows, order } = rowOrder(vectors, rowOfVector);
  return {
    rows,
    values: Float64Array.from(order, (at) => values[at]!),
    censors: Int8Array.from(order, (at) => censors[at]!),
  };
};

/** @returns rows, ascending, and the place of each in `vectors` */
function rowOrder(vectors: Uint32Array, rowOfVector: Int32Array) {
  const order = Uint32Array.from(vectors.keys());
  const row = (at: number) => rowOfVector[vectors[at]!]!;
  // Rows ascend with vectors, but for those that have values only.
  if (vectors.some((_, at) => at > 0 && row(at) < row(at - 1))) order.sort((a, b) => row(a) - row(b));
  return { rows: order.map(row), order };
}

function* rowStructures(
  catalog: Catalog,
  parameters: string,
  { compounds }: Vectors,
  rows: Rows,
  rowOfVector: Int32Array,
): Iterable<TaskCompoundRow & { readonly position: number; readonly classified: boolean }> {
  const vectorOf = new Map<number, number>();
  rows.forEach((has, vector) => {
    if (has !== 0) vectorOf.set(compounds[vector]!, vector);
  });
  for (const { compound, smiles, fold, bits } of readStructuresOf(catalog, parameters, vectorOf)) {
    const vector = vectorOf.get(compound)!;
    yield { smiles, fold, bits, position: rowOfVector[vector]!, classified: (rows[vector]! & hasClass) !== 0 };
  }
}

/** MELLODDY-TUNER pivots catalogue panels and other assays apart: a fold that none of them has is not seen. */
function createSeen() {
  const seen = { panels: new Set<number>(), others: new Set<number>() };
  const of = (type: AssayType) => (type === 'CATALOG-PANEL' ? seen.panels : seen.others);
  const ascending = (folds: ReadonlySet<number>) => [...folds].sort((a, b) => a - b);
  return {
    of,
    look(type: AssayType, { folds }: Pick<AssayValues, 'folds'>): void {
      for (const fold of folds) of(type).add(fold);
    },
    told: (): FoldsSeen => ({ panels: ascending(seen.panels), others: ascending(seen.others) }),
  };
}
