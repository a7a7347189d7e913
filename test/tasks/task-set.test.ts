import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { viewAssay, viewTaskSet } from '../../src-main/tasks/view.ts';
import { assayFile, catalogueFile, labelsOf, mixedAssays, rules, structures } from './mixed-assays.ts';

const { workspace, catalog, folder, build, assayId } = mixedAssays();

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
    expect(() => buildTasks(workspace(), rules, control)).toThrow(/CANCELLED/);
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
    const header = assayFile.split('\n')[0]!;
    expect(annotateFromFile(catalog(), 'T0.csv', assayFile, 'Mara Lindner')).toEqual({
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
    const exported = await exportSparsechem(catalog(), join(folder(), 'before'), options, unattended);
    const table = (place: string) => readFileSync(join(folder(), place, 'results/T8r.csv'), 'utf8');
    annotateAssay(catalog(), assayId('CLEARANCE'), { type: 'AUX_HTS', direction: 'high' }, 'Mara Lindner');

    const after = viewTaskSet(catalog(), taskSetId);
    expect(after.assays).toEqual(before.assays);
    expect(await exportSparsechem(catalog(), join(folder(), 'after'), options, unattended)).toEqual(exported);
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
    writeCatalogue(catalog(), parseCatalogue('T_cat.csv', catalogueFile));
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
    expect(() => parseCatalogue('T_cat.csv', catalogueFile.replace('6,expert,', 'six,expert,'))).toThrow(
      /"line":3.*threshold/,
    );
  });
});
