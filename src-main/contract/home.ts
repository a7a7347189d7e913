/** All that Home shows, in one call: the way of the data in figures, what is blocked, what happened, what has left. */
import * as z from 'zod';
import { auditEntry } from './audit.ts';
import { procedure } from './procedure.ts';
import { modelKind, runKind } from './training.ts';

const count = z.number().int().nonnegative();

export const station = z.enum(['import', 'structures', 'tasks', 'train', 'review', 'submissions', 'score']);

export const stations = z.object({
  import: z.object({ measurements: count, batches: count, rejectedRows: count, lastAt: z.string().nullable() }),
  /** `waiting` are structures that no standardisation has seen yet. */
  structures: z.object({ compounds: count, standardised: count, failed: count, waiting: count }),
  /** `tooSmall` are tasks below the training quorum; `outdated` when data came in after they were built. */
  tasks: z.object({ tasks: count, assays: count, tooSmall: count, outdated: z.boolean() }),
  train: z.object({
    runs: count,
    /** Mean over tasks on the validation fold, of the last finished run. */
    aucPr: z.number().nullable(),
    aucRoc: z.number().nullable(),
    running: z.object({ id: z.string(), kind: runKind, step: count }).nullable(),
  }),
  review: z.object({ waiting: count, oldestAt: z.string().nullable() }),
  submissions: z.object({ sent: count, lastAt: z.string().nullable() }),
  score: z.object({
    model: z
      .object({
        id: z.string(),
        kind: modelKind,
        step: count,
        hash: z.string(),
        createdAt: z.string(),
      })
      .nullable(),
    sheets: count,
  }),
});

/** What waits for a person or cannot go on. `cause` and `action` are keys of the page's words. */
export const blocked = z.object({
  cause: z.enum([
    'rows-rejected',
    'structures-failed',
    'structures-waiting',
    'tasks-missing',
    'tasks-outdated',
    'consent-missing',
    'package-waits',
    'package-blocked',
    'package-void',
    'job-failed',
    'log-broken',
    'connection-denied',
  ]),
  severity: z.enum(['bad', 'warn', 'wait']),
  station: z.enum([...station.options, 'consent', 'audit'] as const),
  action: z.enum(['open-check', 'standardise', 'build-tasks', 'open-consent', 'open-review', 'open-job', 'open-audit']),
  /** What the sentence needs: counts, a name. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Id of what the action opens: a batch, a package hash, a job. */
  target: z.string().nullable(),
  since: z.string().nullable(),
});

export const nextStep = z.object({
  step: z.enum(['import-file', 'standardise', 'build-tasks', 'train', 'join-consortium', 'review-package', 'score']),
  station: z.enum([...station.options, 'settings'] as const),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  target: z.string().nullable(),
});

export const home = z.object({
  stations,
  next: nextStep,
  blocked: z.array(blocked),
  recent: z.array(auditEntry),
  /** The last round of the consortium that this partner takes part in. */
  round: z
    .object({ series: z.string(), round: count, attempt: count, phase: z.string(), changedAt: z.string() })
    .nullable(),
  left: z.object({
    submissions: count,
    bytes: count,
    since: z.string().nullable(),
    hosts: z.array(z.string()),
    otherCalls: count,
    deniedCalls: count,
  }),
});

export type Station = z.infer<typeof station>;
export type Stations = z.infer<typeof stations>;
export type Blocked = z.infer<typeof blocked>;
export type NextStep = z.infer<typeof nextStep>;
export type Home = z.infer<typeof home>;

export const homeContract = {
  read: procedure.output(home),
};
