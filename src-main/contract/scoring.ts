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
  /** Null takes the newest usable model of its kind, where there is one. A fused model may stand in the global one's place. */
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
  /** The newest of its kind. */
  current: z.boolean(),
  /** False when the fingerprint's parameters have changed since it was trained. */
  usable: z.boolean(),
});
export type ScoringModel = z.infer<typeof scoringModel>;

export const sheetTask = z.object({
  taskId: z.number().int(),
  assay: z.string(),
  assayType,
  threshold: z.number(),
  /** Of the threshold: 'p' is -log10(mol/L), else 'log10' or 'linear' of the assay's own unit. */
  scale: z.string(),
  direction: z.enum(['low', 'high']),
  /** Below or above the thresholds that count: it trains, and is not evaluated. */
  auxiliary: z.boolean(),
  labels: z.number().int(),
});
export type SheetTask = z.infer<typeof sheetTask>;

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

const probability = z.number().min(0).max(1).nullable();

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
  /** Probability of being active under the chosen task. */
  global: probability,
  own: probability,
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

export const taskCard = sheetTask.extend({
  /** Labels in the training folds, and the share of actives among them. */
  trainedOn: z.number().int(),
  baseRate: z.number().nullable(),
  global: foldResult.nullable(),
  own: foldResult.nullable(),
});
export type TaskCard = z.infer<typeof taskCard>;

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
        taskId: z.number().int(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
        filter: filter.default({}),
        order: scoreOrder.default('input'),
        descending: z.boolean().default(false),
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(scoreRow) })),
  /** Every scored row as a point, for the plot; at most 20,000, spread evenly over the sheet. */
  points: procedure.input(sheetId.extend({ taskId: z.number().int() })).output(
    z.array(
      z.object({
        position: z.number().int(),
        companyId: z.string(),
        global: probability,
        own: probability,
        domain,
      }),
    ),
  ),
  /** What is known of a task: results on the test fold for both models of the sheet. */
  task: procedure.input(sheetId.extend({ taskId: z.number().int() })).output(taskCard),
  /** The sheet as CSV text, piece by piece: model ids, full hashes, time and settings in every row. Null: every task. */
  exportCsv: procedure
    .input(sheetId.extend({ taskIds: z.array(z.number().int()).nullable().default(null) }))
    .output(eventIterator(z.string())),
  /** Records that could not be read, as CSV text. */
  exportFailures: procedure.input(sheetId).output(eventIterator(z.string())),
  /** Removes one sheet, or all of them. */
  clear: procedure.input(z.object({ sheetId: z.string().nullable() })).output(z.object({ removed: z.number().int() })),
};
