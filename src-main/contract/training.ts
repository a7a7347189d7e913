/** Training as the page sees it: what can be trained, runs with their learning curves, and what each task reached. */
import * as z from 'zod';
import { procedure } from './procedure.ts';
import { assayType } from './tasks.ts';

const share = z.number().min(0).max(0.95);

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
  /** Looks without a gain in validation AUC-PR before training stops. */
  patience: z.number().int().min(1).max(1000).default(12),
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  /** A task counts in a fold's mean when it has at least this many of each class there. */
  minimumPerClass: z.number().int().min(1).max(1000).default(5),
});
export type AloneSettings = z.infer<typeof aloneSettings>;

export const trainRequest = z.object({
  /** Null takes the newest task set. */
  taskSetId: z.number().int().nullable().default(null),
  settings: aloneSettings.prefault({}),
});
export type TrainRequest = z.infer<typeof trainRequest>;

export const runKind = z.enum(['alone', 'federated']);
export const runState = z.enum(['running', 'done', 'failed', 'cancelled']);
export const modelKind = z.enum(['alone', 'global', 'fused']);

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

/** Global minus alone, per task, on the test fold. */
export const gain = z.object({
  group: z.enum(['all', ...assayType.options, 'large', 'small']),
  tasks: z.number().int(),
  difference: z.number(),
  /** 95 %, by bootstrap over tasks; null below five tasks. */
  interval: interval.nullable(),
});
export type Gain = z.infer<typeof gain>;

/** From how many labelled compounds a task counts as large in `gain`. */
export const largeTask = 100;

export const trainingContract = {
  /** What training finds: null while there is no task set to learn from. */
  ready: procedure.output(
    z
      .object({
        taskSetId: z.number().int(),
        tasks: z.number().int(),
        compounds: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
        labels: z.number().int(),
      })
      .nullable(),
  ),
  /** What models learn on, here. */
  provider: procedure.output(z.object({ name: z.enum(['cpu']), threads: z.number().int() })),
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
  /** The gain over training alone, in groups with at least one task; both models must share their task set. */
  gains: procedure.input(z.object({ aloneModelId: z.string(), globalModelId: z.string() })).output(z.array(gain)),
};
