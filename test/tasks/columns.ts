/** Measurements of one assay as columns, from lists that a test can write down. */
import {
  type AssayRecord,
  type MeasurementColumns,
  scales,
  vectorFailed,
  vectorWaiting,
} from '../../src-main/catalog/task-sources.ts';
import type { CatalogueReference, TaskRules } from '../../src-main/contract/tasks.ts';
import { type DefinedAssay, defineAssay, everyFold, type Frame, prepareAssay } from '../../src-main/tasks/define.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';

export type Measured = {
  readonly vector: number | 'failed' | 'waiting';
  readonly fold?: number;
  readonly relation?: '=' | '<' | '>';
  readonly value: number;
  readonly scale?: (typeof scales)[number];
};

export const columnsOf = (measured: readonly Measured[]): MeasurementColumns => ({
  vectors: Int32Array.from(measured, ({ vector }) =>
    vector === 'failed' ? vectorFailed : vector === 'waiting' ? vectorWaiting : vector,
  ),
  folds: Uint8Array.from(measured, ({ fold }) => fold ?? 0),
  values: Float64Array.from(measured, ({ value }) => value),
  censors: Int8Array.from(measured, ({ relation }) => censorOf(relation ?? '=')),
  scales: Uint8Array.from(measured, ({ scale }) => scales.indexOf(scale ?? 'p')),
});

export const censorOf = (relation: '=' | '<' | '>'): -1 | 0 | 1 => (relation === '=' ? 0 : relation === '<' ? -1 : 1);

export const assayOf = (change: Partial<AssayRecord> = {}): AssayRecord => ({
  assayId: 1,
  code: 'A1',
  type: 'OTHER',
  direction: null,
  expertThresholds: [],
  chosenThresholds: undefined,
  useInRegression: null,
  binary: false,
  catalogueAssayId: null,
  parentAssay: null,
  ...change,
});

export const frameOf = (rules: TaskRules = defaultTaskRules, catalogue?: CatalogueReference): Frame => ({
  rules,
  catalogue,
  foldsSeen: () => everyFold,
});

export const defineFrom = (assay: AssayRecord, measured: readonly Measured[], frame: Frame = frameOf()): DefinedAssay =>
  defineAssay(prepareAssay(assay, columnsOf(measured), frame), frame);
