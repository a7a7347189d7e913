/** Learning tasks as the page sees them: assays, their thresholds, and what each threshold costs. */
import * as z from 'zod';
import { foldRole } from './chemistry.ts';
import { procedure } from './procedure.ts';

const count = z.number().int().nonnegative();

export const assayType = z.enum(['ADME', 'CATALOG-PANEL', 'NON-CATALOG-PANEL', 'OTHER', 'AUX_HTS', 'AUX_PL']);

/** How a threshold was found. */
export const thresholdMethod = z.enum([
  'expert', // a person set it
  'fixed_adaptive', // the first of the fixed list with enough of both classes
  'median',
  'quartile', // beside the median of an ADME assay
  'aux_low', // below the lowest threshold; trains, is not evaluated
  'aux_high', // above the highest threshold; trains, is not evaluated
]);

const quorum = z.object({ actives: count, inactives: count });

/** What a consortium may set; the defaults are MELLODDY-TUNER's. */
export const taskRules = z.object({
  /** In the order in which they are tried, for assays on the p-scale without expert thresholds. */
  fixedThresholds: z.array(z.number()).min(1).max(20),
  /** A fixed threshold needs at least this share and these numbers of both classes. */
  fixedThresholdActiveShare: z.number().min(0).max(1),
  fixedThresholdQuorum: quorum,
  /** Distance of the auxiliary thresholds below and above. */
  sandwich: z.number().positive(),
  /** Measurements outside are left out, bounds included in the range. */
  credible: z.record(assayType, z.tuple([z.number(), z.number()])),
  /** Over all folds. */
  trainingQuorum: quorum,
  /** In every fold. */
  evaluationQuorum: quorum,
});

export const thresholdReason = z.object({
  /** A key of the page's words. */
  key: z.enum([
    'tasks.reason.expert',
    'tasks.reason.fixedAdaptive',
    'tasks.reason.median',
    'tasks.reason.medianQuartile',
    'tasks.reason.tooFewValues',
    'tasks.reason.typeComesLater',
  ]),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())])),
});

/** `ready` trains and is evaluated, `not-evaluated` only trains, `too-few` does neither. */
export const taskStatus = z.enum(['ready', 'not-evaluated', 'too-few']);

const classCounts = z.object({ actives: count, inactives: count, ambiguous: count });

const foldCounts = classCounts.extend({ fold: count, role: foldRole });

const threshold = z.object({ threshold: z.number(), method: thresholdMethod, auxiliary: z.boolean() });

export const taskDetail = threshold.extend({
  /** Column of the task in the training table; null below the training quorum and in a preview. */
  position: count.nullable(),
  direction: z.enum(['low', 'high']),
  status: taskStatus,
  total: classCounts,
  folds: z.array(foldCounts),
  /** What is missing to the training quorum over all folds; zeros when it is met. */
  trainingShort: quorum,
  /** Folds below the evaluation quorum, with what is missing in each. */
  evaluationShort: z.array(quorum.extend({ fold: count })),
  trainingWeight: z.number(),
  aggregationWeight: z.number(),
});

export const assayRow = z.object({
  assayId: z.number().int(),
  code: z.string(),
  type: assayType,
  /** `p` for -log10(mol/L), `log10` of a linear unit, or `linear`. */
  scale: z.string(),
  direction: z.enum(['low', 'high']),
  /** Standard structures with a value that counts, and how many of these are censored. */
  compounds: count,
  censored: count,
  /** Ascending; empty when none could be set. */
  thresholds: z.array(threshold),
  /** Actives and inactives at the first threshold that is not auxiliary; zeros without one. */
  actives: count,
  inactives: count,
  status: taskStatus,
});

export const taskSet = z.object({
  id: z.number().int(),
  createdAt: z.string(),
  hash: z.string(),
  rules: taskRules,
  assays: count,
  /** Tasks that train, and of these the ones that are evaluated. */
  trainingTasks: count,
  evaluatedTasks: count,
  compounds: count,
  labels: count,
  /** Something before it has changed since: batches, chemistry, thresholds or rules. A rebuild takes it in. */
  stale: z.boolean(),
});

export const histogramBin = z.object({
  /** Compounds by the relation of their stored value. */
  equal: count,
  less: count,
  greater: count,
});

export const assayDetail = z.object({
  assay: assayRow,
  /** Bin i covers [from + i * width, from + (i + 1) * width). */
  histogram: z.object({ from: z.number(), width: z.number(), bins: z.array(histogramBin) }),
  /** At the thresholds asked for, auxiliary ones included. Ascending. */
  tasks: z.array(taskDetail),
  /** What the rule finds without a person, and why. */
  suggestion: z.object({ thresholds: z.array(threshold), reason: thresholdReason }),
  /** Why the thresholds are the ones shown. */
  reason: thresholdReason,
  /** What a person has set for the next task set; empty when the rule decides. */
  chosen: z.array(z.number()),
  limits: z.object({ training: quorum, evaluation: quorum }),
  /** Measurements of the assay that no compound's value rests on, by cause. */
  leftOut: z.object({ outOfRange: count, structureFailed: count, structureWaiting: count, undecided: count }),
});

export type AssayType = z.infer<typeof assayType>;
export type ThresholdMethod = z.infer<typeof thresholdMethod>;
export type ThresholdReason = z.infer<typeof thresholdReason>;
export type TaskRules = z.infer<typeof taskRules>;
export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskDetail = z.infer<typeof taskDetail>;
export type AssayRow = z.infer<typeof assayRow>;
export type AssayDetail = z.infer<typeof assayDetail>;
export type TaskSet = z.infer<typeof taskSet>;
export type HistogramBin = z.infer<typeof histogramBin>;

/** Rules that are given become the workspace's. */
export const rebuildRequest = z.object({ rules: taskRules.optional() });

const thresholds = z.array(z.number()).max(5);

export const tasksContract = {
  /** The newest task set, or the one asked for. Assays by number of compounds, largest first. */
  list: procedure
    .input(z.object({ taskSetId: z.number().int().optional() }))
    .output(z.object({ taskSet: taskSet.nullable(), rules: taskRules, assays: z.array(assayRow) })),
  /** One assay, computed from its measurements as they are now; `thresholds` asks "what if", and stores nothing. */
  detail: procedure
    .input(z.object({ assayId: z.number().int(), thresholds: thresholds.optional() }))
    .output(assayDetail),
  /** Keeps a person's thresholds for the next task set; an empty list gives the assay back to the rule. */
  setThresholds: procedure.input(z.object({ assayId: z.number().int(), thresholds })).output(assayDetail),
  /** Starts the job that makes a new task set; the ones before stay as they are. */
  rebuild: procedure.input(rebuildRequest).output(z.object({ jobId: z.string() })),
};
