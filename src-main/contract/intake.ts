/** Intake as the page sees it: a file inspected, its mapping decided, checked as a whole, brought in as a batch. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { appliedStep, standardisationStep, structureFailure } from './chemistry.ts';
import { procedure } from './procedure.ts';
import { assayType } from './tasks.ts';

const count = z.number().int().nonnegative();

export const confidence = z.enum(['high', 'middle', 'low']);

/** Why something was decided: a key of the page's words and the figures that go into them. */
const reasonOf = <Key extends string>(keys: readonly [Key, ...Key[]]) =>
  z.object({ key: z.enum(keys), data: z.record(z.string(), z.union([z.string(), z.number()])) });

// Reading: how bytes become cells ---------------------------------------------------------------------------------

/** `smi`: a SMILES, white space, then a name that may hold spaces. Any of them may come compressed by gzip or in a zip. */
export const fileFormat = z.enum(['csv', 'xlsx', 'sdf', 'parquet', 'smi']);
export const encoding = z.enum([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'shift_jis',
  'euc-jp',
  'iso-8859-15',
  'macintosh',
]);
export const decimalMark = z.enum(['.', ',']);

/** How a file is read. Every part is found out, shown, and can be set by a person. */
export const reading = z.object({
  format: fileFormat,
  /** Null for XLSX and Parquet. */
  encoding: encoding.nullable(),
  /** Character between cells; null unless delimited text. */
  delimiter: z.string().length(1).nullable(),
  /** Character around cells, or null where quotation marks are ordinary characters. */
  quote: z.string().length(1).nullable(),
  /** Null unless XLSX. */
  sheet: z.string().nullable(),
  /** File inside a zip; null or absent where the file itself is read. */
  member: z.string().nullable().optional(),
  /** Line of the header, from 1; null for SDF and Parquet, which name their columns themselves, and for a file without a header. */
  headerLine: z.number().int().positive().nullable(),
  /** Line with the units of the columns, below the header: each becomes part of its column's name, as in `IC50 (nM)`. */
  unitLine: z.number().int().positive().nullable().optional(),
  decimalMark,
  /** Character between groups of three digits, or empty when none is used. */
  thousands: z.enum(['', ',', '.', ' ', "'"]),
});
export const readingPart = z.enum([
  'format',
  'member',
  'encoding',
  'delimiter',
  'quote',
  'sheet',
  'headerLine',
  'unitLine',
  'decimalMark',
  'thousands',
  'layout',
]);

export const readingReason = reasonOf([
  'by-hand',
  'format-by-content', // {format}
  'byte-order-mark', // {encoding}
  'ascii-only',
  'valid-utf8', // {characters}: beyond ASCII
  'mostly-utf8', // {characters, broken}: some bytes are damaged
  'utf16-zeros',
  'japanese-bytes', // {characters}
  'western-bytes', // {characters}
  'same-cells-in-every-row', // {columns, rows}
  'fewest-odd-rows', // {columns, rows, odd}
  'one-column',
  'quotes-around-cells', // {cells}
  'no-quotes',
  'quotes-inside-cells', // {line}
  'only-sheet',
  'only-member', // {member}
  'member-with-most-targets', // {member, members}
  'sheet-with-most-targets', // {sheet, sheets}
  'first-line',
  'titles-above', // {titles, line}
  'no-header',
  'data-fields', // {fields}
  'units-below', // {line, units}
  'decimals-seen', // {example, cells}
  'groups-seen', // {example, cells}
  'no-groups',
  'usual-mark', // nothing in the file speaks for another
  'one-value-a-row', // long: {column}
  'several-values-a-row', // long: {columns}
  'column-an-assay', // wide: {columns}
]);

// Mapping: what each column means ---------------------------------------------------------------------------------

export const target = z.enum([
  'compound-id',
  'structure',
  'assay',
  'assay-type',
  'relation',
  'value', // with the layout 'long'; several columns may be values, each with its own unit
  'unit',
  'assay-value', // with the layout 'wide'; the column is an assay
  'molecular-weight', // in g/mol; turns a mass per volume into a concentration
  'unused', // stays on this machine
]);

/** The closed list of units. Concentrations are stored as -log10(mol/L), the relation flipped. */
export const unit = z.enum([
  // concentrations
  'M',
  'mM',
  'uM',
  'nM',
  'pM',
  // already -log10(mol/L): pIC50, pKi, pEC50
  'p',
  // logarithms of a concentration, stored as -log10(mol/L); the relation of the first five flips
  'log10(M)',
  'log10(mM)',
  'log10(uM)',
  'log10(nM)',
  'log10(pM)',
  '-log10(mM)',
  '-log10(uM)',
  '-log10(nM)',
  // already log10 of a linear unit, or a log ratio such as logD
  'log10',
  'log10(mL/min/kg)',
  'log10(uL/min/mg)',
  'log10(ug/mL)',
  'log10(% unbound)',
  'log10(ratio)',
  'log10(1e-6 cm/s)',
  // linear; kept as they are, or stored as their log10 where the assay's scale is log10
  '%',
  '% unbound',
  'fraction',
  'ratio',
  'mL/min/kg',
  'uL/min/mg',
  'uL/min/1e6 cells',
  '1e-6 cm/s',
  'h',
  'min',
  // a mass per volume: of a solubility in ug/mL, linear or its log10; of a potency -log10(mol/L) by the molecular weight
  'ng/mL',
  'ug/mL',
  'mg/mL',
]);
/** `binary`: 1 for active, -1 for inactive. */
export const scale = z.enum(['p', 'log10', 'linear', 'binary']);

export const relation = z.enum(['=', '<', '>']);
export const label = z.enum(['active', 'inactive']);
export const direction = z.enum(['low', 'high']);

export const columnMapping = z.object({
  /** As in the header; a second column of the same name has ` (2)` after it. SDF: `(title)` and `(mol block)` beside the data fields. */
  column: z.string(),
  target,
  /** Of every value in the column; null where a unit column or the cell itself says it. */
  unit: unit.nullable(),
  /** Code of the assay that the column is; null unless the target is `assay-value`. */
  assay: z.string().nullable(),
});

/** The saved mapping that this one began as. */
export const templateUsed = z.object({
  id: z.number().int(),
  name: z.string(),
  /** Counts from 1; saving under the same name makes the next one. */
  version: z.number().int().positive(),
});

/**
 * Where the structures come from when they do not stand beside the results. Keys are compared as text, trimmed; neither
 * case nor leading zeros are made equal.
 */
export const join = z.discriminatedUnion('kind', [
  /** A second file: `companion` of the request. */
  z.object({
    kind: z.literal('file'),
    name: z.string(),
    sha256: z.string(),
    reading,
    /** Of the second file: `structure`, and where it has them `molecular-weight` and `compound-id`; its others are unused. */
    columns: z.array(columnMapping),
    on: z.object({ results: z.string(), structures: z.string() }),
    /** A key with two different structures: its rows are rejected, or one of the two is taken. */
    conflicts: z.enum(['reject', 'first', 'last']),
  }),
  /** Another sheet of the same workbook. */
  z.object({
    kind: z.literal('sheet'),
    reading,
    columns: z.array(columnMapping),
    on: z.object({ results: z.string(), structures: z.string() }),
    conflicts: z.enum(['reject', 'first', 'last']),
  }),
  /** Compounds of committed batches, by their id. */
  z.object({
    kind: z.literal('catalogue'),
    on: z.object({ results: z.string() }),
    /** In the order in which they were brought in; absent rejects. Two that standardise to the same are one. */
    conflicts: z.enum(['reject', 'first', 'last']).optional(),
  }),
]);

/** All that turns raw rows into measurements. Saved with the batch. */
export const mapping = z.object({
  version: z.literal(1),
  /** Absent where no template was taken. */
  template: templateUsed.optional(),
  reading,
  layout: z.enum(['long', 'wide']),
  columns: z.array(columnMapping),
  /** What stands in for a column that the file lacks, the same in every row. */
  constants: z.object({
    assay: z.string().nullable(),
    unit: unit.nullable(),
    relation: relation.nullable().optional(),
    assayType: assayType.nullable().optional(),
    /** Where no column has ids: the structure's text, or file and line, stand in for them. */
    compoundId: z.enum(['structure', 'row-number']).nullable().optional(),
  }),
  /**
   * How spellings in the unit column are read; null rejects their rows. A spelling that is not in the list is an open
   * decision. With `assay` it holds for this assay alone and goes before the others; the spelling is then empty where
   * the unit comes from the column or a constant.
   */
  units: z.array(z.object({ spelling: z.string(), unit: unit.nullable(), assay: z.string().optional() })),
  /** How words in a value column are read: such an assay is binary. Null leaves the cell out. */
  categories: z.array(z.object({ column: z.string(), spelling: z.string(), label: label.nullable() })).default([]),
  /** How spellings in the relation column are read that are not known by themselves; null rejects their rows. */
  relations: z.array(z.object({ spelling: z.string(), relation: relation.nullable() })).default([]),
  /** How words in the type column are read. */
  assayTypes: z.array(z.object({ spelling: z.string(), assayType })).default([]),
  /** Structures from elsewhere; null where they stand in the file itself. */
  join: join.nullable().default(null),
  /** Spellings, in any value, id or structure cell, that mean "nothing here". */
  missing: z.array(z.string()),
  /** Assays that the file names, with the type and scale that they have in the catalogue. */
  assays: z.array(z.object({ code: z.string(), assayType, scale, direction: direction.nullable().optional() })),
  /** Rows that say exactly what an earlier row of the file said. */
  duplicates: z.enum(['count-once', 'keep']),
  /** Ids of decisions that a person has looked at and left as they are: they are not asked again. */
  confirmed: z.array(z.string()).default([]),
});

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

// Templates: mappings with a name ---------------------------------------------------------------------------------

/** 1 to 120 characters, none of them at the border a space. */
const templateName = z.string().trim().min(1).max(120);

export const template = templateUsed.extend({
  /** Of the last version. */
  person: z.string(),
  createdAt: z.string(),
  changedAt: z.string(),
  format: fileFormat,
  layout: z.enum(['long', 'wide']),
  columns: count,
  /** Committed batches that were read with any version of it. */
  batches: count,
});

/** What the file says that the template does not know, and the other way round. */
export const templateDiff = z.object({
  /** Columns that only the file has; under the template they are not used. */
  added: z.array(z.string()),
  /** Columns that only the template has, with what they were. */
  missing: z.array(z.object({ column: z.string(), target })),
  /** The same column, written otherwise: case, width, spaces. */
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  /** Parts of the reading that were found otherwise; the file's own are taken. */
  reading: z.array(z.object({ part: readingPart, from: z.string(), to: z.string() })),
  /** Spellings in the unit column that the template does not read yet; at most 100. */
  unitSpellings: z.array(z.string()),
  /** Assays that the template does not know; at most 100. */
  assays: z.array(z.string()),
});

/** A template that fits the file. Nothing is taken from it unless a person says so. */
export const templateOffer = z.object({
  template: templateUsed,
  /** Exact: the same columns. Near: every difference is in `diff`. */
  fit: z.enum(['exact', 'near']),
  /** Share of the columns that both have. */
  share: z.number().min(0).max(1),
  diff: templateDiff,
  /** The template on this file: hand it to `inspect`, `preview` and `import`. */
  mapping,
});

export const inspection = z.object({
  file: z.object({
    name: z.string(),
    bytes: count,
    /** Of the file as it lies there, hex. */
    sha256: z.string(),
    compressed: z.boolean(),
    seenBefore: z.array(seenBefore),
  }),
  reading,
  readingReasons: z.array(z.object({ part: readingPart, confidence, reason: readingReason })),
  sheets: z.array(z.object({ name: z.string(), rows: count.nullable() })),
  /** Files in a zip that can be read as tables; empty where the file is none. */
  members: z.array(z.object({ name: z.string(), bytes: count })),
  /** What the counts below rest on: the whole file, or its first rows. */
  scanned: z.object({ rows: count, whole: z.boolean() }),
  /** Exact when the whole file was scanned, else estimated. */
  rows: count,
  columns: z.array(column),
  /** The proposal, or the mapping that was handed in, with reasons. */
  mapping,
  proposals: z.array(columnProposal),
  required: z.array(requiredTarget),
  unitSpellings: z.array(unitSpelling),
  assays: z.array(assayProposal),
  conversions: z.array(conversion),
  categories: z.array(category).default([]),
  relationSpellings: z.array(relationSpelling).default([]),
  assayTypeSpellings: z.array(assayTypeSpelling).default([]),
  /** Null where the structures stand in the file and nothing else was offered. */
  join: joinInspection.nullable().default(null),
  decisions: z.array(decision),
  /** The best fit first, at most 3; absent when there is no catalogue to ask. */
  templates: z.array(templateOffer).optional(),
  /** Lines above the header, then the first 50 rows under it, untouched. */
  titleRows: z.array(rawRow),
  rawRows: z.array(rawRow),
});

// Check: every row accounted for ----------------------------------------------------------------------------------

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

// Batches ---------------------------------------------------------------------------------------------------------

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

// Drafts: a file on its way, across reloads and restarts -------------------------------------------------------------

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

export type Confidence = z.infer<typeof confidence>;
export type FileFormat = z.infer<typeof fileFormat>;
export type Encoding = z.infer<typeof encoding>;
export type DecimalMark = z.infer<typeof decimalMark>;
export type Reading = z.infer<typeof reading>;
export type ReadingPart = z.infer<typeof readingPart>;
export type ReadingReason = z.infer<typeof readingReason>;
export type Target = z.infer<typeof target>;
export type Unit = z.infer<typeof unit>;
export type Scale = z.infer<typeof scale>;
export type Relation = z.infer<typeof relation>;
export type Label = z.infer<typeof label>;
export type Direction = z.infer<typeof direction>;
export type Join = z.infer<typeof join>;
export type JoinReason = z.infer<typeof joinReason>;
export type JoinReport = z.infer<typeof joinReport>;
export type JoinInspection = z.infer<typeof joinInspection>;
export type NearMatch = z.infer<typeof nearMatch>;
export type Category = z.infer<typeof category>;
export type RelationSpelling = z.infer<typeof relationSpelling>;
export type AssayTypeSpelling = z.infer<typeof assayTypeSpelling>;
export type ReplicateRule = z.infer<typeof replicateRule>;
export type ReplicateExample = z.infer<typeof replicateExample>;
export type ReplicateReport = z.infer<typeof replicateReport>;
export type UnlistedAssay = z.infer<typeof unlistedAssay>;
export type ColumnMapping = z.infer<typeof columnMapping>;
export type Mapping = z.infer<typeof mapping>;
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
export type Inspection = z.infer<typeof inspection>;
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
export type Batch = z.infer<typeof batch>;
export type CatalogueAssay = z.infer<typeof catalogueAssay>;
export type TemplateUsed = z.infer<typeof templateUsed>;
export type Template = z.infer<typeof template>;
export type TemplateDiff = z.infer<typeof templateDiff>;
export type TemplateOffer = z.infer<typeof templateOffer>;
export type DraftContent = z.infer<typeof draftContent>;
export type Draft = z.infer<typeof draft>;
export type DraftSummary = z.infer<typeof draftSummary>;

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
export const importRequest = importStart.omit({ file: true, companion: true }).extend({
  path: z.string().min(1),
  companion: companionPath,
  /** As the person knows the second file. */
  companionName: z.string().min(1).optional(),
  name: z.string().min(1),
  person: z.string().min(1),
  /** Of the draft that ends with the commit. */
  draft: z.string().optional(),
});
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
