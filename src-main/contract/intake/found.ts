/** What was found out about a file: columns and spellings with reasons, and what a person still has to decide. */
import * as z from 'zod';
import { assayType } from '../tasks.ts';
import { columnMapping, direction, join, label, relation, scale, target, unit } from './mapping.ts';
import { reading, readingPart, readingReason } from './reading.ts';
import { confidence, count, reasonOf } from './reason.ts';

export const columnReason = reasonOf([
  'by-hand',
  'by-template', // {template, version}
  'ids', // {distinct, filled, header}: "10,203 distinct; kept as text"
  'ids-by-values', // {distinct, filled}: no word of the header says so
  'record-title', // {distinct, filled}
  'smiles', // {readable, filled}: "16,918 of 16,918 parse as SMILES"
  'mol-blocks', // {records}
  'assay-codes', // {distinct, filled, header}
  'assay-codes-by-values', // {distinct, filled}
  'assay-types', // {spellings}
  'relations', // {spellings, censored}
  'numbers', // {numbers, filled, header}
  'numbers-with-unit', // {numbers, filled, unit, from}: from is 'header', 'column', 'cells'
  'numbers-unit-guessed', // {numbers, filled, unit, lowest, highest}
  'numbers-unit-open', // {numbers, filled, lowest, highest}
  'units', // {known, spellings}
  'unit-open', // {open, spellings, first}
  'categories', // {spellings, filled}: words or 0 and 1, each of which means active or inactive
  'molecular-weights', // {lowest, highest, filled}
  // not used
  'people', // {header}
  'dates', // {header}
  'comments', // {header}
  'empty',
  'row-numbers',
  'second-choice', // {target, column}: another column fits the target better
  'derived', // {header}: a class, a count, a spread
  'no-target', // {distinct, filled}
]);

export const column = z.object({
  name: z.string(),
  /** From 0. */
  position: count,
  /** Distinct cells, untouched, at most 5. */
  samples: z.array(z.string()),
  filled: count,
  /** Null when over 100,000. */
  distinct: count.nullable(),
});

/** A column's target with the reason for it, and what else it could be. */
export const columnProposal = columnMapping.extend({
  confidence: confidence.nullable(), // null for unused columns
  reason: columnReason,
  /** Units that the column may have, best first; empty where the target takes none. */
  units: z.array(unit),
  alternatives: z.array(target),
});

export const unitReason = reasonOf([
  'by-hand',
  'known-spelling',
  'log-of-unnamed', // {assays, lowest, highest}: "log", read as log10; looks like logD
  'unusual-case', // "nm" is read as nM
  'mass-per-volume', // {assays}: a solubility
  'mass-by-weight', // {assays, from}: a potency; from is 'column' or 'structure'
  'logarithm-of-concentration', // {unit, lowest, highest}
  'unknown-spelling',
]);

export const unitSpelling = z.object({
  column: z.string(),
  spelling: z.string(),
  rows: count,
  unit: unit.nullable(),
  confidence,
  reason: unitReason,
});

export const assayReason = reasonOf([
  'by-hand',
  'type-column', // {spelling}
  'assay-sheet', // {sheet, spelling}
  'adme-unit', // {unit}
  'adme-column', // {column}
  'adme-name', // {word}
  'no-sign-of-another', // OTHER
  'in-the-catalogue', // keeps the type it was brought in with
]);

export const assayProposal = z.object({
  code: z.string(),
  rows: count,
  assayType,
  scale,
  /** Scales that its units can be stored in, the proposed one first. */
  scales: z.array(scale),
  /** Which end counts as active; of interest for panels, whose replicates it decides. */
  direction: direction.nullable(),
  confidence,
  reason: assayReason,
});

export const categoryReason = reasonOf([
  'by-hand',
  'zero-one', // 1 is usually active: nothing in the file says so
  'known-word',
  'left-out', // "inconclusive", "not tested"
  'unknown-word',
]);

/** A word in a value column and what it means. */
export const category = z.object({
  column: z.string(),
  spelling: z.string(),
  rows: count,
  label: label.nullable(),
  confidence,
  reason: categoryReason,
});

/** Spellings of the relation column, and words of the type column, as they are read. */
export const relationSpelling = z.object({
  column: z.string(),
  spelling: z.string(),
  rows: count,
  relation: relation.nullable(),
  approximate: z.boolean(),
  confidence,
});

export const assayTypeSpelling = z.object({
  column: z.string(),
  spelling: z.string(),
  rows: count,
  assayType: assayType.nullable(),
  confidence,
});

export const joinReason = reasonOf([
  'by-hand',
  'ids-on-both-sides', // {found, ids}: "1,934 of 1,934 ids are in the structures file"
  'few-ids-on-both-sides', // {found, ids}
  'ids-in-the-catalogue', // {found, ids}
  'no-common-ids', // {ids}
  'no-structures', // {name}: no column of the second file reads as structures
  'structures-in-results', // {column}: the second file is not needed
  'other-way-round', // {name}: the first file has the structures, the second one the values
]);

/** Keys that would match as well if they were compared less strictly. */
export const nearMatch = z.object({
  rule: z.enum(['case', 'leading-zeros', 'separators']),
  keys: count,
  examples: z.array(z.object({ results: z.string(), structures: z.string() })),
});

/** Structures joined to results, counted by key. */
export const joinReport = z.object({
  /** Distinct keys of the results, and how many of them have a structure. */
  keys: count,
  found: count,
  /** Keys of the structures; null where they are those of the catalogue. */
  structures: count.nullable(),
  withoutResults: count.nullable(),
  /** Keys with two different structures. */
  conflicting: count,
  near: z.array(nearMatch),
  /** The first ones of each, at most 50. */
  examples: z.object({
    withoutStructure: z.array(z.string()),
    withoutResults: z.array(z.string()),
    conflicting: z.array(z.object({ key: z.string(), structures: z.array(z.string()) })),
  }),
});

/** What was found out about a second file, another sheet or the catalogue as the source of the structures. */
export const joinInspection = z.object({
  /** As in the mapping; null where none could be proposed. */
  join: join.nullable(),
  /** What there is to choose from. */
  choices: z.array(join),
  confidence,
  reason: joinReason,
  /** How the second file or sheet was read; null for the catalogue. */
  read: z
    .object({
      name: z.string(),
      reading,
      readingReasons: z.array(z.object({ part: readingPart, confidence, reason: readingReason })),
      sheets: z.array(z.object({ name: z.string(), rows: count.nullable() })),
      members: z.array(z.object({ name: z.string(), bytes: count })),
    })
    .nullable()
    .default(null),
  /** Of the second file or sheet; empty for the catalogue. */
  columns: z.array(column),
  proposals: z.array(columnProposal),
  rawRows: z.array(z.object({ line: z.number().int(), cells: z.array(z.string()) })),
  /** On the scanned rows. */
  counts: joinReport.nullable(),
});

/** What a person has to look at. `open` blocks the import; `suggested` goes on with the suggestion. */
export const decision = z.object({
  /** The same as long as the question is the same. */
  id: z.string(),
  kind: z.enum([
    'target', // which column is {target}; choices are columns
    'column-unit', // which unit has {column}; choices are units
    'unit-spelling', // how to read {spelling} in {column}, {rows} rows; choices are units
    'decimal-mark', // is {example} a decimal or a group; choices are marks
    'sheet', // which sheet; choices are sheets
    'member', // which file of a zip; choices are its files
    'seen-before', // brought in already as batch {batch} on {at}
    'join', // structures from {name}: {found} of {ids} ids have one; choices are the kinds of `joinInspection.choices`
    'no-compound-id', // no column has ids; choices are columns, 'structure', 'row-number'
    'category', // how to read {spelling} in {column} and {columns} more; choices are labels and 'left-out'
    'relation-spelling', // how to read {spelling}, {rows} rows; choices are relations
    'assay-type-spelling', // how to read {spelling}, {rows} rows; choices are types
    /**
     * The values under {spelling} of {assays} assays, such as {assay}, do not look like {unit}. {sign} says why:
     * 'median-off' {median, others, shift}, 'impossible-p' {share}, 'tiny-concentrations' {share}, 'p-like' {share},
     * 'not-percent' {share}, 'positive-logarithms' {share}, 'mixed-units' {units},
     * 'column-disagrees' {column, said}: the column's header has another unit than the unit column. Choices are units; the decision's id
     * in `mapping.confirmed` leaves them as they are.
     */
    'unit-suspect',
    /**
     * The catalogue holds {assays} assays, such as {assay}, as {known}, the mapping as {chosen}; a type holds for all
     * batches. The decision's id in `mapping.confirmed` changes it for all of them.
     */
    'assay-type',
    'structures-only', // {columns, column}: no column is a value, though those of {columns} may be, such as {column}
    'unlisted', // the file goes on below the {rows} rows looked at; assays and spellings there are named by the check
  ]),
  state: z.enum(['open', 'suggested']),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  suggestion: z.string().nullable(),
  choices: z.array(z.string()),
  /** Assays that it is about, where it is about assays. */
  assays: z.array(z.string()).optional(),
  /** Columns that it is about, where one answer settles several. */
  columns: z.array(z.string()).optional(),
});

export const requiredTarget = z.object({
  target: z.enum(['compound-id', 'structure', 'assay', 'value', 'unit', 'relation']),
  state: z.enum(['met', 'doubtful', 'missing', 'not-needed']),
  /** Relation: without it every value is taken as "=". */
  optional: z.boolean(),
  /** Columns, or the constant that stands in for them. */
  from: z.array(z.string()),
});

/** A unit's conversion on real values of the file, the last one out of range where there is one. */
export const conversion = z.object({
  unit,
  scale,
  values: count,
  examples: z.array(
    z.object({
      line: z.number().int(),
      given: z.string(),
      relation: z.enum(['=', '<', '>']),
      stored: z.number(),
      range: z.enum(['in', 'below', 'above']),
      /** g/mol, where the conversion needs it. */
      weight: z.number().optional(),
    }),
  ),
  below: count,
  above: count,
});

/** Usual range of -log10(mol/L); values outside are kept and marked. */
export const usualPRange = { low: 3, high: 10 } as const;

export const rawRow = z.object({ line: z.number().int(), cells: z.array(z.string()) });

export const batchState = z.enum(['staging', 'committed', 'withdrawn']);

export const seenBefore = z.object({
  batchId: z.number().int(),
  name: z.string(),
  sheet: z.string().nullable(),
  state: batchState,
  at: z.string(),
});

export type JoinReason = z.infer<typeof joinReason>;
export type JoinReport = z.infer<typeof joinReport>;
export type JoinInspection = z.infer<typeof joinInspection>;
export type NearMatch = z.infer<typeof nearMatch>;
export type Category = z.infer<typeof category>;
export type RelationSpelling = z.infer<typeof relationSpelling>;
export type AssayTypeSpelling = z.infer<typeof assayTypeSpelling>;
export type Column = z.infer<typeof column>;
export type ColumnReason = z.infer<typeof columnReason>;
export type ColumnProposal = z.infer<typeof columnProposal>;
export type UnitReason = z.infer<typeof unitReason>;
export type UnitSpelling = z.infer<typeof unitSpelling>;
export type AssayProposal = z.infer<typeof assayProposal>;
export type Decision = z.infer<typeof decision>;
export type RequiredTarget = z.infer<typeof requiredTarget>;
export type Conversion = z.infer<typeof conversion>;
export type RawRow = z.infer<typeof rawRow>;
export type SeenBefore = z.infer<typeof seenBefore>;
