/** How a file is to be read, found out from its content, each part with its reason; what a person has set stays. */
import type { Confidence, Inspection, Reading, ReadingPart, ReadingReason } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { splitRecords } from './delimited.ts';
import { sniffDelimiter } from './delimiter.ts';
import { type FileSurvey, surveyFile } from './file.ts';
import { formatOf } from './format.ts';
import { findHeader } from './header.ts';
import { readHeader } from './header-words.ts';
import { type NumberEvidence, numberEvidence } from './numbers.ts';
import type { Row } from './raw-row.ts';
import { smilesShape } from './smiles-shape.ts';
import { firstRows, sampleOf } from './table.ts';
import { looksNumeric } from './value-cell.ts';
import { readSheet } from './xlsx/sheet.ts';
import { readWorkbook } from './xlsx/workbook.ts';
import { openZip } from './xlsx/zip.ts';

/** Parts that a person has set; the others are found out. */
export type ReadingByHand = { readonly [Part in keyof Reading]?: Reading[Part] | undefined };

export type FoundReading = {
  readonly survey: FileSurvey;
  readonly reading: Reading;
  readonly reasons: Inspection['readingReasons'];
  readonly sheets: Inspection['sheets'];
  readonly members: Inspection['members'];
  /** A number such as `1,234` that may be read in two ways, where nothing in the sample decides it. */
  readonly ambiguousNumber: string | undefined;
  /** Sheets that look as good as the chosen one. */
  readonly otherSheets: readonly string[];
  readonly otherMembers: readonly string[];
};

type Reasons = { part: ReadingPart; confidence: Confidence; reason: ReadingReason }[];

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN */
export async function findReading(path: string, given: ReadingByHand, control: Control): Promise<FoundReading> {
  const survey = await surveyFile(path, control);
  stopIfAsked(control);
  const { encoding } = survey.encoding;
  const head = new TextDecoder(encoding).decode(survey.head);
  const format = given.format ?? formatOf(path, survey.head, head);
  const reasons: Reasons = [
    given.format === undefined
      ? { part: 'format', confidence: 'high', reason: { key: 'format-by-content', data: { format } } }
      : byHand('format'),
  ];
  if (format !== 'xlsx') {
    reasons.push(
      given.encoding === undefined
        ? { part: 'encoding', confidence: survey.encoding.confidence, reason: survey.encoding.reason }
        : byHand('encoding'),
    );
  }
  const found =
    format === 'xlsx'
      ? await findSheetReading(path, given, reasons)
      : format === 'csv'
        ? await findTextReading(path, given, given.encoding ?? encoding, reasons)
        : sdfReading(given.encoding ?? encoding);
  return { survey, reasons, members: [], otherMembers: [], ...found };
}

type Found = Omit<FoundReading, 'survey' | 'reasons' | 'members' | 'otherMembers'>;

const sdfReading = (encoding: Reading['encoding']): Found => ({
  reading: {
    format: 'sdf',
    encoding,
    delimiter: null,
    quote: null,
    sheet: null,
    headerLine: null,
    decimalMark: '.',
    thousands: '',
  },
  sheets: [],
  ambiguousNumber: undefined,
  otherSheets: [],
});

async function findTextReading(
  path: string,
  given: ReadingByHand,
  encoding: NonNullable<Reading['encoding']>,
  reasons: Reasons,
): Promise<Found> {
  const { text, complete } = await sampleOf(path, encoding);
  const sniffed = sniffDelimiter(text, complete);
  const delimiter = given.delimiter ?? sniffed.delimiter;
  reasons.push(given.delimiter === undefined ? { part: 'delimiter', ...sniffed } : byHand('delimiter'));

  const quote = given.quote === undefined ? '"' : given.quote;
  const rows = splitRecords(text, { delimiter, quote }, complete);
  reasons.push(given.quote === undefined ? quoteReason(text, rows) : byHand('quote'));

  const headerLine = chooseHeader(rows, given, reasons);
  const numbers = numberReading(columnsBelow(rows, headerLine), given, reasons);
  return {
    reading: { format: 'csv', encoding, delimiter, quote, sheet: null, headerLine, ...numbers.format },
    sheets: [],
    ambiguousNumber: numbers.ambiguous,
    otherSheets: [],
  };
}

async function findSheetReading(path: string, given: ReadingByHand, reasons: Reasons): Promise<Found> {
  const zip = await openZip(path);
  const workbook = await readWorkbook(path, zip);
  const heads = [];
  for (const { name, entry } of workbook.sheets) {
    const rows = await firstRows(readSheet(path, zip, workbook, entry), 500);
    heads.push({ name, rows, targets: targetsNamed(rows) });
  }
  const most = Math.max(...heads.map(({ targets }) => targets));
  const best = heads.filter(({ targets }) => targets === most);
  const sheet = given.sheet ?? best[0]?.name ?? '';
  const only = heads.length === 1;
  reasons.push(
    typeof given.sheet === 'string'
      ? byHand('sheet')
      : {
          part: 'sheet',
          confidence: only || best.length === 1 ? 'high' : 'middle',
          reason: only
            ? { key: 'only-sheet', data: { sheet } }
            : { key: 'sheet-with-most-targets', data: { sheet, sheets: heads.length } },
        },
  );
  const rows = heads.find(({ name }) => name === sheet)?.rows ?? [];
  const headerLine = chooseHeader(rows, given, reasons);
  const numbers = numberReading(columnsBelow(rows, headerLine), given, reasons);
  return {
    reading: { format: 'xlsx', encoding: null, delimiter: null, quote: null, sheet, headerLine, ...numbers.format },
    sheets: heads.map(({ name, rows: { length } }) => ({ name, rows: length < 500 ? length : null })),
    ambiguousNumber: numbers.ambiguous,
    otherSheets: best.map(({ name }) => name).filter((name) => name !== sheet),
  };
}

/** How many required targets a sheet's header names; a column of structures counts as one even without a name. */
function targetsNamed(rows: readonly Row[]): number {
  const { line } = findHeader(rows);
  const header = rows.find((row) => row.line === line);
  const named = new Set(
    (header?.cells ?? []).flatMap((cell) =>
      [...readHeader(cell)].filter(([, vote]) => vote === 2).map(([topic]) => topic),
    ),
  );
  if (rows.some(({ cells }) => cells.some((cell) => smilesShape(cell) === 'clear'))) named.add('structure');
  return (['compound-id', 'structure', 'assay', 'value', 'unit', 'relation'] as const).filter((one) => named.has(one))
    .length;
}

function chooseHeader(rows: readonly Row[], given: ReadingByHand, reasons: Reasons): number | null {
  if (given.headerLine !== undefined) {
    reasons.push(byHand('headerLine'));
    return given.headerLine;
  }
  const { line, confidence, reason } = findHeader(rows.slice(0, 200));
  reasons.push({ part: 'headerLine', confidence, reason });
  return line;
}

function quoteReason(text: string, rows: readonly Row[]): Reasons[number] {
  const broken = rows.find(({ problem }) => problem?.reason === 'broken-quote');
  if (broken !== undefined) {
    return { part: 'quote', confidence: 'middle', reason: { key: 'quotes-inside-cells', data: { line: broken.line } } };
  }
  const cells = text.split('"').length >> 1;
  return {
    part: 'quote',
    confidence: 'high',
    reason: cells === 0 ? { key: 'no-quotes', data: {} } : { key: 'quotes-around-cells', data: { cells } },
  };
}

/** Cells by column, of the rows below the header. */
function columnsBelow(rows: readonly Row[], headerLine: number | null): readonly (readonly string[])[] {
  const columns: string[][] = [];
  for (const { cells, line, problem } of rows) {
    if (line <= (headerLine ?? 0) || problem !== undefined) continue;
    for (const [position, cell] of cells.entries()) {
      columns[position] ??= [];
      columns[position].push(cell);
    }
  }
  return columns;
}

export type NumberReading = ReturnType<NumberEvidence['result']>;

/** Only columns of numbers say how numbers are written; a name such as 1,2-dichloroethane says nothing. */
export function numberFormatOf(columns: readonly (readonly string[])[]): NumberReading {
  const evidence = numberEvidence();
  for (const column of columns) {
    const filled = column.filter((cell) => cell.trim() !== '');
    const numeric = filled.filter(looksNumeric);
    if (numeric.length * 2 > filled.length) for (const cell of numeric) evidence.add(cell);
  }
  return evidence.result();
}

function numberReading(
  columns: readonly (readonly string[])[],
  given: ReadingByHand,
  reasons: Reasons,
): { readonly format: Pick<Reading, 'decimalMark' | 'thousands'>; readonly ambiguous: string | undefined } {
  const { format, decimal, grouping, ambiguous } = numberFormatOf(columns);
  const byPerson = given.decimalMark !== undefined;
  const decimalMark = given.decimalMark ?? format.decimalMark;
  // A mark set by hand turns what was a decimal into a group, and the other way round.
  const other = decimalMark === '.' ? ',' : '.';
  const derived = byPerson && ambiguous?.includes(other) === true ? other : format.thousands;
  const thousands = given.thousands ?? (derived === decimalMark ? '' : derived);
  reasons.push(
    byPerson ? byHand('decimalMark') : { part: 'decimalMark', ...decimal },
    given.thousands === undefined ? { part: 'thousands', ...grouping } : byHand('thousands'),
  );
  const settled = byPerson || given.thousands !== undefined;
  return { format: { decimalMark, thousands }, ambiguous: settled ? undefined : ambiguous };
}

const byHand = (part: ReadingPart): Reasons[number] => ({
  part,
  confidence: 'high',
  reason: { key: 'by-hand', data: {} },
});
