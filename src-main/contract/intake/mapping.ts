/** Mapping: what each column means, and all else that turns rows into measurements. */
import * as z from 'zod';
import { assayType } from '../tasks.ts';
import { reading } from './reading.ts';

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

/** `structures`: rows hold compounds and no values, so that nothing but the compounds comes in. */
export const layout = z.enum(['long', 'wide', 'structures']);

/** A cell that a person has put right in one row; the file stays as it is. */
export const correction = z.object({
  line: z.number().int().positive(),
  column: z.string(),
  /** As the file has it: a cell that says something else is left alone. */
  found: z.string(),
  text: z.string().max(100_000),
});
export type Correction = z.infer<typeof correction>;

/** All that turns raw rows into measurements. Saved with the batch. */
export const mapping = z.object({
  version: z.literal(1),
  /** Absent where no template was taken. */
  template: templateUsed.optional(),
  reading,
  layout,
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
  /** Of this file alone; a template has none. */
  corrections: z.array(correction).max(10_000).exactOptional(),
});

export type Target = z.infer<typeof target>;
export type Unit = z.infer<typeof unit>;
export type Scale = z.infer<typeof scale>;
export type Relation = z.infer<typeof relation>;
export type Label = z.infer<typeof label>;
export type Direction = z.infer<typeof direction>;
export type Join = z.infer<typeof join>;
export type ColumnMapping = z.infer<typeof columnMapping>;
export type Mapping = z.infer<typeof mapping>;
export type TemplateUsed = z.infer<typeof templateUsed>;
