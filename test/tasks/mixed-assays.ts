/** A workspace with assays of every kind, for the tests of one file: potencies with limits, values, classes and a screen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Catalog } from '../../src-main/catalog/open.ts';
import { readAssays } from '../../src-main/catalog/task-sources.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';
import type { TrainingTable } from '../../src-main/tasks/training-table.ts';
import { type EmptyWorkspace, emptyWorkspace } from '../catalog/empty-workspace.ts';
import { addBatch, madeStructures, type TestMeasurement } from './measured-workspace.ts';

export const rules = {
  ...defaultTaskRules,
  trainingQuorum: { actives: 10, inactives: 10 },
  evaluationQuorum: { actives: 3, inactives: 3 },
  auxiliaryTrainingQuorum: { actives: 5, inactives: 5 },
};

export type MixedAssays = {
  readonly workspace: () => Workspace;
  readonly catalog: () => Catalog;
  /** For what is written out; gone after the tests. */
  readonly folder: () => string;
  readonly build: (change?: Partial<typeof rules>) => ReturnType<typeof buildTasks>;
  readonly assayId: (code: string) => number;
};

/** @param prepare what all tests of the file stand on */
export function mixedAssays(prepare: (catalog: Catalog) => void = () => {}): MixedAssays {
  let made: EmptyWorkspace;
  let folder: string;
  const catalog = () => made.workspace.catalog;
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
    prepare(catalog());
  });
  afterAll(() => {
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    workspace: () => made.workspace,
    catalog,
    folder: () => folder,
    build: (change = {}) => buildTasks(made.workspace, { ...rules, ...change }, unattended),
    assayId: (code) => readAssays(catalog()).find((assay) => assay.code === code)!.assayId,
  };
}

export const labelsOf = (table: TrainingTable, task: number) =>
  new Map(
    [...table.labelRows].flatMap((row, at) =>
      table.labelTasks[at] === task ? [[row, table.labelValues[at]!] as const] : [],
    ),
  );

/** In the columns of MELLODY-TUNER's T0. */
export const assayFile = [
  'input_assay_id,assay_type,use_in_regression,is_binary,expert_threshold_1,expert_threshold_2,direction,catalog_assay_id,parent_assay_id',
  'POTENCY,CATALOG-PANEL,True,False,,,high,12.0,',
  'LATE,ADME,False,False,0.5,1.5,low,,POTENCY',
  'ELSEWHERE,OTHER,True,False,,,,,',
].join('\n');

/** In the columns of its T_cat. */
export const catalogueFile = [
  'catalog_assay_id,catalog_task_id,threshold,threshold_method,expert_threshold_1,expert_threshold_2,expert_threshold_3,expert_threshold_4,expert_threshold_5',
  '12,1201,4.53,aux_low,4.53,6,7.5,,',
  '12,1202,6,expert,,,,,',
].join('\n');

export const structures = madeStructures(500).map((structure, at) =>
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
