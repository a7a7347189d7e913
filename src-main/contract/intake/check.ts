/** The check: every row accounted for, every doubt grouped by its cause. */
import * as z from 'zod';
import { appliedStep, standardisationStep, structureFailure } from '../chemistry.ts';
import { assayType } from '../tasks.ts';
import { columnProposal, decision, joinReport } from './found.ts';
import { label, mapping, relation, scale, unit } from './mapping.ts';
import { encoding, fileFormat } from './reading.ts';
import { count, reasonOf } from './reason.ts';

export const rowReason = z.enum([
  // rejected
  'ragged-row', // more or fewer cells than the header
  'broken-quote',
  'line-too-long',
  'undecodable', // bytes that the encoding does not know
  'control-characters', // NUL and the like: no text
  'damaged-record', // SDF: no counts line, no M  END, cut off
  'no-compound-id',
  'no-structure',
  'no-assay',
  'not-a-number',
  'not-positive', // a concentration of zero or less has no logarithm
  'impossible-value', // no -log10(mol/L) can be this
  'no-unit',
  'unknown-unit',
  'unit-needs-weight', // mass per volume
  'units-disagree', // cell and column
  'unit-does-not-fit-assay', // its scale is another one than the assay's
  'unknown-relation',
  'relations-disagree', // cell and column
  'formula-without-result',
  'spreadsheet-error', // #REF!, #DIV/0!
  'spreadsheet-date', // a value that the spreadsheet turned into a date
  'key-without-structure', // joined: the structures do not have this key
  'two-structures', // joined: the structures have two for this key
  'unknown-category',
  // warned: stored, with a doubt
  'p-above-range',
  'p-below-range',
  'approximate', // "ca. 10" is stored as "="
  'unknown-field', // SDF: a data field that was not in the part scanned for the mapping
  'unlisted-assay', // first seen below the part scanned for the mapping; its first row is marked
  'corrected-by-hand', // a cell was put right for this import; `found` is what the file says
  // ignored: nothing to store
  'blank-row',
  'no-value',
  'category-left-out',
  'duplicate-row',
  'repeated-header',
]);

export const severity = z.enum(['rejected', 'warned', 'ignored']);

/** What would have been right in the place of what was found. */
export const expectation = reasonOf([
  'cells', // {count}
  'closed-quote',
  'shorter-line', // {limit}: characters
  'readable-characters', // {encoding}
  'plain-characters',
  'whole-record', // SDF: a mol block with counts line and M  END
  'compound-id',
  'structure',
  'assay-code',
  'number', // {decimalMark}
  'positive-number',
  'plausible-p', // {low, high}
  'unit',
  'known-unit',
  'molar-unit', // or an assay of solubility
  'same-unit', // {unit}: as the column says
  'fitting-unit', // {assay, scale}
  'known-relation',
  'same-relation', // {relation}: as the column says
  'plain-value', // no formula without result, no error, no date
  'usual-p', // {low, high}
  'exact-value',
  'mapped-field',
  'new-row', // {line}: the first row that says the same
  'content',
  'known-key', // {name}: of the structures
  'one-structure', // {structures}
  'known-category', // {spellings}
  'listed-assay', // {assayType, scale}: as it was taken
  'corrected-to', // {text}
  'molecular-weight',
]);

/**
 * One finding in one row. A row of several values that is stored in part counts as warned, and the finding of the value
 * that was not stored as rejected.
 */
export const rowFinding = z.object({
  line: z.number().int(),
  column: z.string(),
  found: z.string(),
  expected: expectation,
  reason: rowReason,
  severity,
  /** The row as it stands, in the order of `mapping.columns`; a mol block is cut to its first lines. */
  cells: z.array(z.string()),
});

/** A change of the mapping that settles a whole cause. */
export const repair = z.discriminatedUnion('kind', [
  /** Adds to `missing`: the rows are ignored instead. */
  z.object({ kind: z.literal('leave-out'), spelling: z.string(), rows: count }),
  /** Sets a unit for a spelling. */
  z.object({ kind: z.literal('read-unit-as'), spelling: z.string(), unit: unit.nullable(), rows: count }),
  /** Read quotation marks as ordinary characters: `reading.quote` null. */
  z.object({ kind: z.literal('quotes-are-characters'), rows: count }),
  /** Says what a word in a value column means. */
  z.object({
    kind: z.literal('read-category-as'),
    column: z.string(),
    spelling: z.string(),
    label: label.nullable(),
    rows: count,
  }),
  /** Says what a spelling in the relation column means. */
  z.object({ kind: z.literal('read-relation-as'), spelling: z.string(), relation: relation.nullable(), rows: count }),
  /** Takes one of the two structures of each key. */
  z.object({ kind: z.literal('take-structure'), conflicts: z.enum(['first', 'last']), rows: count }),
  /** Adds `unlistedAssays` to the mapping as they were taken, so that their types can be seen and changed. */
  z.object({ kind: z.literal('list-assays'), rows: count }),
  /** Nothing to do: rows stay as counted. */
  z.object({ kind: z.literal('keep'), rows: count }),
]);

export const findingGroup = z.object({
  reason: rowReason,
  severity,
  rows: count,
  /** The most frequent cell found, untouched. */
  found: z.string(),
  repairs: z.array(repair),
  /** The first ones, at most 50. */
  examples: z.array(rowFinding),
});

/** in = ready + warned + rejected + ignored, always. */
export const rowCounts = z.object({ in: count, ready: count, warned: count, rejected: count, ignored: count });

/** How tasks will make one value of several, by the type of the assay (chemistry.md 1.8). */
export const replicateRule = z.enum([
  'maximum', // OTHER, NON-CATALOG-PANEL: the highest, with its relation; "<" gives way to "=" and ">"
  'median', // ADME: with the most common relation
  'by-direction', // CATALOG-PANEL, AUX_*: the lowest, the highest, or the one of the largest magnitude
  'most-common', // binary; a tie is active
]);

/** One compound measured several times in one assay. */
export const replicateExample = z.object({
  companyId: z.string(),
  assay: z.string(),
  scale,
  measurements: count,
  lowest: z.number(),
  highest: z.number(),
  /** In log units; of a linear assay the ratio's log10; null where it has none. */
  spread: z.number().nullable(),
  /** Of the lowest and of the highest value. */
  lines: z.array(z.number().int()),
});

export const replicateReport = z.object({
  /** Rows that say what an earlier row said; counted once unless `mapping.duplicates` keeps them. */
  exactRows: count,
  /** Compound and assay with more than one measurement, and the measurements in them. */
  groups: count,
  measurements: count,
  /** All measurements of the group say the same. */
  agreeing: count,
  /** Values more than one log unit apart; binary: both labels. */
  wide: count,
  /** Bounds and values that cannot all be true, such as ">6" and "<5". */
  contradictory: count,
  rules: z.array(z.object({ assayType, rule: replicateRule, groups: count })),
  /** Ids with two different structures in this file. */
  twoStructures: z.object({
    ids: count,
    /** The first ones, at most 50: line of the first structure, and of the first that differs. */
    examples: z.array(z.object({ companyId: z.string(), lines: z.array(z.number().int()), structure: z.string() })),
  }),
  /** Widest first, at most 50. */
  largest: z.array(replicateExample),
  /** The first ones, at most 50. */
  contradictions: z.array(replicateExample),
});

export const noReplicates: z.infer<typeof replicateReport> = {
  exactRows: 0,
  groups: 0,
  measurements: 0,
  agreeing: 0,
  wide: 0,
  contradictory: 0,
  rules: [],
  twoStructures: { ids: 0, examples: [] },
  largest: [],
  contradictions: [],
};

/** An assay that first stands below the part scanned for the mapping, as it was taken. */
export const unlistedAssay = z.object({ code: z.string(), rows: count, assayType, scale });

export const checkReport = z.object({
  rows: rowCounts,
  /** What the catalogue gets: a row of a wide file may hold several. */
  measurements: count,
  censored: count,
  compounds: count,
  assays: count,
  groups: z.array(findingGroup),
  replicates: replicateReport.default(noReplicates),
  /** Null where the structures stand in the file itself. */
  join: joinReport.nullable().default(null),
  /** By rows, at most 1,000. */
  unlistedAssays: z.array(unlistedAssay).default([]),
});

/** What chemistry would make of the file's structures: nothing of it is stored. */
export const structuresCheck = z.object({
  /** Distinct structures of rows that would be stored; = unchanged + changed + failed. */
  structures: count,
  /** False when the file holds more than were looked at. */
  whole: z.boolean(),
  unchanged: count,
  changed: count,
  failed: count,
  /** Structures that each step changed; one structure may count under several. */
  steps: z.array(z.object({ step: standardisationStep, structures: count })),
  failures: z.array(
    z.object({
      failure: structureFailure,
      structures: count,
      /** The first ones, at most 20. */
      examples: z.array(
        z.object({ companyId: z.string(), line: z.number().int(), structure: z.string(), detail: z.string() }),
      ),
    }),
  ),
  /** At most 20 for each step, in the order of the steps. */
  examples: z.array(
    z.object({
      step: standardisationStep,
      companyId: z.string(),
      line: z.number().int(),
      kind: z.enum(['smiles', 'molblock']),
      /** As the file gives it. */
      structure: z.string(),
      /** Its standard form. */
      smiles: z.string(),
      changes: z.array(appliedStep),
    }),
  ),
});

export const importOutcome = z.object({
  outcome: z.enum(['imported', 'needs-decision', 'refused']),
  refusal: z
    .object({ key: z.enum(['seen-before', 'nothing-to-store']), batchId: z.number().int().nullable() })
    .nullable(),
  batchId: z.number().int().nullable(),
  file: z.object({
    name: z.string(),
    sha256: z.string(),
    format: fileFormat,
    encoding: encoding.nullable(),
    delimiter: z.string().nullable(),
    sheet: z.string().nullable(),
  }),
  mapping,
  proposals: z.array(columnProposal),
  decisions: z.array(decision),
  report: checkReport,
});

export type ReplicateRule = z.infer<typeof replicateRule>;
export type ReplicateExample = z.infer<typeof replicateExample>;
export type ReplicateReport = z.infer<typeof replicateReport>;
export type UnlistedAssay = z.infer<typeof unlistedAssay>;
export type RowReason = z.infer<typeof rowReason>;
export type Severity = z.infer<typeof severity>;
export type Expectation = z.infer<typeof expectation>;
export type RowFinding = z.infer<typeof rowFinding>;
export type Repair = z.infer<typeof repair>;
export type FindingGroup = z.infer<typeof findingGroup>;
export type RowCounts = z.infer<typeof rowCounts>;
export type CheckReport = z.infer<typeof checkReport>;
export type StructuresCheck = z.infer<typeof structuresCheck>;
export type ImportOutcome = z.infer<typeof importOutcome>;
