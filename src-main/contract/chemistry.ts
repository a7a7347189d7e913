/** Chemistry as the page sees it: how the structures came through standardisation, and their drawings. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

/** What standardisation changed, in the order in which it is done. */
export const standardisationStep = z.enum(['fragment', 'charge', 'isotope', 'stereo']);

/** Why a structure has no standard form. */
export const structureFailure = z.enum([
  'empty', // no structure at all
  'unreadable', // the toolkit cannot parse it; the detail says what it complains about
  'too-long', // over the guard's limit of characters
  'too-many-atoms', // over the guard's limit of atoms, counted before the toolkit sees it
  'too-deep', // branches nested over the guard's limit
  'malformed-block', // the counts line of a mol block does not fit its lines
  'too-heavy', // heavy atoms of the whole record at or over the limit of the parameters
  'timed-out', // the watchdog ended it
  'crashed-toolkit', // brought the toolkit down on its own, twice
]);

/** Folds of the consortium's split and what each is for. */
export const foldRole = z.enum(['test', 'validation', 'train']);

const count = z.number().int().nonnegative();

export const structuresSummary = z.object({
  /** Distinct structures as the files give them, committed batches only; = standardised + failed + waiting. */
  structures: count,
  standardised: count,
  failed: count,
  /** Not yet standardised under the parameters of now. */
  waiting: count,
  failures: z.array(z.object({ failure: structureFailure, structures: count })),
  /** Structures that each step changed. One structure may count under several. */
  steps: z.record(standardisationStep, count),
  unchanged: count,
  /** Given structures that share their standard structure with another one, and how many standard structures that makes. */
  duplicates: z.object({ structures: count, standardStructures: count }),
  /** Distinct standard structures, and how they fall into the folds. */
  standardStructures: count,
  folds: z.array(z.object({ fold: count, role: foldRole, standardStructures: count })),
  parameters: z.object({
    radius: count,
    foldSize: count,
    folds: count,
    foldRule: z.string(),
    maxHeavyAtoms: count,
    /** Of toolkit and parameters, key included: equal at two partners exactly when their chemistry is the same. */
    hash: z.string(),
    /** `local` until a consortium's key has taken the place of the workspace's own. */
    keyOrigin: z.enum(['local', 'consortium']),
  }),
});

export const structureFilter = z.enum(['all', 'changed', 'failed', 'duplicate', 'waiting']);

export const structureRow = z.object({
  /** Of the compound as the company names it; a structure under two names has two rows. */
  id: z.number().int(),
  companyId: z.string(),
  kind: z.enum(['smiles', 'molblock']),
  /** As the file gives it. */
  structure: z.string(),
  line: z.number().int(),
  state: z.enum(['ok', 'failed', 'waiting']),
  smiles: z.string().nullable(),
  steps: z.array(standardisationStep),
  scaffold: z.string().nullable(),
  fold: count.nullable(),
  role: foldRole.nullable(),
  heavyAtoms: count.nullable(),
  /** Other given structures with the same standard structure. */
  duplicates: count,
  failure: structureFailure.nullable(),
  /** The toolkit's own words, or the number that broke the limit; English, not translated. */
  failureDetail: z.string().nullable(),
});

export const depiction = z.object({
  kind: z.enum(['smiles', 'molblock']),
  text: z.string().max(20_000),
  width: z.number().int().min(24).max(1200),
  height: z.number().int().min(24).max(1200),
  theme: z.enum(['light', 'dark']),
});

export type StandardisationStep = z.infer<typeof standardisationStep>;
export type StructureFailure = z.infer<typeof structureFailure>;
export type FoldRole = z.infer<typeof foldRole>;
export type StructuresSummary = z.infer<typeof structuresSummary>;
export type StructureFilter = z.infer<typeof structureFilter>;
export type StructureRow = z.infer<typeof structureRow>;
export type Depiction = z.infer<typeof depiction>;

export const chemistryContract = {
  summary: procedure.output(structuresSummary),
  /** In the order in which the compounds came in. */
  list: procedure
    .input(
      z.object({
        filter: structureFilter.default('all'),
        step: standardisationStep.optional(),
        failure: structureFailure.optional(),
        /** Part of a company id or of a SMILES. */
        search: z.string().max(200).default(''),
        offset: count.default(0),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ total: count, rows: z.array(structureRow) })),
  /** A drawing on a transparent ground, as SVG text for an `<img>`; null when the structure cannot be drawn. */
  depict: procedure.input(depiction).output(z.object({ svg: z.string().nullable() })),
  /** Starts the job that standardises what is waiting. */
  standardise: procedure.output(z.object({ jobId: z.string() })),
};
