/** Builds a task set from what the catalog holds: a new one each time, never changed afterwards. */
import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/open.ts';
import {
  addTaskSet,
  describeSource,
  readAssays,
  readFingerprints,
  readMeasuredCompounds,
  type SparseLabels,
  type TaskCompoundRow,
} from '../catalog/tasks.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { TaskRules, TaskStatus } from '../contract/tasks.ts';
import { classOf } from './classes.ts';
import { type DefinedAssay, type DefinedTask, defineAssay, statusOfAssay } from './define.ts';

export type TaskSetSummary = {
  readonly taskSetId: number;
  readonly hash: string;
  readonly assays: number;
  /** Assays by status; they sum to `assays`. */
  readonly status: Readonly<Record<TaskStatus, number>>;
  readonly trainingTasks: number;
  /** Of these, the ones that are evaluated and not auxiliary. */
  readonly evaluatedTasks: number;
  readonly compounds: number;
  readonly labels: number;
};

/**
 * @throws NOTHING_TO_LEARN when there is no measurement or no standard structure, CANCELLED. An assay below the quorums
 *   is no error: it stands in the set with its counts.
 */
export function buildTasks({ catalog }: Workspace, rules: TaskRules, control: Control): TaskSetSummary {
  const hash = parameterHash(readChemistryParameters(catalog));
  const builtFrom = sourceHash(catalog, hash, rules);
  const assays = readAssays(catalog);
  if (assays.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no measurements' });
  const defined = assays.map((assay, done) => {
    stopIfAsked(control);
    control.report({ step: 'tasks.assays', done, total: assays.length });
    return defineAssay(assay, readMeasuredCompounds(catalog, assay.assayId, hash), rules);
  });
  if (defined.every(({ values }) => values.length === 0)) {
    throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no standard structures' });
  }

  const tasks = defined.flatMap((assay) => assay.tasks.map((task) => ({ assay, task })));
  const training = tasks.filter(({ task }) => task.trainingQuorum);
  const positions = new Map(training.map(({ task }, position) => [task, position]));
  const { compounds, labels } = labelCompounds(training, readFingerprints(catalog, hash));
  stopIfAsked(control);
  control.report({ step: 'tasks.write', done: assays.length, total: assays.length });
  const setHash = hashOf(rules, hash, training, compounds, labels);
  const taskSetId = addTaskSet(catalog, {
    parameterHash: hash,
    rules,
    builtFrom,
    hash: setHash,
    assays: defined.map(({ assay, scale, direction, values, reason }) => ({
      assayId: assay.assayId,
      scale,
      direction,
      compounds: values.length,
      censored: values.filter(({ relation }) => relation !== '=').length,
      reason,
    })),
    tasks: tasks.map(({ assay: { assay }, task }) => ({
      ...task,
      assayId: assay.assayId,
      position: positions.get(task) ?? -1,
    })),
    compounds,
    labels,
  });
  const withStatus = (wanted: TaskStatus) => defined.filter(({ tasks: own }) => statusOfAssay(own) === wanted).length;
  return {
    taskSetId,
    hash: setHash,
    assays: assays.length,
    status: {
      ready: withStatus('ready'),
      'not-evaluated': withStatus('not-evaluated'),
      'too-few': withStatus('too-few'),
    },
    trainingTasks: training.length,
    evaluatedTasks: training.filter(({ task }) => task.aggregationWeight > 0).length,
    compounds: compounds.length,
    labels: labels.labelRows.length,
  };
}

/** Tells whether a set is still what a rebuild would make. */
export const sourceHash = (catalog: Catalog, parameters: string, rules: TaskRules): string =>
  sha256(JSON.stringify([parameters, rules, describeSource(catalog, parameters)]));

type AssayTask = { readonly assay: DefinedAssay; readonly task: DefinedTask };

/** @param fingerprints of all compounds, by SMILES. @returns those that some task labels, and the labels by row */
function labelCompounds(
  training: readonly AssayTask[],
  fingerprints: Iterable<TaskCompoundRow>,
): { readonly compounds: readonly TaskCompoundRow[]; readonly labels: SparseLabels } {
  const labelled = new Map<string, { readonly task: number; readonly value: 1 | -1 }[]>();
  training.forEach(({ assay, task }, position) => {
    for (const value of assay.values) {
      const found = classOf(value, task.threshold, task.direction);
      if (found === 0) continue;
      const known = labelled.get(value.smiles);
      if (known) known.push({ task: position, value: found });
      else labelled.set(value.smiles, [{ task: position, value: found }]);
    }
  });
  const compounds: TaskCompoundRow[] = [];
  const labels: { readonly row: number; readonly task: number; readonly value: 1 | -1 }[] = [];
  for (const compound of fingerprints) {
    const own = labelled.get(compound.smiles);
    if (own === undefined) continue;
    const row = compounds.push(compound) - 1;
    for (const { task, value } of own) labels.push({ row, task, value });
  }
  return {
    compounds,
    labels: {
      labelRows: Uint32Array.from(labels, ({ row }) => row),
      labelTasks: Uint32Array.from(labels, ({ task }) => task),
      labelValues: Int8Array.from(labels, ({ value }) => value),
    },
  };
}

function hashOf(
  rules: TaskRules,
  parameters: string,
  training: readonly AssayTask[],
  compounds: readonly TaskCompoundRow[],
  { labelRows, labelTasks, labelValues }: SparseLabels,
): string {
  const described = training.map(({ assay: { assay }, task }) => [
    assay.code,
    task.threshold,
    task.method,
    task.direction,
  ]);
  const hash = createHash('sha256').update(JSON.stringify([parameters, rules, described]));
  for (const { smiles } of compounds) hash.update(`${smiles}\n`);
  for (const numbers of [labelRows, labelTasks, labelValues]) hash.update(numbers);
  return hash.digest('hex');
}
