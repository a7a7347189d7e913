/** Scoring as the page sees it: models to score with, score sheets, one task of a sheet at a time. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { structureFailure } from './chemistry.ts';
import { procedure } from './procedure.ts';
import { assayType } from './tasks.ts';
import { model } from './training.ts';

/**
 * Applicability domain by Tanimoto similarity (ECFP6, 32,000 bits) to the nearest compound that this partner trained
 * on: inside from 0.6, edge from 0.4, outside below. The limits describe how far own measurements reach, not how
 * right a probability is.
 */
export const domainLimits = { inside: 0.6, edge: 0.4 } as const;
export const domain = z.enum(['inside', 'edge', 'outside']);
export type Domain = z.infer<typeof domain>;

export const domainOf = (similarity: number): Domain =>
  similarity >= domainLimits.inside ? 'inside' : similarity >= domainLimits.edge ? 'edge' : 'outside';

/** A line per compound: SMILES, then optionally its id after a space or tab. */
const pasted = z.object({ kind: z.literal('text'), text: z.string().max(5_000_000) });

export const scoreSource = z.discriminatedUnion('kind', [
  pasted,
  /** .smi, .csv or .tsv with a SMILES column, or .sdf; each also as .gz. Token of a finished upload. */
  z.object({ kind: z.literal('upload'), token: z.string() }),
]);

export const scoreStart = z.object({
  /** Shown over the sheet; null takes the file's name or the time. */
  name: z.string().max(200).nullable().default(null),
  source: scoreSource,
  /**
   * Null takes the newest usable model of its kind, where there is one. A fused model, or a new head on the global trunk,
   * may stand in the global one's place, and a final fit in that of the model trained alone.
   */
  globalModelId: z.string().nullable().default(null),
  ownModelId: z.string().nullable().default(null),
});
export type ScoreStart = z.infer<typeof scoreStart>;

/** The job's request: as `scoreStart`, under the id that the sheet will have, and with the file in its place. */
export const scoreRequest = scoreStart.extend({
  sheetId: z.string(),
  source: z.discriminatedUnion('kind', [
    pasted,
    z.object({ kind: z.literal('file'), path: z.string(), name: z.string() }),
  ]),
});
export type ScoreRequest = z.infer<typeof scoreRequest>;

export const scoringModel = model.extend({
  tasks: z.number().int(),
  /** Values that it predicts beside the classes. */
  values: z.number().int(),
  /** The newest of its kind. */
  current: z.boolean(),
  /** False when the fingerprint's parameters have changed since it was trained. */
  usable: z.boolean(),
});
export type ScoringModel = z.infer<typeof scoringModel>;

const taskIdentity = z.object({
  taskId: z.number().int(),
  assay: z.string(),
  assayType,
  /** 'p' is -log10(mol/L), else 'log10' or 'linear' of the assay's own unit. */
  scale: z.string(),
  auxiliary: z.boolean(),
  labels: z.number().int(),
});

/** A task's classes: what is predicted is the probability of being active. Auxiliary ones train, and are not evaluated. */
const classTask = taskIdentity.extend({
  kind: z.literal('class'),
  /** In the scale. */
  threshold: z.number(),
  direction: z.enum(['low', 'high']),
});

/** A regression task: what is predicted is the value, in the scale of the assay. */
const valueTask = taskIdentity.extend({
  kind: z.literal('value'),
  /** Of what is predicted, as `log10(mL/min/kg)`; null where no measurement says it. */
  unit: z.string().nullable(),
});

export const sheetTask = z.discriminatedUnion('kind', [classTask, valueTask]);
export type SheetTask = z.infer<typeof sheetTask>;
export type ClassTask = z.infer<typeof classTask>;
export type ValueTask = z.infer<typeof valueTask>;

/** Ids of both kinds are numbered by themselves. */
export const taskReference = z.object({ kind: z.enum(['class', 'value']).default('class'), taskId: z.number().int() });
export type TaskReference = z.infer<typeof taskReference>;

export const sheet = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  /** Records read, in the order of the input. */
  compounds: z.number().int(),
  scored: z.number().int(),
  failed: z.number().int(),
  /** Records whose standard structure came before in the sheet; they are scored too. */
  duplicates: z.number().int(),
  domains: z.object({ inside: z.number().int(), edge: z.number().int(), outside: z.number().int() }),
  globalModel: scoringModel.nullable(),
  ownModel: scoringModel.nullable(),
});
export type Sheet = z.infer<typeof sheet>;

/** A probability of being active, or a value in the scale of the assay. */
const predicted = z.number().nullable();

export const scoreRow = z.object({
  /** From 0, in the order of the input. */
  position: z.number().int(),
  companyId: z.string(),
  /** As given. */
  structure: z.string(),
  /** Standard structure, what is scored and drawn. Null when it failed. */
  smiles: z.string().nullable(),
  failure: structureFailure.nullable(),
  /** Position of the first record with the same standard structure. */
  duplicateOf: z.number().int().nullable(),
  nearestSimilarity: z.number().nullable(),
  domain: domain.nullable(),
  /** Under the chosen task. */
  global: predicted,
  own: predicted,
  /** Global minus own. */
  difference: z.number().nullable(),
});
export type ScoreRow = z.infer<typeof scoreRow>;

export const scoreOrder = z.enum(['input', 'global', 'own', 'difference', 'similarity']);
export type ScoreOrder = z.infer<typeof scoreOrder>;

const foldResult = z.object({
  actives: z.number().int(),
  inactives: z.number().int(),
  aucPr: z.number().nullable(),
  aucRoc: z.number().nullable(),
  /** Expected calibration error in ten bins of equal width; null where the fold has fewer than 50 labels. */
  calibrationError: z.number().nullable(),
});

/** Of predicted values; errors are in the unit of the task. */
const valueResult = z.object({
  values: z.number().int(),
  uncensored: z.number().int(),
  /** A censored value counts by how far the prediction is on its wrong side. */
  rmse: z.number().nullable(),
  /** Over uncensored values, as are the next two. */
  rmseUncensored: z.number().nullable(),
  r2: z.number().nullable(),
  /**
   * Half the width of the interval: so far, at most, an uncensored value lies from its prediction in nine cases of ten.
   * Null where the fold has fewer than nine of them, and for models of earlier versions.
   */
  interval: z.number().nullable(),
});

export const taskCard = z.discriminatedUnion('kind', [
  classTask.extend({
    /** Labels in the training folds, and the share of actives among them. */
    trainedOn: z.number().int(),
    baseRate: z.number().nullable(),
    global: foldResult.nullable(),
    own: foldResult.nullable(),
  }),
  valueTask.extend({
    /** Values in the training folds, and how many of them are censored. */
    trainedOn: z.number().int(),
    censored: z.number().int(),
    /** Least and largest value of the training folds. */
    range: z.object({ least: z.number(), most: z.number() }).nullable(),
    global: valueResult.nullable(),
    own: valueResult.nullable(),
  }),
]);
export type TaskCard = z.infer<typeof taskCard>;
export type ClassCard = Extract<TaskCard, { kind: 'class' }>;
export type ValueCard = Extract<TaskCard, { kind: 'value' }>;

export const exportFormat = z.enum(['csv', 'xlsx', 'sdf']);
export type ExportFormat = z.infer<typeof exportFormat>;

const sheetId = z.object({ sheetId: z.string() });
const filter = z.object({ domain: domain.optional(), failed: z.boolean().optional() });

export const scoringContract = {
  /** Newest first. */
  models: procedure.output(z.array(scoringModel)),
  /** Adds the sheet's job; its rows can be read while it runs. */
  start: procedure.input(scoreStart).output(z.object({ jobId: z.string(), sheetId: z.string() })),
  /** History on this machine, newest first. */
  sheets: procedure.output(z.array(sheet)),
  sheet: procedure.input(sheetId).output(sheet.extend({ tasks: z.array(sheetTask) })),
  /** Rows of a sheet under one task. */
  page: procedure
    .input(
      sheetId.extend({
        task: taskReference,
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
        filter: filter.default({}),
        order: scoreOrder.default('input'),
        descending: z.boolean().default(false),
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(scoreRow) })),
  /** Every scored row as a point, for the plot; at most 20,000, spread evenly over the sheet. */
  points: procedure.input(sheetId.extend({ task: taskReference })).output(
    z.array(
      z.object({
        position: z.number().int(),
        companyId: z.string(),
        global: predicted,
        own: predicted,
        domain,
      }),
    ),
  ),
  /** What is known of a task: results on the test fold for both models of the sheet. */
  task: procedure.input(sheetId.extend({ task: taskReference })).output(taskCard),
  /**
   * The sheet as a file, piece by piece, with the models' ids and full hashes, time and settings: in every row of CSV and
   * every record of SDF, on a sheet of their own in XLSX, whose pieces are base64. Null: every task.
   */
  export: procedure
    .input(sheetId.extend({ tasks: z.array(taskReference).nullable().default(null), format: exportFormat }))
    .output(eventIterator(z.string())),
  /** Records that could not be read, as CSV text. */
  exportFailures: procedure.input(sheetId).output(eventIterator(z.string())),
  /** Removes one sheet, or all of them. */
  clear: procedure.input(z.object({ sheetId: z.string().nullable() })).output(z.object({ removed: z.number().int() })),
};
