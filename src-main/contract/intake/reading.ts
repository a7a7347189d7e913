/** Reading: how bytes become cells. */
import * as z from 'zod';
import { reasonOf } from './reason.ts';

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
  'structures-alone', // structures: no column holds values
]);

export type FileFormat = z.infer<typeof fileFormat>;
export type Encoding = z.infer<typeof encoding>;
export type DecimalMark = z.infer<typeof decimalMark>;
export type Reading = z.infer<typeof reading>;
export type ReadingPart = z.infer<typeof readingPart>;
export type ReadingReason = z.infer<typeof readingReason>;
