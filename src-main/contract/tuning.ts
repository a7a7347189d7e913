/** Beyond one run: scans over settings, the final fit with what a scan chose, and a new head on the global trunk. */
import * as z from 'zod';
import { procedure } from './procedure.ts';
import { type AloneSettings, aloneSettings, headSettings } from './training.ts';

const { hidden, dropout, inputDropout, trunkRate, headRate, batch, weightDecay } = aloneSettings.shape;

const oneOf = <Value extends z.ZodType>(value: Value) => z.array(value).min(1).max(10).optional();

/** Values of each setting; every combination of them is trained. What is left out stays as the scan began. */
export const scanGrid = z.object({
  hidden: oneOf(hidden.unwrap()),
  dropout: oneOf(dropout.unwrap()),
  inputDropout: oneOf(inputDropout.unwrap()),
  trunkRate: oneOf(trunkRate.unwrap()),
  headRate: oneOf(headRate.unwrap()),
  batch: oneOf(batch.unwrap()),
  weightDecay: oneOf(weightDecay.unwrap()),
});
export type ScanGrid = z.infer<typeof scanGrid>;

/** Around the tuned baseline of training.md section 6, which is one of its eight settings. */
export const defaultGrid: ScanGrid = {
  hidden: [[256], [512]],
  dropout: [0.5, 0.7],
  inputDropout: [0.2, 0.4],
};

export const mostCells = 64;

/** The settings to train, each once: those that the scan begins from, then every combination of the grid. */
export function scanCells(from: AloneSettings, grid: ScanGrid): readonly AloneSettings[] {
  const axes = Object.entries(grid).filter(([, values]) => values !== undefined);
  const combinations = axes.reduce<readonly AloneSettings[]>(
    (cells, [name, values]) => cells.flatMap((cell) => (values ?? []).map((value) => ({ ...cell, [name]: value }))),
    axes.length === 0 ? [] : [from],
  );
  return [...new Map([from, ...combinations].map((cell) => [settingsKey(cell), cell])).values()];
}

/** The same for settings that say the same, whatever the order in which they were given. */
export const settingsKey = (settings: AloneSettings): string => JSON.stringify(aloneSettings.parse(settings));

export const scanRequest = z
  .object({
    /** Null takes the newest task set. */
    taskSetId: z.number().int().nullable().default(null),
    /** What the scan begins from, and what its cells are compared with. */
    settings: aloneSettings.prefault({}),
    grid: scanGrid.prefault(defaultGrid),
  })
  .refine(({ settings, grid }) => scanCells(settings, grid).length <= mostCells, {
    path: ['grid'],
    message: `more than ${mostCells} settings`,
  });
export type ScanRequest = z.infer<typeof scanRequest>;

const metric = z.number().nullable();
const interval = z.object({ low: z.number(), high: z.number() });

/** Two models' mean AUC-PR over the same tasks of the validation fold. Intervals: 95 %, by bootstrap over assays. */
const difference = z.object({
  tasks: z.number().int(),
  assays: z.number().int(),
  /** Null without a task that counts. */
  difference: metric,
  /** Null below five assays. */
  interval: interval.nullable(),
});
export type Difference = z.infer<typeof difference>;

export const scanCell = z.object({
  /** 0: the settings that the scan began from. */
  position: z.number().int(),
  settings: aloneSettings,
  state: z.enum(['waiting', 'running', 'done', 'stopped']),
  runId: z.string().nullable(),
  /** What the validation fold chose; null until the cell is done, as are the figures. */
  step: z.number().int().nullable(),
  tasks: z.number().int().nullable(),
  aucPr: metric,
  /** 95 % of the mean, by bootstrap over tasks. */
  aucPrInterval: interval.nullable(),
  aucRoc: metric,
  /** Against the first cell, once both are done. */
  against: difference.nullable(),
});
export type ScanCell = z.infer<typeof scanCell>;

export const scan = z.object({
  id: z.string(),
  taskSetId: z.number().int(),
  jobId: z.string().nullable(),
  createdAt: z.string(),
  /** In the order in which they are trained. */
  cells: z.array(scanCell),
  /** Position of the best cell among those that are done; null before the first one. */
  best: z.number().int().nullable(),
  /** Whether the interval of the best cell's difference from the first one lies above zero. */
  clearlyBetter: z.boolean(),
});
export type Scan = z.infer<typeof scan>;

export const finalFitRequest = z.object({
  /** Of training alone or of a scan: its settings are taken, for as many steps as the validation fold chose in it. */
  runId: z.string(),
});
export type FinalFitRequest = z.infer<typeof finalFitRequest>;

/** Settings of a new head on a trunk that stays as it is. Dropout and rate: those of the head in a federated round. */
export const retrainSettings = z.object({
  /** Share of what the trunk gives, and of the head's own hidden units, that is dropped in a step. */
  dropout: dropout.unwrap().default(0.7),
  headRate: headRate.unwrap().default(1e-3),
  /** Compounds per step; null chooses 256, or 64 below 2,000 training compounds. */
  batch,
  steps: z.number().int().min(1).max(100_000).default(2000),
  evaluateEvery: z.number().int().min(1).max(10_000).default(25),
  /** Looks without a gain on the validation fold before training stops. */
  patience: z.number().int().min(1).max(1000).default(12),
  seed: aloneSettings.shape.seed,
  /** Those of the global model unless told. */
  heads: headSettings.optional(),
});
export type RetrainSettings = z.infer<typeof retrainSettings>;

export const retrainRequest = z.object({
  globalModelId: z.string(),
  settings: retrainSettings.prefault({}),
  /** The model with the new head is kept even where the validation fold prefers the global model's own head. */
  keep: z.boolean().default(false),
});
export type RetrainRequest = z.infer<typeof retrainRequest>;

export const retraining = z.object({
  runId: z.string(),
  /** The model with the new head; null where it is not kept. */
  modelId: z.string().nullable(),
  globalModelId: z.string(),
  globalHash: z.string(),
  /** Mean AUC-PR on the validation fold with the global model's own head, and with the new one. */
  globalAucPr: metric,
  aucPr: metric,
  /** The new head against the global model's own. */
  against: difference,
  createdAt: z.string(),
});
export type Retraining = z.infer<typeof retraining>;

const started = z.object({ jobId: z.string() });

export const tuningContract = {
  /** Adds the job that trains every cell; what has been trained before with the same settings is not trained again. */
  scan: procedure.input(scanRequest).output(started),
  /** The newest scan; null before the first one. */
  newestScan: procedure.output(scan.nullable()),
  /** Adds the job of the final fit, on training and validation folds together. */
  finalFit: procedure.input(finalFitRequest).output(started),
  /** Adds the job that trains a new head on a global model's trunk. */
  retrain: procedure.input(retrainRequest).output(started),
  /** The newest new head on this global model's trunk; null where there is none. */
  retraining: procedure.input(z.object({ globalModelId: z.string() })).output(retraining.nullable()),
};
