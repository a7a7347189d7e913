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
  'fixed', // one threshold for all assays of the type
]);

const quorum = z.object({ actives: count, inactives: count });

/** What a consortium may set; the defaults are MELLODDY-TUNER's. Rules stored by an earlier version lack what has a default. */
export const taskRules = z.object({
  /**
   * `tuner` computes what MELLODDY-TUNER computes, its quirks included: replicates by fingerprint instead of structure,
   * an assay removed for one fold without variance, minima only over folds that have data. See chemistry.md 1.8-1.10.
   */
  compatibility: z.enum(['chorale', 'tuner']).default('chorale'),
  /** False sets assays of the types AUX_* aside. */
  auxiliaryData: z.boolean().default(true),
  /** In the order in which they are tried, for assays on the p-scale without expert thresholds. */
  fixedThresholds: z.array(z.number()).min(1).max(20),
  /** A fixed threshold needs at least this share and these numbers of both classes. */
  fixedThresholdActiveShare: z.number().min(0).max(1),
  fixedThresholdQuorum: quorum,
  /** Distance of the auxiliary thresholds below and above. */
  sandwich: z.number().positive(),
  /** Of AUX_HTS: values at or above are active, at or below its negative where low is active, either where no direction is. */
  screeningThreshold: z.number().positive().default(3),
  /** Measurements outside are left out, bounds included in the range. */
  credible: z.record(assayType, z.tuple([z.number(), z.number()])),
  /** An assay whose values deviate less than this over all is no regression task. */
  leastDeviation: z.number().nonnegative().default(1e-12),
  /** Replicates further apart than this, in the assay's scale, are a conflict. */
  conflictSpread: z.number().positive().default(1),
  /** Over all folds; for ADME, panels and OTHER. */
  trainingQuorum: quorum,
  /** Over all folds; for AUX_HTS and AUX_PL. */
  auxiliaryTrainingQuorum: quorum.default({ actives: 10, inactives: 10_000 }),
  /** Labels over all folds that a task of the catalogue needs; below it the task is judged as NON-CATALOG-PANEL. */
  catalogueQuorum: count.default(400),
  /** In every fold. */
  evaluationQuorum: quorum,
  /** Weight of an assay of the types AUX_*, shared among its tasks; others weigh 1. */
  auxiliaryWeight: z.number().positive().max(1).default(0.1),
  regression: z
    .object({
      /** For assays that nothing else is said of: all but binary and auxiliary ones. */
      byDefault: z.boolean(),
      /** Over all folds. */
      trainingTotal: count,
      trainingUncensored: count,
      /** In every fold. MELLODDY-TUNER's file asks for 50 in all, but it never tests them. */
      foldTotal: count,
      foldUncensored: count,
      /** Of the uncensored values of every fold, except ADME. */
      foldDeviation: z.number().nonnegative(),
      /** Share of the loss that the censored values of a task have at most. */
      knockInBarrier: z.number().min(0).max(1),
    })
    .default({
      byDefault: true,
      trainingTotal: 50,
      trainingUncensored: 25,
      foldTotal: 25,
      foldUncensored: 25,
      foldDeviation: 0.5,
      knockInBarrier: 0.05,
    }),
});

export const thresholdReason = z.object({
  /** A key of the page's words. */
  key: z.enum([
    'tasks.reason.expert',
    'tasks.reason.fixedAdaptive',
    'tasks.reason.median',
    'tasks.reason.medianQuartile',
    'tasks.reason.tooFewValues',
    'tasks.reason.typeComesLater', // only in task sets of an earlier version
    'tasks.reason.binary', // values are classes already
    'tasks.reason.screening', // {threshold}: one for all screening assays
    'tasks.reason.catalogue', // {name}: the consortium's reference sets them
    'tasks.reason.auxiliaryOff', // the rules set auxiliary data aside
    'tasks.reason.noVariance', // {folds}: removed as MELLODDY-TUNER does; only with its compatibility
  ]),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())])),
});

export const regressionStatus = z.enum(['ready', 'not-evaluated', 'too-few', 'off']);

/** `ready` trains and is evaluated, `not-evaluated` only trains, `too-few` does neither. */
export const taskStatus = z.enum(['ready', 'not-evaluated', 'too-few']);

const classCounts = z.object({ actives: count, inactives: count, ambiguous: count });

const foldCounts = classCounts.extend({ fold: count, role: foldRole });

const threshold = z.object({ threshold: z.number(), method: thresholdMethod, auxiliary: z.boolean() });

/** A task of a catalogue panel, held against the consortium's reference. */
export const catalogueMatch = z.object({
  /** `matched` learns under the reference's task id; the others are judged as NON-CATALOG-PANEL. */
  check: z.enum(['matched', 'failed_quorum', 'missing_ref_task']),
  catalogueTaskId: z.string().nullable(),
  /** Labels still missing to the catalogue's quorum. */
  short: count,
});

/** The least that is missing for one more step of an assay: to train, or to be evaluated. */
export const nearMiss = z.object({
  goal: z.enum(['training', 'evaluation']),
  kind: z.enum(['classification', 'regression']),
  /** Null for regression. */
  threshold: z.number().nullable(),
  /** Null where it may be in any fold; several folds are short when `folds` is above 1, and this is the first. */
  fold: count.nullable(),
  folds: count,
  /** Compounds missing, over all short folds: of each class, or uncensored values for regression. */
  actives: count,
  inactives: count,
  values: count,
});

export const taskDetail = threshold.extend({
  /** Column of the task in the training table; null below the training quorum and in a preview. */
  position: count.nullable(),
  direction: z.enum(['low', 'high']),
  /** Large values of either sign are active (screening without a direction). */
  twoSided: z.boolean(),
  status: taskStatus,
  /** Of the consortium's catalogue: null for other tasks. */
  catalogue: catalogueMatch.nullable(),
  total: classCounts,
  folds: z.array(foldCounts),
  /** What is missing to the training quorum over all folds; zeros when it is met. */
  trainingShort: quorum,
  /** Folds below the evaluation quorum, with what is missing in each. */
  evaluationShort: z.array(quorum.extend({ fold: count })),
  trainingWeight: z.number(),
  aggregationWeight: z.number(),
});

/**
 * Why nobody may set an assay's thresholds: its values are classes, the rules set auxiliary assays aside, or all screening
 * assays have one, as in MELLODDY-TUNER.
 */
export const fixedBy = z.enum(['classes', 'auxiliary-off', 'screening']);

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
  /** Null where a person may set them. */
  fixed: fixedBy.nullable(),
  /** Actives and inactives at the first threshold that is not auxiliary; zeros without one. */
  actives: count,
  inactives: count,
  status: taskStatus,
  /** `off` where the assay is binary, or not used for regression. */
  regression: regressionStatus,
  /** Null when nothing is missing, or too much to matter: more than 15 % of what is needed. */
  nearMiss: nearMiss.nullable(),
  /** Compounds whose replicates lie further apart than the rules' spread. */
  conflicts: count,
  /** Measurements of structures that could not be standardised. */
  structureFailed: count,
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
  /** Regression tasks that train, and of these the ones that are evaluated. */
  regressionTasks: count,
  evaluatedRegressionTasks: count,
  /** With at least one label of a class or a value. */
  compounds: count,
  /** Of classes. */
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

/** What is said of an assay beyond its measurements; null where nothing is, and the rules decide. */
export const assayAnnotation = z.object({
  direction: z.enum(['low', 'high']).nullable(),
  useInRegression: z.boolean().nullable(),
  /** Only for CATALOG-PANEL. */
  catalogueAssayId: z.string().nullable(),
  /** Code of the assay that this one belongs to. */
  parentAssay: z.string().nullable(),
});

export const regressionDetail = z.object({
  status: regressionStatus,
  /** Why it is `off`. */
  off: z.enum(['binary', 'not-used', 'no-variance', 'auxiliary-off']).nullable(),
  auxiliary: z.boolean(),
  total: count,
  uncensored: count,
  /** `deviation` is the sample standard deviation of the uncensored values; null below two of them. */
  folds: z.array(
    z.object({ fold: count, role: foldRole, total: count, uncensored: count, deviation: z.number().nullable() }),
  ),
  /** What is missing over all folds; zeros when it is met. */
  trainingShort: z.object({ total: count, uncensored: count }),
  /** Folds below the evaluation quorum. */
  evaluationShort: z.array(z.object({ fold: count, total: count, uncensored: count })),
  /** Folds whose values deviate too little to be evaluated. */
  flatFolds: z.array(count),
  limits: z.object({
    trainingTotal: count,
    trainingUncensored: count,
    foldTotal: count,
    foldUncensored: count,
    /** Null for ADME, which is not held to one. */
    foldDeviation: z.number().nullable(),
  }),
  trainingWeight: z.number(),
  aggregationWeight: z.number(),
  censoredShare: z.number(),
  censoredWeight: z.number(),
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
  /** As the assay's type is judged; `catalogue` is the number of labels for tasks of the reference. */
  limits: z.object({ training: quorum, evaluation: quorum, catalogue: count.nullable() }),
  regression: regressionDetail,
  /** `met` is false where all values are the same. `flatFolds`: folds with two values or more that are all the same. */
  variance: z.object({ met: z.boolean(), flatFolds: z.array(count) }),
  replicates: z.object({
    /** How several values of one compound become one. */
    rule: z.enum(['highest', 'lowest', 'median', 'largest-magnitude', 'majority']),
    /** Compounds with more than one value, and of these the ones in conflict. */
    compounds: count,
    conflicts: count,
    /** In the assay's scale; of the rules. */
    spread: z.number(),
  }),
  /** What a person or a file of assays has said. */
  annotation: assayAnnotation,
  /** Measurements of the assay that no compound's value rests on, by cause. */
  leftOut: z.object({
    outOfRange: count,
    structureFailed: count,
    structureWaiting: count,
    undecided: count,
    /** In another scale than most of the assay's values. */
    otherScale: count,
  }),
});

/** The consortium's catalogue of panel tasks, which all partners hold alike. */
export const catalogueReference = z.object({
  name: z.string(),
  hash: z.string(),
  /** Of every assay of the type CATALOG-PANEL. */
  thresholds: z.array(z.number()),
  tasks: z.array(
    z.object({
      catalogueAssayId: z.string(),
      catalogueTaskId: z.string(),
      threshold: z.number(),
      method: z.enum(['expert', 'aux_low']),
    }),
  ),
});

export type AssayType = z.infer<typeof assayType>;
export type ThresholdMethod = z.infer<typeof thresholdMethod>;
export type ThresholdReason = z.infer<typeof thresholdReason>;
export type TaskRules = z.infer<typeof taskRules>;
export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskDetail = z.infer<typeof taskDetail>;
export type AssayRow = z.infer<typeof assayRow>;
export type FixedBy = z.infer<typeof fixedBy>;
export type AssayDetail = z.infer<typeof assayDetail>;
export type TaskSet = z.infer<typeof taskSet>;
export type HistogramBin = z.infer<typeof histogramBin>;
export type CatalogueMatch = z.infer<typeof catalogueMatch>;
export type NearMiss = z.infer<typeof nearMiss>;
export type RegressionStatus = z.infer<typeof regressionStatus>;
export type RegressionDetail = z.infer<typeof regressionDetail>;
export type AssayAnnotation = z.infer<typeof assayAnnotation>;
export type CatalogueReference = z.infer<typeof catalogueReference>;

/** Rules that are given become the workspace's. */
export const rebuildRequest = z.object({ rules: taskRules.optional() });

const thresholds = z.array(z.number()).max(5);

export const tasksContract = {
  /** The newest task set, or the one asked for. Assays by number of compounds, largest first. */
  list: procedure.input(z.object({ taskSetId: z.number().int().optional() })).output(
    z.object({
      taskSet: taskSet.nullable(),
      rules: taskRules,
      catalogue: catalogueReference.omit({ tasks: true }).extend({ tasks: count }).nullable(),
      assays: z.array(assayRow),
    }),
  ),
  /** One assay, computed from its measurements as they are now; `thresholds` asks "what if", and stores nothing. */
  detail: procedure
    .input(z.object({ assayId: z.number().int(), thresholds: thresholds.optional() }))
    .output(assayDetail),
  /** Keeps a person's thresholds for the next task set; an empty list gives the assay back to the rule. */
  setThresholds: procedure.input(z.object({ assayId: z.number().int(), thresholds })).output(assayDetail),
  /** Keeps what a person says of an assay for the next task set. */
  annotate: procedure
    .input(z.object({ assayId: z.number().int(), annotation: assayAnnotation.partial() }))
    .output(assayDetail),
  /**
   * Takes the consortium's catalogue from the text of its file, CSV as MELLODDY-TUNER's T_cat or JSON; empty text takes
   * it away. The next task set uses it.
   */
  setCatalogue: procedure
    .input(z.object({ name: z.string().max(200), text: z.string().max(10_000_000) }))
    .output(z.object({ thresholds: z.array(z.number()), tasks: count })),
  /** Takes what a CSV file says of assays, with the columns of MELLODDY-TUNER's T0. Codes that nobody has measured are counted. */
  annotateFromFile: procedure
    .input(z.object({ name: z.string().max(200), text: z.string().max(50_000_000) }))
    .output(z.object({ assays: count, unknown: count })),
  /** Starts the job that makes a new task set; the ones before stay as they are. */
  rebuild: procedure.input(rebuildRequest).output(z.object({ jobId: z.string() })),
};
