/** Chemistry as the page sees it: how the structures came through standardisation, and their drawings. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

/** What standardisation changed, in the order in which it is done; charges are moved before and removed after the fragment. */
export const standardisationStep = z.enum([
  'stereo', // stereochemistry left out
  'metal', // bonds to metals cut
  'functional-group', // functional groups brought to one of their forms
  'fragment', // the parent kept, salts and solvents taken away
  'charge', // protons moved to the weaker acid, or charges removed
  'isotope', // isotope labels taken away
  'tautomer', // the canonical tautomer
]);

/** Groups that have more than one form in common use, named by the form they are brought to or by what is wrong. */
export const functionalGroup = z.enum([
  'metaphosphate', // P(=O)=O to [P+](=O)[O-], and its likes of As and Sb
  'sulfone', // [S+2]([O-])[O-] to S(=O)=O
  'sulfoxide', // S(=O) to [S+][O-]
  'phosphate', // [P+]([O-])[O-] to P(=O)[O-]
  'amidinium', // N[C+]N to NC=[N+], and its likes of S and P
  'hydrazine-diazonium', // C-NH-NH-C-[N+]#N to C-N=[NH+]-C-N=NH
  'separated-charges', // + and - two or four bonds apart brought together
  'conjugated-cation', // + moved along a conjugated chain to the end that holds protons
  'halogen-oxide', // [I-]=O to I[O-]
  'nitrile', // [N-]=[C+] to N#C
]);

/** What a person should look at, though the structure has a standard form. */
export const structureNotice = z.enum([
  'mixture', // besides the parent there is another organic fragment that is no usual counter-ion or solvent
  'equal-fragments', // the parent is one of several fragments of the same size, chosen by weight or SMILES
  'organometallic', // a metal is bound to carbon in the structure as it was given
  'many-tautomers', // so many that not all were compared: another tautomer of it may have another standard form
]);

/** `counterIon` and `solvent` are the usual ones of pharmacy, by a list; anything else is `other`. */
export const removedKind = z.enum(['counterIon', 'solvent', 'other']);

export const appliedStep = z.object({
  step: standardisationStep,
  /** The structure after the step: canonical SMILES without stereochemistry. */
  smiles: z.string(),
  /** Fragments that the step took away, one entry for each, repeated when it was there twice. */
  removed: z.array(z.object({ smiles: z.string(), kind: removedKind })),
  /** What the step normalised; empty for every other step. */
  groups: z.array(functionalGroup),
});

/** Why a structure has no standard form. */
export const structureFailure = z.enum([
  'empty', // no structure at all
  'unreadable', // the toolkit cannot parse it; the detail says what it complains about
  'too-long', // over the guard's limit of characters
  'too-many-atoms', // over the guard's limit of atoms, counted before the toolkit sees it
  'too-deep', // branches nested over the guard's limit
  'malformed-block', // the counts line of a mol block does not fit its lines
  'query', // asks a question instead of telling a structure: an atom or a bond of several kinds
  'too-heavy', // heavy atoms of the whole record at or over the limit of the parameters
  'timed-out', // the watchdog ended it
  'crashed-toolkit', // brought the toolkit down on its own, twice
]);

/**
 * What folds are drawn from. `scaffold` spreads compounds without a ring; `tuner-scaffold` and `tuner-lsh` are
 * MELLODDY-TUNER's two rules to the bit, for a consortium that also runs that tool.
 */
export const foldRule = z.enum(['scaffold', 'tuner-scaffold', 'tuner-lsh']);

/** Whether tautomers are brought to one form. */
export const tautomerRule = z.enum(['canonical', 'as-given']);

/** Parts of chemistry that are compared between partners one by one, in the order of the work. */
export const consistencyStage = z.enum([
  'toolkit', // name and version of what reads structures
  'parameters', // the agreed rules, without the key
  'key', // keyed: tells nothing of it
  'parent', // standard structures of the reference set before tautomers
  'tautomer', // standard structures
  'fingerprint', // bits as RDKit numbers them
  'scramble', // bits as the key numbers them
  'fold',
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
  /** Structures that carry each notice. One structure may count under several. */
  notices: z.record(structureNotice, count),
  /** Given structures that share their standard structure with another one, and how many standard structures that makes. */
  duplicates: z.object({ structures: count, standardStructures: count }),
  /** Distinct standard structures, and how they fall into the folds. */
  standardStructures: count,
  folds: z.array(z.object({ fold: count, role: foldRole, standardStructures: count })),
  parameters: z.object({
    radius: count,
    foldSize: count,
    folds: count,
    foldRule,
    tautomer: tautomerRule,
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
  /** Each once, in their order. */
  steps: z.array(standardisationStep),
  /** The same with what each did; `charge` may stand in it twice. */
  changes: z.array(appliedStep),
  notices: z.array(structureNotice),
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

/** How this machine's chemistry compares with what the consortium has agreed. */
export const consistency = z.object({
  /** Of the reference set. */
  molecules: count,
  stages: z.array(
    z.object({
      stage: consistencyStage,
      hash: z.string(),
      /** As the plan of the consortium has it; null outside a consortium. */
      expected: z.string().nullable(),
    }),
  ),
  /** The stages that differ, in the order of the work: the first is the cause. */
  differing: z.array(consistencyStage),
});

export const removedFragment = z.object({
  /** Canonical, without stereochemistry, charged as it was when it was taken away. */
  smiles: z.string(),
  kind: removedKind,
  /** Distinct structures of committed batches that it was taken from. */
  structures: count,
});

/** Given structures, or names of the company, that share one standard structure. */
export const duplicateGroup = z.object({
  /** The standard structure. */
  smiles: z.string(),
  fold: count,
  /** Distinct structures as the files give them, and distinct company ids. At least one of both is over 1. */
  structures: count,
  companyIds: count,
  /** The first 50 in the order in which they came in. */
  members: z.array(
    z.object({
      id: z.number().int(),
      companyId: z.string(),
      kind: z.enum(['smiles', 'molblock']),
      structure: z.string(),
      line: z.number().int(),
      /** What brought this one to the form: where members differ in `stereo` only, they are stereoisomers or one is drawn flat. */
      steps: z.array(standardisationStep),
    }),
  ),
});

const related = z.object({ kind: z.enum(['smiles', 'molblock']), text: z.string().max(20_000) });

export const depiction = z.object({
  kind: z.enum(['smiles', 'molblock']),
  text: z.string().max(20_000),
  width: z.number().int().min(24).max(1200),
  height: z.number().int().min(24).max(1200),
  theme: z.enum(['light', 'dark']),
  /** A structure before or after a step: what both share lies as in a depiction of that one. */
  alignTo: related.optional(),
  /** Atoms that differ from this one get a ground. */
  compareWith: related.optional(),
});

export type FoldRule = z.infer<typeof foldRule>;
export type TautomerRule = z.infer<typeof tautomerRule>;
export type ConsistencyStage = z.infer<typeof consistencyStage>;
export type Consistency = z.infer<typeof consistency>;
export type StandardisationStep = z.infer<typeof standardisationStep>;
export type AppliedStep = z.infer<typeof appliedStep>;
export type FunctionalGroup = z.infer<typeof functionalGroup>;
export type StructureNotice = z.infer<typeof structureNotice>;
export type RemovedKind = z.infer<typeof removedKind>;
export type RemovedFragment = z.infer<typeof removedFragment>;
export type DuplicateGroup = z.infer<typeof duplicateGroup>;
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
        notice: structureNotice.optional(),
        /** SMILES of a fragment, as `salts` lists it: only structures that it was taken from. */
        removed: z.string().max(2000).optional(),
        /** Part of a company id or of a SMILES. */
        search: z.string().max(200).default(''),
        offset: count.default(0),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ total: count, rows: z.array(structureRow) })),
  /** What was taken away from structures, most frequent first. */
  salts: procedure
    .input(z.object({ offset: count.default(0), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.object({ total: count, rows: z.array(removedFragment) })),
  /** Largest group first. */
  duplicates: procedure
    .input(
      z.object({
        /** Part of a company id or of the standard SMILES. */
        search: z.string().max(200).default(''),
        offset: count.default(0),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ total: count, rows: z.array(duplicateGroup) })),
  /** A drawing on a transparent ground, as SVG text for an `<img>`; null when the structure cannot be drawn. */
  depict: procedure.input(depiction).output(z.object({ svg: z.string().nullable() })),
  /** Starts the job that standardises what is waiting. */
  standardise: procedure.output(z.object({ jobId: z.string() })),
  /**
   * Chooses the rules while this workspace is in no consortium; what was standardised by other rules waits again.
   * Errors: NOT_ALLOWED once a consortium's plan sets them.
   */
  setParameters: procedure
    .input(z.object({ foldRule, tautomer: tautomerRule }).partial())
    .output(structuresSummary.shape.parameters),
  /** Runs the reference set through the chemistry of this machine: some seconds. */
  consistency: procedure.output(consistency),
};
