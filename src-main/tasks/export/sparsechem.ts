/** Matrices that SparseChem loads, and the tables beside them, named and laid out as MELLODDY-TUNER does (chemistry.md 1.11). */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../../catalog/open.ts';
import { iterateTaskCompounds } from '../../catalog/tasks.ts';
import { readChemistryParameters } from '../../chemistry/parameters.ts';
import { type Control, stopIfAsked } from '../../contract/progress.ts';
import { byRow } from '../training-table.ts';
import { type Column, type Type, writeNpy, writeSparse } from './npy.ts';
import { regressionType, type Selection, selectTasks } from './selection.ts';
import { writeTables } from './tuner-tables.ts';
import { writeCsv } from './whole-file.ts';

export type SparsechemExport = {
  readonly taskSetId: number;
  /** Of every matrix. */
  readonly rows: number;
  readonly tasks: number;
  readonly labels: number;
  readonly regressionTasks: number;
  readonly values: number;
  /** Of the folder, in the order in which they were written. */
  readonly files: readonly string[];
};

/**
 * Without auxiliary data: matrices/wo_aux/{cls,reg,hyb}; reg and hyb only where a regression task trains. With it:
 * matrices/w_aux/clsaux, and no regression. The tables go into results. Every file is written whole or not at all.
 *
 * @param folder made where it is missing; files of the same names are replaced
 * @throws NOT_FOUND, NOTHING_TO_LEARN, CANCELLED
 */
export async function exportSparsechem(
  catalog: Catalog,
  folder: string,
  { auxiliary, taskSetId }: { readonly auxiliary: boolean; readonly taskSetId?: number },
  control: Control,
): Promise<SparsechemExport> {
  const selection = selectTasks(catalog, taskSetId, auxiliary);
  const { tasks, regression, rows } = selection;
  const training = tasks.filter(({ column }) => column >= 0);
  const learning = regression.filter(({ column }) => column >= 0);
  const files: string[] = [];
  const turn = () => {
    control.report({ step: 'export.rows', done: files.length });
    stopIfAsked(control);
  };
  const written = async (name: string, write: (path: string) => Promise<void>) => {
    turn();
    await write(join(folder, name));
    files.push(name);
  };

  const fingerprints = readShape(catalog, selection);
  const classes = classMatrix(selection);
  const values = valueMatrices(selection);
  const kinds = auxiliary
    ? ['w_aux/clsaux']
    : ['wo_aux/cls', ...(learning.length > 0 ? ['wo_aux/reg', 'wo_aux/hyb'] : [])];
  let matrix: string | undefined;
  for (const kind of kinds) {
    const name = kind.slice(kind.indexOf('/') + 1);
    const place = `matrices/${kind}`;
    await mkdir(join(folder, place), { recursive: true });
    const known = matrix;
    matrix ??= join(folder, `${place}/${name}_T11_x.npz`);
    await written(`${place}/${name}_T11_x.npz`, (path) =>
      known === undefined
        ? writeFingerprints(path, catalog, selection, fingerprints.offsets, turn)
        : copyFile(known, path),
    );
    await written(`${place}/${name}_T11_fold_vector.npy`, (path) =>
      writeNpy(path, { type: '<i8', shape: [rows], pieces: [BigInt64Array.from(fingerprints.folds, BigInt)] }),
    );
    if (name !== 'reg') {
      const prefix = name === 'hyb' ? 'hyb_cls' : name;
      await written(`${place}/${prefix}_T10_y.npz`, (path) =>
        writeLabels(path, rows, training.length, classes, '<f4', classes.data),
      );
      await written(`${place}/${prefix}_weights.csv`, (path) => writeClassWeights(path, selection, turn));
    }
    if (name === 'reg' || name === 'hyb') {
      const prefix = name === 'hyb' ? 'hyb_reg' : name;
      const write = (type: Type, data: Column) => (path: string) =>
        writeLabels(path, rows, learning.length, values, type, data);
      await written(`${place}/${prefix}_T10_y.npz`, write('<f4', values.data));
      await written(`${place}/${prefix}_T10_censor_y.npz`, write('<i8', values.censors));
      await written(`${place}/${prefix}_weights.csv`, (path) => writeRegressionWeights(path, selection, turn));
    }
  }
  await mkdir(join(folder, 'results'), { recursive: true });
  await writeTables(catalog, selection, written, turn);
  return {
    taskSetId: selection.set.id,
    ...{ rows, tasks: training.length, labels: classes.data.length },
    ...{ regressionTasks: learning.length, values: values.data.length },
    files,
  };
}

/** Fold of every row, and where its bits begin. */
function readShape(catalog: Catalog, { set, rowOf, rows }: Selection) {
  const folds = new Uint8Array(rows);
  const offsets = new Uint32Array(rows + 1);
  let at = 0;
  for (const { fold, bits } of iterateTaskCompounds(catalog, set.id, { classifiedOnly: false })) {
    const row = rowOf[at++] ?? -1;
    if (row < 0) continue;
    folds[row] = fold;
    offsets[row + 1] = offsets[row]! + bits.length;
  }
  return { folds, offsets };
}

const ones = new Int8Array(1 << 16).fill(1);

const writeFingerprints = (
  path: string,
  catalog: Catalog,
  { set, rowOf, rows }: Selection,
  offsets: Uint32Array,
  turn: () => void,
): Promise<void> =>
  writeSparse(path, {
    rows,
    columns: readChemistryParameters(catalog).foldSize,
    offsets,
    indices: (function* () {
      let at = 0;
      for (const { bits } of iterateTaskCompounds(catalog, set.id, { classifiedOnly: false })) {
        if (at % 1000 === 0) turn();
        if ((rowOf[at++] ?? -1) >= 0) yield Int32Array.from(bits);
      }
    })(),
    data: {
      type: '|i1',
      pieces: (function* () {
        for (let left = offsets[rows]!; left > 0; left -= ones.length)
          yield ones.subarray(0, Math.min(left, ones.length));
      })(),
    },
  });

type Labels = { readonly offsets: Uint32Array; readonly indices: Int32Array };

function classMatrix({ tasks, rowOf, rows }: Selection): Labels & { readonly data: Float32Array } {
  const training = tasks.filter(({ column }) => column >= 0);
  const { order, columns } = byRow(
    rows,
    training.map(({ labels }) => labels.rows.map((row) => rowOf[row]!)),
  );
  return {
    ...compressed(rows, columns),
    data: Float32Array.from(order, (at, place) => training[columns.tasks[place]!]!.labels.classes[at]!),
  };
}

function valueMatrices({ regression, rowOf, rows }: Selection) {
  const learning = regression.filter(({ column }) => column >= 0);
  const { order, columns } = byRow(
    rows,
    learning.map(({ values }) => values.rows.map((row) => rowOf[row]!)),
  );
  const own = (place: number) => learning[columns.tasks[place]!]!.values;
  return {
    ...compressed(rows, columns),
    data: Float32Array.from(order, (at, place) => own(place).values[at]!),
    censors: BigInt64Array.from({ length: order.length }, (_, place) => BigInt(own(place).censors[order[place]!]!)),
  };
}

function compressed(rows: number, columns: { readonly rows: Uint32Array; readonly tasks: Uint32Array }): Labels {
  const offsets = new Uint32Array(rows + 1);
  for (const row of columns.rows) offsets[row + 1]!++;
  for (let row = 0; row < rows; row++) offsets[row + 1]! += offsets[row]!;
  return { offsets, indices: Int32Array.from(columns.tasks) };
}

const writeLabels = (
  path: string,
  rows: number,
  columns: number,
  labels: Labels,
  type: Type,
  data: Column,
): Promise<void> =>
  writeSparse(path, {
    ...{ rows, columns, offsets: labels.offsets },
    indices: [labels.indices],
    data: { type, pieces: [data] },
  });

const writeClassWeights = (path: string, { tasks }: Selection, turn: () => void): Promise<void> =>
  writeCsv(
    path,
    ['task_id', 'catalog_id', 'task_type', 'training_weight', 'aggregation_weight'],
    tasks
      .filter(({ column }) => column >= 0)
      .map(({ column, catalogue, judgedAs, assay, trainingWeight, aggregationWeight }) => [
        ...[column, catalogue?.catalogueTaskId ?? '', judgedAs ?? assay.type, trainingWeight, aggregationWeight],
      ]),
    turn,
  );

const writeRegressionWeights = (path: string, { regression }: Selection, turn: () => void): Promise<void> =>
  writeCsv(
    path,
    ['task_id', 'task_type', 'training_weight', 'aggregation_weight', 'censored_weight'],
    regression
      .filter(({ column }) => column >= 0)
      .map(({ column, assay, detail }) => [
        ...[column, regressionType(assay.type), detail.trainingWeight, detail.aggregationWeight, detail.censoredWeight],
      ]),
    turn,
  );
