/** Training as the page sees it: what can be trained, runs with their learning curves, and what each task reached. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './procedure.ts';
import { usedProvider } from './providers.ts';
import { assayType } from './tasks.ts';

const share = z.number().min(0).max(0.95);

const widths = z.array(z.number().int().min(1).max(4096)).max(3);

/** What heads a partner's model has and how they weigh; all left out is one head that classifies. */
export const headSettings = z.object({
  /** Whether a head learns the values of regression tasks; a training table without them has none either way. */
  values: z.boolean().exactOptional(),
  /** Widths of layers between the trunk and the classes, and between the trunk and the values. */
  classHidden: widths.exactOptional(),
  valueHidden: widths.exactOptional(),
  /** A second head for the classes of catalogue tasks, whose columns take the place of the first one's. */
  catalogue: z.boolean().exactOptional(),
  /** Share of the regression head in the loss where there is one; a half weighs both as they are. */
  regressionWeight: z.number().min(0).max(1).exactOptional(),
  /** Values are learnt as they are instead of by their distance from the task's mean in standard deviations. */
  rawValues: z.boolean().exactOptional(),
  /** Censored values count as if they were exact. */
  censorsIgnored: z.boolean().exactOptional(),
});
export type HeadSettings = z.infer<typeof headSettings>;

/** Settings of a model that one partner trains alone. Defaults: training.md section 6, the tuned alone baseline. */
export const aloneSettings = z.object({
  /** Width of each trunk layer; the first reads the fingerprint. */
  hidden: z.array(z.number().int().min(4).max(4096)).min(1).max(4).default([256]),
  /** Share of hidden units dropped in a step. */
  dropout: share.default(0.5),
  /** Share of set fingerprint bits dropped in a step. */
  inputDropout: share.default(0.4),
  trunkRate: z.number().positive().max(1).default(1e-3),
  headRate: z.number().positive().max(1).default(3e-4),
  /** Compounds per step; null chooses 256, or 64 below 2,000 training compounds. */
  batch: z.number().int().min(1).max(8192).nullable().default(null),
  /** The most steps taken; training ends earlier when the validation fold stops gaining. */
  steps: z.number().int().min(1).max(100_000).default(4000),
  /** Steps between two looks at the validation fold. */
  evaluateEvery: z.number().int().min(1).max(10_000).default(50),
  /** Looks without a gain on the validation fold before training stops. */
  patience: z.number().int().min(1).max(1000).default(12),
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  /** A task counts in a fold's mean when it has at least this many of each class there. */
  minimumPerClass: z.number().int().min(1).max(1000).default(5),
  heads: headSettings.optional(),
  /** Steps after which both rates are multiplied by `decayFactor`, each once. */
  decaySteps: z.array(z.number().int().min(1)).max(20).optional(),
  /** 0.3 unless told. */
  decayFactor: z.number().positive().max(1).optional(),
  /** What of each weight Adam adds to its gradient (L2, as SparseChem's and torch's `weight_decay`); 0 unless told. */
  weightDecay: z.number().min(0).max(1).optional(),
  /** Compounds of a batch that go through the network at a time, 512 unless told: fewer take less memory for the same step. */
  partSize: z.number().int().min(1).max(8192).optional(),
});
export type AloneSettings = z.infer<typeof aloneSettings>;

export const trainRequest = z.object({
  /** Null takes the newest task set. */
  taskSetId: z.number().int().nullable().default(null),
  settings: aloneSettings.prefault({}),
});
export type TrainRequest = z.infer<typeof trainRequest>;

/**
 * `scan`: a cell of a scan, which keeps no model. `final`: the final fit, on training and validation folds together.
 * `retrained`: a new head on a global model's trunk.
 */
export const runKind = z.enum(['alone', 'federated', 'scan', 'final', 'retrained']);
export type RunKind = z.infer<typeof runKind>;
export const runState = z.enum(['running', 'done', 'failed', 'cancelled']);
/** `final` has no fair figure on the validation fold, since it has learnt from it. */
export const modelKind = z.enum(['alone', 'global', 'fused', 'final', 'retrained']);

const metric = z.number().nullable();
const interval = z.object({ low: z.number(), high: z.number() });

export const runPoint = z.object({
  /** Train steps taken when alone, round when federated. */
  step: z.number().int(),
  /** Mean over the steps since the point before: BCE summed over labels, per compound of the batch. */
  loss: metric,
  /** Mean over the tasks that count on the validation fold. */
  validationAucPr: metric,
  validationAucRoc: metric,
  /** 95 % of the mean AUC-PR, by bootstrap over tasks. */
  validationInterval: interval.nullable(),
  /** Since the run began. */
  seconds: z.number(),
});
export type RunPoint = z.infer<typeof runPoint>;

export const model = z.object({
  id: z.string(),
  runId: z.string(),
  kind: modelKind,
  taskSetId: z.number().int(),
  series: z.string().nullable(),
  /** Step or round that the validation fold chose. */
  step: z.number().int(),
  /** SHA-256 of the .onnx file. */
  hash: z.string(),
  /** SHA-256 of the trunk's float32 bytes. */
  trunkHash: z.string(),
  bytes: z.number().int(),
  createdAt: z.string(),
});
export type Model = z.infer<typeof model>;

export const run = z.object({
  id: z.string(),
  kind: runKind,
  state: runState,
  taskSetId: z.number().int(),
  jobId: z.string().nullable(),
  series: z.string().nullable(),
  hidden: z.array(z.number().int()),
  /** Steps or rounds at most. */
  steps: z.number().int(),
  points: z.number().int(),
  /** The point with the best validation AUC-PR so far. */
  best: runPoint.nullable(),
  modelId: z.string().nullable(),
  /** What it was trained on; null for runs of before this was kept, or that have not begun. */
  provider: usedProvider.nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

/** Mean over tasks of one model on one fold. */
export const foldMeans = z.object({
  /** Tasks with at least `minimumPerClass` of each class. */
  tasks: z.number().int(),
  aucPr: metric,
  aucRoc: metric,
  aucPrInterval: interval.nullable(),
});

export const taskResult = z.object({
  taskId: z.number().int(),
  assay: z.string(),
  assayType,
  threshold: z.number(),
  direction: z.enum(['low', 'high']),
  actives: z.number().int(),
  inactives: z.number().int(),
  alone: z.object({ aucPr: metric, aucRoc: metric }).nullable(),
  global: z.object({ aucPr: metric, aucRoc: metric }).nullable(),
});
export type TaskResult = z.infer<typeof taskResult>;

/** What a task is measured by; each figure is null where the fold says nothing about it. */
export const classMetric = z.enum([
  'aucPr',
  'aucPrCalibrated',
  'aucRoc',
  'f1Max',
  'kappa',
  'kappaMax',
  'brier',
  'logLoss',
  'calibrationError',
  'adaptiveCalibrationError',
]);
export const valueMetric = z.enum(['rmse', 'rmseUncensored', 'r2', 'pearson']);
export type ClassMetric = z.infer<typeof classMetric>;
export type ValueMetric = z.infer<typeof valueMetric>;

/** One metric over many tasks. */
const aggregate = z.object({
  /** Tasks that count and have this metric. */
  tasks: z.number().int(),
  mean: metric,
  median: metric,
  /** 95 % of the mean, by bootstrap over tasks; null below five tasks. */
  interval: interval.nullable(),
  /** Mean by aggregation weights over all tasks that have the metric, as SparseChem aggregates. */
  weighted: metric,
});
export type Aggregate = z.infer<typeof aggregate>;

const reportGroup = z.enum(['all', ...assayType.options]);

const reportedAssay = z.object({
  assay: z.string(),
  assayType,
  /** It trains, and counts in no mean. */
  auxiliary: z.boolean(),
  aggregationWeight: z.number(),
  /** Whether it has enough of both classes, or uncensored values, on the fold to count in plain means. */
  counts: z.boolean(),
});

const foldReport = z.object({
  /** Means over classification tasks: all that count, then by assay type. */
  groups: z.array(z.object({ group: reportGroup, tasks: z.number().int(), metrics: z.record(classMetric, aggregate) })),
  tasks: z.array(
    reportedAssay.extend({
      taskId: z.number().int(),
      threshold: z.number(),
      direction: z.enum(['low', 'high']),
      actives: z.number().int(),
      inactives: z.number().int(),
      metrics: z.record(classMetric, metric),
      /** Probabilities from which on F1 and kappa are highest. */
      f1MaxAt: metric,
      kappaMaxAt: metric,
    }),
  ),
  regressionGroups: z.array(
    z.object({ group: reportGroup, tasks: z.number().int(), metrics: z.record(valueMetric, aggregate) }),
  ),
  regressionTasks: z.array(
    reportedAssay.extend({
      regressionTaskId: z.number().int(),
      labels: z.number().int(),
      uncensored: z.number().int(),
      metrics: z.record(valueMetric, metric),
    }),
  ),
});
export type FoldReport = z.infer<typeof foldReport>;

export const modelReport = z.object({
  model,
  /** A classification task counts from this many of each class on the fold. */
  minimumPerClass: z.number().int(),
  /** A regression task counts from this many uncensored values on the fold. */
  minimumUncensored: z.number().int(),
  validation: foldReport,
  test: foldReport,
});
export type ModelReport = z.infer<typeof modelReport>;

/** What two models can be compared by. */
export const benefitMetric = z.enum([
  'aucPr',
  'aucPrCalibrated',
  'aucRoc',
  'f1Max',
  'kappaMax',
  'r2',
  'pearson',
  'rmse',
]);
export type BenefitMetric = z.infer<typeof benefitMetric>;

/** Global against alone on the test fold, over the tasks of a group. Intervals: 95 %, by bootstrap over assays. */
export const gain = z.object({
  group: z.enum([...reportGroup.options, 'size']),
  /** Labels of a task in all folds, from `least` to below `below`; only of the group `size`. */
  size: z.object({ least: z.number().int(), below: z.number().int().nullable() }).nullable(),
  tasks: z.number().int(),
  /** What is drawn by the bootstrap: the tasks of an assay stand or fall together. */
  assays: z.number().int(),
  /** Tasks that the global model is better at, and worse. */
  gained: z.number().int(),
  lost: z.number().int(),
  /** Means over the tasks. */
  alone: z.number(),
  global: z.number(),
  /** Global minus alone; null below five assays. */
  difference: z.number(),
  interval: interval.nullable(),
  /** Mean of the global model over that of the model alone, minus 1. R2 is taken as its share of the range -1 to 1. */
  relative: metric,
  relativeInterval: interval.nullable(),
  /** RIPtoP (Heyndrickx et al. 2023): the share of what is missing to perfection that is gained, mean over tasks. */
  riptop: z.number(),
  riptopInterval: interval.nullable(),
  riptopMedian: z.number(),
});
export type Gain = z.infer<typeof gain>;

export const benefitTask = z.object({
  /** Of the classification or the regression task. */
  taskId: z.number().int(),
  assay: z.string(),
  assayType,
  /** Null for regression. */
  threshold: metric,
  direction: z.enum(['low', 'high']).nullable(),
  labels: z.number().int(),
  alone: z.number(),
  global: z.number(),
  riptop: z.number(),
});
export type BenefitTask = z.infer<typeof benefitTask>;

export const benefit = z.object({
  alone: model,
  global: model,
  metric: benefitMetric,
  /** All, then by assay type, then by number of labels; only groups with a task. */
  gains: z.array(gain),
  /** Most gained first. */
  tasks: z.array(benefitTask),
});
export type Benefit = z.infer<typeof benefit>;

/** Borders between groups of tasks by their number of labels. */
export const sizeBorders = [100, 200, 500, 1000] as const;

/** An own and a global model in one, by the mean of their logits. */
export const fusion = z.object({
  /** The fused model; null where the validation fold chose one of the two alone. */
  modelId: z.string().nullable(),
  ownModelId: z.string(),
  globalModelId: z.string(),
  /** SHA-256 of the .onnx files that were fused. */
  ownHash: z.string(),
  globalHash: z.string(),
  /** Of the global model's logits, 0 to 1; the own model has the rest. Chosen on the validation fold. */
  weight: z.number(),
  /** Every weight that was looked at on the validation fold, ascending. */
  looks: z.array(z.object({ weight: z.number(), aucPr: metric, loss: metric })),
  /**
   * Of the global model's values, chosen by itself: the least squared error on the validation fold. 0 or 1 without looks
   * where only one of the two predicts values, null where neither does.
   */
  valueWeight: z.number().nullable(),
  valueLooks: z.array(z.object({ weight: z.number(), loss: metric })),
  createdAt: z.string(),
});
export type Fusion = z.infer<typeof fusion>;

export const fuseRequest = z.object({
  ownModelId: z.string(),
  globalModelId: z.string(),
});
export type FuseRequest = z.infer<typeof fuseRequest>;

const pair = z.object({ aloneModelId: z.string(), globalModelId: z.string() });
const measured = pair.extend({ metric: benefitMetric.default('aucPr') });

export const trainingContract = {
  /** What training finds: null while there is no task set to learn from. */
  ready: procedure.output(
    z
      .object({
        taskSetId: z.number().int(),
        tasks: z.number().int(),
        compounds: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
        labels: z.number().int(),
        /** Regression tasks that a head may learn too, and catalogue tasks that tasks are of. */
        valueTasks: z.number().int(),
        catalogueTasks: z.number().int(),
      })
      .nullable(),
  ),
  start: procedure.input(trainRequest).output(z.object({ jobId: z.string() })),
  /** Newest first. */
  runs: procedure.input(z.object({ limit: z.number().int().min(1).max(200).default(50) })).output(z.array(run)),
  run: procedure.input(z.object({ id: z.string() })).output(run),
  /** The learning curve, from its beginning, or only what came after a step. */
  curve: procedure
    .input(z.object({ runId: z.string(), after: z.number().int().default(-1) }))
    .output(z.array(runPoint)),
  models: procedure.input(z.object({ kind: modelKind.optional() })).output(z.array(model)),
  /** Means of a model on both folds, over the tasks that count there. */
  means: procedure
    .input(z.object({ modelId: z.string() }))
    .output(z.object({ validation: foldMeans, test: foldMeans })),
  /** Task by task; either model may be absent. Sorted by number of labels, most first. */
  tasks: procedure
    .input(
      z.object({
        aloneModelId: z.string().nullable(),
        globalModelId: z.string().nullable(),
        fold: z.enum(['validation', 'test']).default('test'),
      }),
    )
    .output(z.array(taskResult)),
  /** Every metric of a model per task and aggregated, on both folds. */
  report: procedure.input(z.object({ modelId: z.string() })).output(modelReport),
  /** The same as CSV text, piece by piece: a row per task and fold, or per group, fold and metric. */
  exportReport: procedure
    .input(z.object({ modelId: z.string(), rows: z.enum(['tasks', 'groups']) }))
    .output(eventIterator(z.string())),
  /** The model's .onnx file as it was trained, piece by piece, in base64. */
  exportModel: procedure.input(z.object({ modelId: z.string() })).output(eventIterator(z.string())),
  /** What the consortium has added for this partner; both models must share their task set. */
  benefit: procedure.input(measured).output(benefit),
  /** As CSV text: a row per task, or per group. */
  exportBenefit: procedure
    .input(measured.extend({ rows: z.enum(['tasks', 'groups']) }))
    .output(eventIterator(z.string())),
  /** The newest fusion of the two models; null where they have not been fused. */
  fusion: procedure.input(z.object({ ownModelId: z.string(), globalModelId: z.string() })).output(fusion.nullable()),
  /** Adds the job that fuses them. */
  fuse: procedure.input(fuseRequest).output(z.object({ jobId: z.string() })),
};
