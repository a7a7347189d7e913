import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotateAssay } from '../../src-main/catalog/assay-annotations.ts';
import { writeSetting } from '../../src-main/catalog/settings.ts';
import { readAssays } from '../../src-main/catalog/task-sources.ts';
import { newestTaskSet, readRegressionTasks, readTaskLabels, readTasks } from '../../src-main/catalog/tasks.ts';
import { inOneTransaction } from '../../src-main/catalog/transaction.ts';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { annotateFromFile, parseAssayFile } from '../../src-main/tasks/assay-file.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { parseCatalogue, writeCatalogue } from '../../src-main/tasks/catalogue.ts';
import { exportSparsechem } from '../../src-main/tasks/export/sparsechem.ts';
import { defaultTaskRules, readTaskRules } from '../../src-main/tasks/rules.ts';
import { readTrainingTable, type TrainingTable } from '../../src-main/tasks/training-table.ts';
import { viewAssay, viewTaskSet } from '../../src-main/tasks/view.ts';
import { type EmptyWorkspace, emptyWorkspace } from '../catalog/empty-workspace.ts';
import { addBatch, madeStructures, type TestMeasurement } from './measured-workspace.ts';
import { readNpy, readSparse } from './npz.ts';

const structures = madeStructures(500).map((structure, at) =>
  // 490 to 499 have the bits and folds of 480 to 489.
  at >= 490 ? { ...structure, bits: madeStructures(500)[at - 10]!.bits } : structure,
);

function* measurements(): Iterable<TestMeasurement> {
  for (let at = 0; at < 400; at++) {
    // 5.0 to 8.9 in turns; the weakest are limits
    const value = 5 + ((at * 7) % 40) / 10;
    yield { assay: 'POTENCY', structure: at, value, relation: value === 5 ? '<' : '=' };
    if (at % 4 === 0) yield { assay: 'CLEARANCE', structure: at, value: (at % 37) / 10, scale: 'log10' };
    if (at % 5 === 0) yield { assay: 'CLASSES', structure: at, value: at % 3 === 0 ? 1 : -1, scale: 'binary' };
  }
  for (let at = 0; at < 60; at++) yield { assay: 'LATE', structure: 420 + at, value: (at % 9) - 4, scale: 'log10' };
  for (let at = 0; at < 20; at++)
    yield { assay: 'SCREEN', structure: 480 + at, value: at % 2 === 0 ? 0 : 4, scale: 'linear' };
  yield { assay: 'POTENCY', structure: 0, value: 9.5 };
  yield { assay: 'POTENCY', structure: null, value: 6 };
  yield { assay: 'POTENCY', structure: undefined, value: 6 };
}

let made: EmptyWorkspace;
let folder: string;
const catalog = () => made.workspace.catalog;
const rules = {
  ...defaultTaskRules,
  trainingQuorum: { actives: 10, inactives: 10 },
  evaluationQuorum: { actives: 3, inactives: 3 },
  auxiliaryTrainingQuorum: { actives: 5, inactives: 5 },
};
const build = (change: Partial<typeof rules> = {}) => buildTasks(made.workspace, { ...rules, ...change }, unattended);
const assayId = (code: string) => readAssays(catalog()).find((assay) => assay.code === code)!.assayId;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-export-'));
  made = emptyWorkspace();
  addBatch(
    made.workspace,
    structures,
    [
      { code: 'POTENCY', type: 'OTHER' },
      { code: 'CLEARANCE', type: 'ADME', direction: 'low' },
      { code: 'CLASSES', type: 'OTHER' },
      { code: 'LATE', type: 'ADME' },
      { code: 'SCREEN', type: 'AUX_HTS' },
    ],
    measurements(),
  );
});
afterAll(() => {
  made.remove();
  rmSync(folder, { recursive: true, force: true });
});

const labelsOf = (table: TrainingTable, task: number) =>
  new Map(
    [...table.labelRows].flatMap((row, at) =>
      table.labelTasks[at] === task ? [[row, table.labelValues[at]!] as const] : [],
    ),
  );

describe('a task set', () => {
  it('holds tasks of classes of every type, and regression beside them', () => {
    const summary = build();
    const { assays, taskSet } = viewTaskSet(catalog(), undefined);
    expect(assays.map(({ code, status, regression }) => [code, status, regression])).toEqual([
      ['POTENCY', 'ready', 'ready'],
      ['CLEARANCE', 'ready', 'not-evaluated'],
      ['CLASSES', 'not-evaluated', 'off'], // all in one fold
      ['LATE', 'ready', 'not-evaluated'],
      ['SCREEN', 'not-evaluated', 'off'],
    ]);
    // A person sets every threshold but those of classes, and in MELLODY-TUNER's way that of screening.
    expect(assays.map(({ fixed }) => fixed)).toEqual([null, null, 'classes', null, null]);
    expect(viewAssay(catalog(), assayId('CLASSES'), [3]).assay).toMatchObject({ fixed: 'classes' });
    expect(viewAssay(catalog(), assayId('CLASSES'), [3]).tasks).toMatchObject([{ threshold: 0 }]);
    expect(assays[0]).toMatchObject({ compounds: 400, conflicts: 1, structureFailed: 1 });
    expect(summary).toMatchObject({ regressionTasks: 3, evaluatedRegressionTasks: 1, compounds: 480 });
    expect(taskSet).toMatchObject({ regressionTasks: 3, evaluatedRegressionTasks: 1, compounds: 480 });
  });

  it('is the same from the same', () => {
    expect(build().hash).toBe(build().hash);
    expect(build({ sandwich: 0.6 }).hash).not.toBe(build().hash);
  });

  it('gives a training table of classes that values do not touch', () => {
    const { taskSetId, trainingTasks, labels } = build({ trainingQuorum: { actives: 30, inactives: 30 } });
    const table = readTrainingTable(catalog(), taskSetId);
    expect(table.regression).toBeUndefined();
    expect(table.tasks).toHaveLength(trainingTasks);
    expect(table.labelRows).toHaveLength(labels);
    const labelled = new Set(table.labelRows);
    expect(labelled.size).toBe(table.rows);

    const whole = readTrainingTable(catalog(), taskSetId, { regression: true });
    expect(whole.rows).toBeGreaterThan(table.rows); // LATE has values only now
    expect(whole.labelRows).toEqual(table.labelRows);
    expect(whole.bitIndices.subarray(0, table.bitIndices.length)).toEqual(table.bitIndices);
    expect(whole.folds.subarray(0, table.rows)).toEqual(table.folds);
  });

  it('holds the values and limits that were measured', () => {
    const { taskSetId } = build();
    const { regression, folds } = readTrainingTable(catalog(), taskSetId, { regression: true });
    const position = regression!.tasks.findIndex((task) => task.assayId === assayId('POTENCY'));
    const own = [...regression!.columns.keys()].filter((at) => regression!.columns[at] === position);
    expect(own).toHaveLength(400);
    expect(own.filter((at) => regression!.censors[at] === -1)).toHaveLength(9); // one of ten has a value as well
    expect(own.every((at) => regression!.values[at]! >= 5 && regression!.values[at]! <= 9.5)).toBe(true);
    expect(new Set(own.map((at) => folds[regression!.rows[at]!])).size).toBe(5);
    const share = 9 / 400;
    expect(regression!.tasks[position]).toMatchObject({ trainingWeight: 1, aggregationWeight: 1, censoredWeight: 1 });
    expect(
      readRegressionTasks(catalog(), taskSetId).find((task) => task.assayId === assayId('POTENCY'))?.detail,
    ).toMatchObject({
      ...{ status: 'ready', censoredShare: share, total: 400, uncensored: 391 },
    });
  });

  it("makes one compound of equal fingerprints in MELLODY-TUNER's way", () => {
    const screened = (compatibility: 'chorale' | 'tuner') => {
      build({ compatibility, auxiliaryTrainingQuorum: { actives: 1, inactives: 1 } });
      return viewTaskSet(catalog(), undefined).assays.find(({ code }) => code === 'SCREEN')!.compounds;
    };
    expect(screened('chorale')).toBe(20);
    expect(screened('tuner')).toBe(new Set(structures.slice(480).map(({ bits, fold }) => `${bits} ${fold}`)).size);
  });

  it('knows labels that an earlier version kept one by one', () => {
    const { taskSetId } = build();
    const before = readTrainingTable(catalog(), taskSetId);
    const { db } = catalog();
    inOneTransaction(catalog(), () => {
      for (const { taskId, position } of readTasks(catalog(), taskSetId)) {
        for (const [row, value] of labelsOf(before, position)) {
          db.prepare(
            `insert into label (task_id, task_compound_id, value)
           select ?, id, ? from task_compound where task_set_id = ? and position = ?`,
          ).run(taskId, value, taskSetId, row);
        }
        db.prepare('delete from task_label where task_id = ?').run(taskId);
      }
    });
    expect(readTrainingTable(catalog(), taskSetId)).toEqual(before);
    expect(readTaskLabels(catalog(), -1).rows).toHaveLength(0);
  });

  it('reads rules of an earlier version with the defaults of what they lack', () => {
    const { trainingQuorum, evaluationQuorum, credible, fixedThresholds, sandwich } = defaultTaskRules;
    const { fixedThresholdActiveShare, fixedThresholdQuorum } = defaultTaskRules;
    const old = { trainingQuorum, evaluationQuorum, credible, fixedThresholds, sandwich };
    writeSetting(catalog(), 'tasks.rules', { ...old, fixedThresholdActiveShare, fixedThresholdQuorum });
    expect(readTaskRules(catalog())).toEqual(defaultTaskRules);
  });

  it('stops when it is asked to, and leaves no set', () => {
    const before = newestTaskSet(catalog())?.id;
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: ({ done }) => done > 1 && stop.abort() };
    expect(() => buildTasks(made.workspace, rules, control)).toThrow(/CANCELLED/);
    expect(newestTaskSet(catalog())?.id).toBe(before);
  });
});

describe('what is said of assays', () => {
  it('goes into the next set: a direction, a type, no regression', () => {
    build();
    writeSetting(catalog(), 'tasks.rules', rules);
    annotateAssay(catalog(), assayId('POTENCY'), { direction: 'low', useInRegression: false }, 'Mara Lindner');
    expect(viewTaskSet(catalog(), undefined).taskSet?.stale).toBe(true);
    const detail = viewAssay(catalog(), assayId('POTENCY'), undefined);
    expect(detail).toMatchObject({
      assay: { direction: 'low', regression: 'off' },
      regression: { off: 'not-used' },
      replicates: { rule: 'lowest' },
      annotation: { direction: 'low', useInRegression: false, catalogueAssayId: null, parentAssay: null },
    });
    annotateAssay(catalog(), assayId('POTENCY'), { direction: null, useInRegression: null }, 'Mara Lindner');
    expect(viewAssay(catalog(), assayId('POTENCY'), undefined).assay).toMatchObject({
      direction: 'high',
      regression: 'ready',
    });
  });

  it("comes from a file with the columns of MELLODY-TUNER's T0, whole or not at all", () => {
    const header =
      'input_assay_id,assay_type,use_in_regression,is_binary,expert_threshold_1,expert_threshold_2,direction,catalog_assay_id,parent_assay_id';
    const rows = [
      'POTENCY,CATALOG-PANEL,True,False,,,high,12.0,',
      'LATE,ADME,False,False,0.5,1.5,low,,POTENCY',
      'ELSEWHERE,OTHER,True,False,,,,,',
    ];
    expect(annotateFromFile(catalog(), 'T0.csv', [header, ...rows].join('\n'), 'Mara Lindner')).toEqual({
      assays: 2,
      unknown: 1,
    });
    const records = new Map(readAssays(catalog()).map((record) => [record.code, record]));
    expect(records.get('POTENCY')).toMatchObject({
      type: 'CATALOG-PANEL',
      catalogueAssayId: '12',
      useInRegression: true,
    });
    expect(records.get('LATE')).toMatchObject({
      direction: 'low',
      expertThresholds: [0.5, 1.5],
      parentAssay: 'POTENCY',
      useInRegression: false,
    });
    expect(() =>
      annotateFromFile(catalog(), 'T0.csv', `${header}\nLATE,ADME,,,,,,,\nPOTENCY,PANEL,,,,,,,`, 'M'),
    ).toThrow(/FILE_UNREADABLE.*"line":3.*assay_type/);
    expect(readAssays(catalog()).find(({ code }) => code === 'LATE')!.direction).toBe('low');
    expect(() => annotateFromFile(catalog(), 'T0.csv', 'code\nLATE', 'M')).toThrow(/input_assay_id/);
  });

  it('is read as spreadsheets write it, and refused where a cell is no such thing', () => {
    const read = (...rows: string[]) => [
      ...parseAssayFile(
        'T0.csv',
        ['input_assay_id;use_in_regression;is_binary;expert_threshold_1;expert_threshold_2', ...rows].join('\n'),
      ),
    ];
    expect(read('7,0;WAHR;nein;6,5;', '', '8;ja;0;7;n/a')).toEqual([
      ['7', { useInRegression: true, binary: false, expertThresholds: [6.5] }],
      ['8', { useInRegression: true, binary: false, expertThresholds: [7] }],
    ]);
    expect(() => read('7;true;;6,5;', '', '8;perhaps;;7;')).toThrow(/"line":4.*use_in_regression/);
    expect(() => read('7;true;;6,5;about 7')).toThrow(/"line":2.*expert_threshold_2.*no number/);
    expect(() => read('7;true;;1.234,5;')).toThrow(/expert_threshold_1/);
    const commas = 'input_assay_id,expert_threshold_1\n7,"6,5"';
    expect(() => parseAssayFile('T0.csv', commas)).toThrow(/"line":2.*expert_threshold_1/);

    const catalogue = (numbers: string) =>
      parseCatalogue(
        'T_cat.csv',
        `catalog_assay_id;catalog_task_id;threshold;threshold_method;expert_threshold_1;expert_threshold_2\n1;1;${numbers}`,
      );
    expect(catalogue('6,5;expert;5;6,5')).toMatchObject({ thresholds: [5, 6.5], tasks: [{ threshold: 6.5 }] });
    expect(() => catalogue('5;expert;5;6 or 7')).toThrow(/"line":2.*expert_threshold_2/);
    expect(() => catalogue(';expert;5;')).toThrow(/"line":2.*"threshold"/);
  });

  it('does not change a set that was made before it was said', async () => {
    const { taskSetId } = build();
    const before = viewTaskSet(catalog(), taskSetId);
    const options = { auxiliary: false, taskSetId };
    const exported = await exportSparsechem(catalog(), join(folder, 'before'), options, unattended);
    const table = (place: string) => readFileSync(join(folder, place, 'results/T8r.csv'), 'utf8');
    annotateAssay(catalog(), assayId('CLEARANCE'), { type: 'AUX_HTS', direction: 'high' }, 'Mara Lindner');

    const after = viewTaskSet(catalog(), taskSetId);
    expect(after.assays).toEqual(before.assays);
    expect(await exportSparsechem(catalog(), join(folder, 'after'), options, unattended)).toEqual(exported);
    expect(table('after')).toBe(table('before'));
    expect(after.taskSet?.stale).toBe(true);

    annotateAssay(catalog(), assayId('CLEARANCE'), { type: null, direction: null }, 'Mara Lindner');
  });

  it('of a set of an earlier version is what is said now', () => {
    const { taskSetId } = build();
    catalog()
      .db.prepare('update task_assay set assay_type = null, annotation = null where task_set_id = ?')
      .run(taskSetId);
    annotateAssay(catalog(), assayId('CLEARANCE'), { type: 'AUX_HTS' }, 'Mara Lindner');
    const { assays } = viewTaskSet(catalog(), taskSetId);
    expect(assays.find(({ code }) => code === 'CLEARANCE')?.type).toBe('AUX_HTS');
    annotateAssay(catalog(), assayId('CLEARANCE'), { type: null }, 'Mara Lindner');
  });

  it('and the catalogue of the consortium make its tasks', () => {
    const text = [
      'catalog_assay_id,catalog_task_id,threshold,threshold_method,expert_threshold_1,expert_threshold_2,expert_threshold_3,expert_threshold_4,expert_threshold_5',
      '12,1201,4.53,aux_low,4.53,6,7.5,,',
      '12,1202,6,expert,,,,,',
    ].join('\n');
    writeCatalogue(catalog(), parseCatalogue('T_cat.csv', text));
    const { taskSetId } = build({ catalogueQuorum: 350 });
    const tasks = readTasks(catalog(), taskSetId).filter((task) => task.assayId === assayId('POTENCY'));
    expect(
      tasks.map(({ threshold, method, judgedAs, catalogue }) => [threshold, method, judgedAs, catalogue?.check]),
    ).toEqual([
      [4.53, 'aux_low', 'CATALOG-PANEL', 'matched'],
      [6, 'expert', 'CATALOG-PANEL', 'matched'],
      [7.5, 'expert', 'NON-CATALOG-PANEL', 'missing_ref_task'],
    ]);
    expect(
      readTrainingTable(catalog(), taskSetId).tasks.find(({ threshold }) => threshold === 6)?.catalogueTaskId,
    ).toBe('1202');
    expect(viewTaskSet(catalog(), undefined).catalogue).toMatchObject({
      name: 'T_cat.csv',
      tasks: 2,
      thresholds: [4.53, 6, 7.5],
    });
    const json = JSON.stringify([
      {
        catalog_assay_id: 12,
        catalog_task_id: 1,
        threshold: 5,
        threshold_method: 'expert',
        expert_threshold_1: 5,
        expert_threshold_2: null,
      },
    ]);
    expect(parseCatalogue('c.json', json)).toMatchObject({
      thresholds: [5],
      tasks: [{ catalogueAssayId: '12', catalogueTaskId: '1' }],
    });
    expect(() => parseCatalogue('c.json', '{"a": 1}')).toThrow(/FILE_UNREADABLE/);
    expect(() => parseCatalogue('T_cat.csv', text.replace('6,expert,', 'six,expert,'))).toThrow(/"line":3.*threshold/);
  });
});

describe('the export for SparseChem', () => {
  const csv = (name: string) => {
    const [header, ...rows] = readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(header!.map((column, at) => [column, cells[at]!])));
  };
  const sparse = (name: string) => readSparse(readFileSync(join(folder, name)));

  it('holds fingerprints, folds, labels and weights of the set, and nothing of auxiliary assays', async () => {
    const { taskSetId } = build({ catalogueQuorum: 350 });
    const table = readTrainingTable(catalog(), taskSetId, { regression: true });
    const screen = assayId('SCREEN');
    const done = await exportSparsechem(catalog(), folder, { auxiliary: false }, unattended);
    expect(done).toMatchObject({ taskSetId, regressionTasks: 2, files: expect.arrayContaining(['results/T8c.csv']) });

    const x = sparse('matrices/wo_aux/cls/cls_T11_x.npz');
    expect(x.shape).toEqual([done.rows, 32_000]);
    expect(x.types).toEqual({ data: '|i1', indices: '<i4' });
    expect(done.rows).toBe(460); // the 20 of the screen are missing
    const folds = readNpy(readFileSync(join(folder, 'matrices/wo_aux/cls/cls_T11_fold_vector.npy')));
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
        readFileSync(join(folder, `matrices/wo_aux/${kind}/${kind}_T11_${name}`)),
      );
      expect(reg!.equals(hyb!)).toBe(true);
    }
    expect(readdirSync(join(folder, 'matrices/wo_aux/hyb')).sort()).toEqual([
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
      readFileSync(join(folder, 'results/T6_cont.csv'), 'utf8')
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
    const done = await exportSparsechem(catalog(), join(folder, 'aux'), { auxiliary: true }, unattended);
    expect(done).toMatchObject({ rows: 480, regressionTasks: 0, values: 0 });
    expect(existsSync(join(folder, 'aux/matrices/wo_aux'))).toBe(false);
    expect(readdirSync(join(folder, 'aux/matrices/w_aux/clsaux')).sort()).toEqual([
      'clsaux_T10_y.npz',
      'clsaux_T11_fold_vector.npy',
      'clsaux_T11_x.npz',
      'clsaux_weights.csv',
    ]);
    expect(existsSync(join(folder, 'aux/results/T8r.csv'))).toBe(false);
  });

  it('leaves no unfinished file when it is stopped', async () => {
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: ({ done }) => done > 0 && stop.abort() };
    const into = join(folder, 'stopped');
    await expect(exportSparsechem(catalog(), into, { auxiliary: false }, control)).rejects.toThrow(/CANCELLED/);
    expect(readdirSync(join(into, 'matrices/wo_aux/cls'))).toEqual(['cls_T11_x.npz']);
  });
});
