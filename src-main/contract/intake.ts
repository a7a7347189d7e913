/** Intake as the page sees it: a file inspected, its mapping decided, checked as a whole, brought in as a batch. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { rowCounts, rowFinding, rowReason } from './intake/check.ts';
import { draft, draftContent, draftSummary } from './intake/drafts.ts';
import { batchState } from './intake/found.ts';
import { inspection } from './intake/inspection.ts';
import { mapping, scale, templateUsed } from './intake/mapping.ts';
import { fileFormat, reading } from './intake/reading.ts';
import { count } from './intake/reason.ts';
import { template, templateName } from './intake/templates.ts';
import { procedure } from './procedure.ts';
import { assayType } from './tasks.ts';

export * from './intake/check.ts';
export * from './intake/drafts.ts';
export * from './intake/found.ts';
export * from './intake/inspection.ts';
export * from './intake/mapping.ts';
export * from './intake/reading.ts';
export { type Confidence, confidence } from './intake/reason.ts';
export * from './intake/templates.ts';

export const batch = z.object({
  id: z.number().int(),
  name: z.string(),
  sha256: z.string(),
  format: fileFormat,
  sheet: z.string().nullable(),
  state: batchState,
  person: z.string(),
  /** As it was when the batch was read. */
  template: templateUsed.nullable(),
  createdAt: z.string(),
  committedAt: z.string().nullable(),
  rows: rowCounts,
  measurements: count,
  compounds: count,
  assays: count,
});

export const catalogueAssay = z.object({
  id: z.number().int(),
  code: z.string(),
  assayType,
  scale,
  measurements: count,
  compounds: count,
  censored: count,
});

export type Batch = z.infer<typeof batch>;

export type CatalogueAssay = z.infer<typeof catalogueAssay>;

/** Token of a finished upload. */
const file = z.string().min(1);

/** Token of the second file, where the mapping joins one. */
const companion = file.nullable().default(null);

export const previewStart = z.object({ file, companion, mapping });

export const importStart = z.object({
  file,
  companion,
  /** Null takes the proposal, and stops with the outcome `needs-decision` where that leaves something open. */
  mapping: mapping.nullable().default(null),
  /** Bring in again what a committed batch holds already. */
  again: z.boolean().default(false),
});

/** The jobs' requests: a file on this machine in the place of the token. Their results are a `checkReport` and an `importOutcome`. */
const companionPath = z.string().min(1).nullable().default(null);

export const previewRequest = z.object({ path: z.string().min(1), companion: companionPath, mapping });

/** What was found under the request's mapping, good for as long as `state` is that of file, catalogue and application. */
export const inspected = inspection
  .pick({ file: true, proposals: true, decisions: true })
  .extend({ state: z.string() });

export const importRequest = importStart.omit({ file: true, companion: true }).extend({
  path: z.string().min(1),
  companion: companionPath,
  /** As the person knows the second file. */
  companionName: z.string().min(1).optional(),
  name: z.string().min(1),
  person: z.string().min(1),
  /** Of the draft that ends with the commit. */
  draft: z.string().optional(),
  inspected: inspected.optional(),
});

export type Inspected = z.infer<typeof inspected>;

export type PreviewStart = z.infer<typeof previewStart>;
export type PreviewRequest = z.infer<typeof previewRequest>;

export type ImportRequest = z.infer<typeof importRequest>;

export const intakeContract = {
  /**
   * Without a mapping: finds out how to read the file and proposes one; `reading` sets parts by hand. With a mapping:
   * the same file under it, with its decisions, conversions and required targets; quick, to be asked at every change.
   * With a companion: a second file with the structures, read as found or by `companionReading`.
   */
  inspect: procedure
    .input(
      z.object({
        file,
        reading: reading.partial().default({}),
        mapping: mapping.optional(),
        companion,
        companionReading: reading.partial().default({}),
      }),
    )
    .output(inspection),
  /** Starts the job that runs the import's own code over the whole file and stores nothing. Result: `checkReport`. */
  preview: procedure.input(previewStart).output(z.object({ jobId: z.string() })),
  /** Starts the job that standardises the file's structures and stores nothing. Result: `structuresCheck`. */
  checkStructures: procedure.input(previewStart).output(z.object({ jobId: z.string() })),
  /** Starts the job that stages the file and commits it in one step. Result: `importOutcome`. */
  import: procedure.input(importStart).output(z.object({ jobId: z.string() })),
  /** Newest first; without what is being staged. */
  batches: procedure.output(z.array(batch)),
  batch: procedure.input(z.object({ id: z.number().int() })).output(batch.extend({ mapping })),
  /** Rejected and warned rows of a batch, in the order of the file. */
  findings: procedure
    .input(
      z.object({
        batchId: z.number().int(),
        reason: rowReason.optional(),
        offset: count.default(0),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ total: count, rows: z.array(rowFinding) })),
  /**
   * The rejected rows of a file under a mapping, before anything is imported; the same text as `rejectedCsv` gives after
   * the commit. Reads the whole file.
   */
  rejectedCsvOfPreview: procedure.input(previewStart).output(eventIterator(z.string())),
  /** The rejected rows of a batch as CSV text that imports again, piece by piece: own columns, then line and reason. */
  rejectedCsv: procedure.input(z.object({ batchId: z.number().int() })).output(eventIterator(z.string())),
  /** Takes the whole batch out of the catalogue. Its rows stay on record and can be imported again. */
  withdraw: procedure.input(z.object({ id: z.number().int() })).output(batch),
  /** Assays of committed batches, by number of measurements. */
  assays: procedure.output(z.array(catalogueAssay)),
  templates: {
    /** By name. */
    list: procedure.output(z.array(template)),
    read: procedure.input(z.object({ id: z.number().int() })).output(template.extend({ mapping })),
    /** A name that is there already gets the next version. */
    save: procedure.input(z.object({ name: templateName, mapping })).output(template),
    /** INPUT_INVALID when another template has the name. */
    rename: procedure.input(z.object({ id: z.number().int(), name: templateName })).output(template),
    /** Batches keep what they were read with. */
    remove: procedure.input(z.object({ id: z.number().int() })).output(z.object({})),
  },
  drafts: {
    /** Changed last first. */
    list: procedure.output(z.array(draftSummary)),
    /** Null where there is none of this file. */
    read: procedure.input(z.object({ file })).output(draft.nullable()),
    /** Makes or replaces it. NOT_FOUND when a file of it is not there. */
    save: procedure.input(draftContent).output(draft),
    /** Lets its files go. A draft that is gone already is no error. */
    discard: procedure.input(z.object({ file })).output(z.object({})),
  },
};
