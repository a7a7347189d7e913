import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { annotateFromFile } from '../../src-main/tasks/assay-file.ts';
import { parseCatalogue, writeCatalogue } from '../../src-main/tasks/catalogue.ts';
import { exportSparsechem } from '../../src-main/tasks/export/sparsechem.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { assayFile, catalogueFile, labelsOf, mixedAssays } from './mixed-assays.ts';
import { readNpy, readSparse } from './npz.ts';

const { catalog, folder, build, assayId } = mixedAssays((made) => {
  annotateFromFile(made, 'T0.csv', assayFile, 'Mara Lindner');
  writeCatalogue(made, parseCatalogue('T_cat.csv', catalogueFile));
});

describe('the export for SparseChem', () => {
  const csv = (name: string) => {
    const [header, ...rows] = readFileSync(join(folder(), name), 'utf8')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(header!.map((column, at) => [column, cells[at]!])));
  };
  const sparse = (name: string) => readSparse(readFileSync(join(folder(), name)));

  it('holds fingerprints, folds, labels and weights of the set, and nothing of auxiliary assays', async () => {
    const { taskSetId } = build({ catalogueQuorum: 350 });
    const table = readTrainingTable(catalog(), taskSetId, { regression: true });
    const screen = assayId('SCREEN');
    const done = await exportSparsechem(catalog(), folder(), { auxiliary: false }, unattended);
    expect(done).toMatchObject({ taskSetId, regressionTasks: 2, files: expect.arrayContaining(['results/T8c.csv']) });

    const x = sparse('matrices/wo_aux/cls/cls_T11_x.npz');
    expect(x.shape).toEqual([done.rows, 32_000]);
    expect(x.types).toEqual({ data: '|i1', indices: '<i4' });
    expect(done.rows).toBe(460); // the 20 of the screen are missing
    const folds = readNpy(readFileSync(join(folder(), 'matrices/wo_aux/cls/cls_T11_fold_vector.npy')));
    const y = sparse('matrices/wo_aux/cls/cls_T10_y.npz');
    const tasks = table.tasks
      .map((task, position) => ({ ...task, position }))
      .filter((task) => task.assayId !== screen);
    expect(y.shape).toEqual([done.rows, tasks.length]);
    // The rows of the screen are the last ones, or stand between: row by row, what is left agrees.
    const kept = Array.from({ length: table.rows }, (_, row) => row).filter(
      (row) =>
        [...table.labelRows].some(
          (labelled, at) => labelled === row && tasks.some(({ position }) => position === table.labelTasks[at]),
        ) || [...table.regression!.rows].includes(row),
    );
    expect(kept).toHaveLength(done.rows);
    kept.forEach((row, place) => {
      const bits = table.bitIndices.subarray(table.bitOffsets[row], table.bitOffsets[row + 1]);
      expect([...x.rows[place]!.keys()]).toEqual([...bits]);
      expect([...x.rows[place]!.values()].every((value) => value === 1)).toBe(true);
      expect(folds.data[place]).toBe(table.folds[row]);
    });
    tasks.forEach(({ position }, column) => {
      for (const [row, value] of labelsOf(table, position)) expect(y.rows[kept.indexOf(row)]!.get(column)).toBe(value);
    });
    expect(y.rows.reduce((sum, row) => sum + row.size, 0)).toBe(done.labels);

    const weights = csv('matrices/wo_aux/cls/cls_weights.csv');
    expect(Object.keys(weights[0]!)).toEqual([
      'task_id',
      'catalog_id',
      'task_type',
      'training_weight',
      'aggregation_weight',
    ]);
    expect(weights.map(({ task_id }) => Number(task_id))).toEqual(tasks.map((_, column) => column));
    expect(weights.map(({ training_weight }) => Number(training_weight))).toEqual(
      tasks.map(({ trainingWeight }) => trainingWeight),
    );
    expect(
      weights
        .filter(({ catalog_id }) => catalog_id !== '')
        .map(({ catalog_id, task_type }) => `${catalog_id} ${task_type}`),
    ).toEqual(['1201 CATALOG-PANEL', '1202 CATALOG-PANEL']);
  });

  it('keeps a value of zero, and a value that is no limit, as zeros that are there', () => {
    const values = sparse('matrices/wo_aux/reg/reg_T10_y.npz');
    const censors = sparse('matrices/wo_aux/reg/reg_T10_censor_y.npz');
    const zeros = values.rows.flatMap((row) => [...row.values()].filter((value) => value === 0));
    expect(zeros.length).toBeGreaterThan(1);
    expect(values.types.data).toBe('<f4');
    expect(censors.rows.map((row) => [...row.keys()])).toEqual(values.rows.map((row) => [...row.keys()]));
    const counts = new Map<number, number>();
    for (const row of censors.rows)
      for (const censor of row.values()) counts.set(censor, (counts.get(censor) ?? 0) + 1);
    expect(counts.get(-1)).toBe(9);
    expect(counts.get(0)).toBeGreaterThan(400);
    expect(csv('matrices/wo_aux/reg/reg_weights.csv')).toHaveLength(values.shape[1]!);
    for (const name of ['x.npz', 'fold_vector.npy']) {
      const [reg, hyb] = ['reg', 'hyb'].map((kind) =>
        readFileSync(join(folder(), `matrices/wo_aux/${kind}/${kind}_T11_${name}`)),
      );
      expect(reg!.equals(hyb!)).toBe(true);
    }
    expect(readdirSync(join(folder(), 'matrices/wo_aux/hyb')).sort()).toEqual([
      'hyb_T11_fold_vector.npy',
      'hyb_T11_x.npz',
      'hyb_cls_T10_y.npz',
      'hyb_cls_weights.csv',
      'hyb_reg_T10_censor_y.npz',
      'hyb_reg_T10_y.npz',
      'hyb_reg_weights.csv',
    ]);
  });

  it("writes MELLODY-TUNER's tables, whose ids lead from compounds to rows", () => {
    const [t5, t6, t8c, t10c] = ['T5', 'T6_cont', 'T8c', 'T10c_cont'].map((name) => csv(`results/${name}.csv`));
    expect(t5).toHaveLength(460);
    const vector = t5!.find(({ input_compound_id }) => input_compound_id === 'C-3')!;
    expect(vector.fold_id).toBe('3');
    const rowOf = new Map(
      readFileSync(join(folder(), 'results/T6_cont.csv'), 'utf8')
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => {
          const [id, bits, , , , row] = /^(\d+),"(\[[^"]*\])","(\[[^"]*\])",(\d),(\d+)$/.exec(line)!.slice(0);
          return [bits === undefined ? '' : id!.split(',')[0]!, row!] as const;
        }),
    );
    expect(t6).toHaveLength(460);
    const y = sparse('matrices/wo_aux/cls/cls_T10_y.npz');
    for (const {
      cont_classification_task_id,
      cont_descriptor_vector_id,
      class_label,
      descriptor_vector_id,
    } of t10c!.slice(0, 300)) {
      expect(y.rows[Number(cont_descriptor_vector_id)]!.get(Number(cont_classification_task_id))).toBe(
        Number(class_label),
      );
      expect(rowOf.get(descriptor_vector_id!)).toBe(cont_descriptor_vector_id);
    }
    expect(
      t8c!
        .filter(({ catalog_check_INFO }) => catalog_check_INFO !== '')
        .map(({ catalog_check_INFO }) => catalog_check_INFO),
    ).toEqual(['missing_ref_task']);
    expect(t8c!.every(({ input_assay_id }) => input_assay_id !== 'SCREEN')).toBe(true);
    expect(csv('results/T3c.csv')).toHaveLength(t8c!.length);
    expect(
      csv('results/T8r.csv').map(({ input_assay_id, use_in_regression }) => [input_assay_id, use_in_regression]),
    ).toContainEqual(['LATE', 'False']);
  });

  it('takes auxiliary assays in, without regression', async () => {
    const done = await exportSparsechem(catalog(), join(folder(), 'aux'), { auxiliary: true }, unattended);
    expect(done).toMatchObject({ rows: 480, regressionTasks: 0, values: 0 });
    expect(existsSync(join(folder(), 'aux/matrices/wo_aux'))).toBe(false);
    expect(readdirSync(join(folder(), 'aux/matrices/w_aux/clsaux')).sort()).toEqual([
      'clsaux_T10_y.npz',
      'clsaux_T11_fold_vector.npy',
      'clsaux_T11_x.npz',
      'clsaux_weights.csv',
    ]);
    expect(existsSync(join(folder(), 'aux/results/T8r.csv'))).toBe(false);
  });

  it('leaves no unfinished file when it is stopped', async () => {
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: ({ done }) => done > 0 && stop.abort() };
    const into = join(folder(), 'stopped');
    await expect(exportSparsechem(catalog(), into, { auxiliary: false }, control)).rejects.toThrow(/CANCELLED/);
    expect(readdirSync(join(into, 'matrices/wo_aux/cls'))).toEqual(['cls_T11_x.npz']);
  });
});
