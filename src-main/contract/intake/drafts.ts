/** Drafts: a file on its way, across reloads and restarts. */
import * as z from 'zod';
import { mapping } from './mapping.ts';
import { reading } from './reading.ts';
import { count } from './reason.ts';

export const draftStep = z.enum(['reading', 'mapping', 'check', 'commit']);

/** One decision of a person, to be said in words and taken back. */
export const draftDecision = z.object({
  /** What was decided, in the page's own terms: `{kind: 'unit', column: 'Result', unit: 'nM'}`. The engine only keeps it. */
  decided: z
    .object({ kind: z.string().max(60) })
    .catchall(z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()), z.looseObject({})])),
  /** The mapping after it; null where it follows from the mapping before and the decision. */
  mapping: mapping.nullable(),
});

export const draftContent = z.object({
  /** Token of the upload: names the draft. It is kept while there is one. */
  file: z.string().min(1),
  /** Tokens of further files that the mapping joins. */
  others: z.array(z.string().min(1)).max(8).default([]),
  /** Of the file, as it was chosen. */
  name: z.string(),
  /** What a person has set about the reading; the rest is found out. */
  reading: reading.partial(),
  /** The first entry is where it began: a proposal or a template. Empty until the file has been inspected. */
  history: z.array(draftDecision).max(500),
  /** Index of the decision in force, -1 before the first one; what comes after it has been taken back. */
  at: z.number().int().min(-1),
  step: draftStep,
  /** Of the preview or import that this step shows. */
  jobId: z.string().nullable(),
});

export const draft = draftContent.extend({
  /** Empty where nobody was signed in. */
  person: z.string(),
  createdAt: z.string(),
  changedAt: z.string(),
});

export const draftSummary = draft
  .pick({ file: true, name: true, step: true, person: true, createdAt: true, changedAt: true })
  .extend({ bytes: count, decisions: count });

export type DraftContent = z.infer<typeof draftContent>;
export type Draft = z.infer<typeof draft>;
export type DraftSummary = z.infer<typeof draftSummary>;
