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
  // already log10 of a linear unit, or a log ratio such as logD
  'log10',
  'log10(mL/min/kg)',
  'log10(uL/min/mg)',
  'log10(ug/mL)',
  'log10(% unbound)',
  'log10(ratio)',
  'log10(1e-6 cm/s)',
  // linear, kept as they are
  '%',
  'fraction',
  'ratio',
  'mL/min/kg',
  'uL/min/mg',
  'uL/min/1e6 cells',
  '1e-6 cm/s',
  'h',
  'min',
  // a mass per volume: linear for a solubility; for a potency it waits for the molecular weight
  'ug/mL',
]);
export const scale = z.enum(['p', 'log10', 'linear']);

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

/** All that turns raw rows into measurements. Saved with the batch. */
export const mapping = z.object({
  version: z.literal(1),
  /** Absent where no template was taken. */
  template: templateUsed.optional(),
  reading,
  layout: z.enum(['long', 'wide']),
  columns: z.array(columnMapping),
  /** What stands in for a column that the file lacks, the same in every row. */
  constants: z.object({ assay: z.string().nullable(), unit: unit.nullable() }),
  /** How spellings in the unit column are read; null rejects their rows. A spelling that is not in the list is an open decision. */
  units: z.array(z.object({ spelling: z.string(), unit: unit.nullable() })),
  /** Spellings, in any value, id or structure cell, that mean "nothing here". */
  missing: z.array(z.string()),
  /** Assays that the file names, with the type and scale that they have in the catalogue. */
  assays: z.array(z.object({ code: z.string(), assayType, scale })),
  /** Rows that say exactly what an earlier row of the file said. */
  duplicates: z.enum(['count-once', 'keep']),
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
  'mass-per-volume', // needs the molecular weight unless the assay is a solubility
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
  confidence,
  reason: assayReason,
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
  ]),
  state: z.enum(['open', 'suggested']),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  suggestion: z.string().nullable(),
  choices: z.array(z.string()),
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
  // warned: stored, with a doubt
  'p-above-range',
  'p-below-range',
  'approximate', // "ca. 10" is stored as "="
  'unknown-field', // SDF: a data field that was not in the part scanned for the mapping
  // ignored: nothing to store
  'blank-row',
  'no-value',
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

export const checkReport = z.object({
  rows: rowCounts,
  /** What the catalogue gets: a row of a wide file may hold several. */
  measurements: count,
  censored: count,
  compounds: count,
  assays: count,
  groups: z.array(findingGroup),
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

export const draft = draftContent.extend({ person: z.string(), createdAt: z.string(), changedAt: z.string() });

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

export const previewStart = z.object({ file, mapping });
export const importStart = z.object({
  file,
  /** Null takes the proposal, and stops with the outcome `needs-decision` where that leaves something open. */
  mapping: mapping.nullable().default(null),
  /** Bring in again what a committed batch holds already. */
  again: z.boolean().default(false),
});

/** The jobs' requests: a file on this machine in the place of the token. Their results are a `checkReport` and an `importOutcome`. */
export const previewRequest = z.object({ path: z.string().min(1), mapping });
export const importRequest = importStart.omit({ file: true }).extend({
  path: z.string().min(1),
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
   */
  inspect: procedure
    .input(z.object({ file, reading: reading.partial().default({}), mapping: mapping.optional() }))
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
