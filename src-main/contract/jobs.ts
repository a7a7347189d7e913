/** Long work as the page sees it: listed, watched, cancelled. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const jobKind = z.enum([
  'preview',
  'check-structures',
  'import',
  'standardise',
  'tasks',
  'train',
  'check-providers',
  'fuse',
  'scan',
  'final-fit',
  'retrain',
  'participate',
  'score',
  'sample',
  'backup',
  'export-bundle',
]);
export const jobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);

export const job = z.object({
  id: z.string(),
  kind: jobKind,
  state: jobState,
  step: z.string().nullable(),
  done: z.number(),
  total: z.number().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** Milliseconds, estimated from the pace so far; null while unknown. */
  left: z.number().nullable(),
  result: z.unknown(),
  error: z.object({ code: z.string(), data: z.unknown() }).nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});

export type JobKind = z.infer<typeof jobKind>;
export type Job = z.infer<typeof job>;

export const jobsContract = {
  list: procedure.input(z.object({ limit: z.number().int().min(1).max(200).default(50) })).output(z.array(job)),
  /** Every change of any job, from now on. */
  watch: procedure.output(eventIterator(job)),
  cancel: procedure.input(z.object({ id: z.string() })).output(job),
};
