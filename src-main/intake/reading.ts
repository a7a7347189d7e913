/** How a file is to be read, found out from its content, each part with its reason; what a person has set stays. */
import type { Confidence, Inspection, Reading, ReadingPart, ReadingReason } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { archiveOf, openContent } from './content.ts';
import { splitRecords } from './delimited.ts';
import { sniffDelimiter } from './delimiter.ts';
import { type FileSurvey, surveyFile } from './file.ts';
import { formatOf } from './format.ts';
import { findHeader, findUnitLine, targetsNamed } from './header.ts';
import { chooseMember } from './members.ts';
import { judgeNumbers, type NumberReading, type NumberSightings, numberEvidence } from './numbers.ts';
import type { Row } from './raw-row.ts';
import { isSmilesList } from './smiles-lines.ts';
import { firstRows, sampleOf } from './table.ts';
import { looksNumeric } from './value-cell.ts';
import { readSheet } from './xlsx/sheet.ts';
import { readWorkbook } from './xlsx/workbook.ts';
import { openZip } from './zip.ts';

/** Parts that a person has set; the others are found out. */
export type ReadingByHand = { readonly [Part in keyof Reading]?: Reading[Part] | undefined };

export type FoundReading = {
  readonly survey: FileSurvey;
  readonly reading: Reading;
  readonly reasons: Inspection['readingReasons'];
  readonly sheets: Inspection['sheets'];
  readonly members: Inspection['members'];
  /** Sheets that look as good as the chosen one. */
  readonly otherSheets: readonly string[];
  readonly otherMembers: readonly string[];
};

type Reasons = { part: ReadingPart; confidence: Confidence; reason: ReadingReason }[];

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN */
export async function findReading(path: string, given: ReadingByHand, control: Control): Promise<FoundReading> {
  const archive = await archiveOf(path);
  const choice = archive === undefined ? undefined : await chooseMember(path, archive, given.member ?? null);
  const member = choice?.member ?? null;
  const survey = await surveyFile(path, control, member);
  stopIfAsked(control);
  const { encoding } = survey.encoding;
  const head = new TextDecoder(encoding).decode(survey.head);
  const format = given.format ?? (await formatOfContent(path, survey, head, given.encoding ?? encoding, member));
  const reasons: Reasons = [
    given.format === undefined
      ? { part: 'format', confidence: 'high', reason: { key: 'format-by-content', data: { format } } }
      : byHand('format'),
  ];
  if (choice !== undefined) {
    reasons.push(typeof given.member === 'string' ? byHand('member') : { part: 'member', ...choice.evidence });
  }
  if (format !== 'xlsx' && format !== 'parquet') {
    reasons.push(
      given.encoding === undefined
        ? { part: 'encoding', confidence: survey.encoding.confidence, reason: survey.encoding.reason }
        : byHand('encoding'),
    );
  }
  const { reading, ...found } = await findIn({ path, member, format, given, reasons }, given.encoding ?? encoding);
  return {
    survey,
    reasons,
    members: [...(choice?.members ?? [])],
    otherMembers: choice?.others ?? [],
    ...found,
    reading: { ...reading, member },
  };
}

/** A list of SMILES and a text with delimiters differ in more than their first bytes. */
async function formatOfContent(
  path: string,
  { head: bytes }: FileSurvey,
  head: string,
  encoding: NonNullable<Reading['encoding']>,
  member: string | null,
): Promise<Reading['format']> {
  const format = formatOf(path, bytes, head);
  if (format !== 'csv') return format;
  const { text, complete } = await sampleOf(path, encoding, member);
  const { delimiter, reason } = sniffDelimiter(text, complete);
  const table =
    reason.key !== 'one-column' && delimiter !== ' ' && !(delimiter === '\t' && reason.key === 'fewest-odd-rows');
  return !table && isSmilesList(text) !== undefined ? 'smi' : 'csv';
}

type Look = {
  readonly path: string;
  readonly member: string | null;
  readonly format: Reading['format'];
  readonly given: ReadingByHand;
  readonly reasons: Reasons;
};

async function findIn(look: Look, encoding: NonNullable<Reading['encoding']>): Promise<Found> {
  switch (look.format) {
    case 'xlsx':
      return findSheetReading(look);
    case 'csv':
      return findTextReading(look, encoding);
    case 'smi':
      return findSmilesReading(look, encoding);
    case 'sdf':
      return plainReading('sdf', encoding);
    case 'parquet':
      return plainReading('parquet', null);
  }
}

type Found = Omit<FoundReading, 'survey' | 'reasons' | 'members' | 'otherMembers'>;

const plainReading = (format: Reading['format'], encoding: Reading['encoding']): Found => ({
  reading: {
    format,
    encoding,
    delimiter: null,
    quote: null,
    sheet: null,
    headerLine: null,
    decimalMark: '.',
    thousands: '',
  },
  sheets: [],
  otherSheets: [],
});

async function findSmilesReading(
  { path, member, given, reasons }: Look,
  encoding: NonNullable<Reading['encoding']>,
): Promise<Found> {
  const { text } = await sampleOf(path, encoding, member);
  const header = isSmilesList(text)?.header === true;
  const found = plainReading('smi', encoding);
  if (given.headerLine !== undefined) reasons.push(byHand('headerLine'));
  else {
    const reason = header
      ? ({ key: 'first-line', data: { line: 1 } } as const)
      : ({ key: 'no-header', data: {} } as const);
    reasons.push({ part: 'headerLine', confidence: 'high', reason });
  }
  const headerLine = given.headerLine === undefined ? (header ? 1 : null) : given.headerLine;
  return { ...found, reading: { ...found.reading, headerLine } };
}

async function findTextReading(
  { path, member, given, reasons }: Look,
  encoding: NonNullable<Reading['encoding']>,
): Promise<Found> {
  const { text, complete } = await sampleOf(path, encoding, member);
  const sniffed = sniffDelimiter(text, complete);
  const delimiter = given.delimiter ?? sniffed.delimiter;
  reasons.push(given.delimiter === undefined ? { part: 'delimiter', ...sniffed } : byHand('delimiter'));

  const quote = given.quote === undefined ? '"' : given.quote;
  const rows = splitRecords(text, { delimiter, quote }, complete);
  reasons.push(given.quote === undefined ? quoteReason(text, rows) : byHand('quote'));

  const header = chooseHeader(rows, given, reasons);
  const numbers = numberReading(columnsBelow(rows, header), { ...given, delimiter }, reasons);
  return {
    reading: { format: 'csv', encoding, delimiter, quote, sheet: null, ...header, ...numbers },
    sheets: [],
    otherSheets: [],
  };
}

async function findSheetReading({ path, member, given, reasons }: Look): Promise<Found> {
  const zip = await openZip(path, await (await openContent(path, member)).bytes());
  const workbook = await readWorkbook(path, zip);
  const heads = [];
  for (const { name, entry, hidden } of workbook.sheets) {
    const rows = await firstRows(readSheet(path, zip, workbook, entry), 500);
    // A hidden sheet is taken only where nothing else holds a table.
    heads.push({ name, entry, rows: rows.length, targets: targetsNamed(rows) - (hidden ? 100 : 0) });
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
  const chosen = heads.find(({ name }) => name === sheet);
  const rows = chosen === undefined ? [] : await firstRows(readSheet(path, zip, workbook, chosen.entry), 500);
  const header = chooseHeader(rows, given, reasons);
  const numbers = numberReading(columnsBelow(rows, header), given, reasons);
  return {
    reading: { format: 'xlsx', encoding: null, delimiter: null, quote: null, sheet, ...header, ...numbers },
    sheets: heads.map(({ name, rows: count }) => ({ name, rows: count < 500 ? count : null })),
    otherSheets: best.map(({ name }) => name).filter((name) => name !== sheet),
  };
}

type Header = Pick<Reading, 'headerLine' | 'unitLine'>;

function chooseHeader(rows: readonly Row[], given: ReadingByHand, reasons: Reasons): Header {
  const first = rows.slice(0, 200);
  const found = given.headerLine === undefined ? findHeader(first) : undefined;
  const headerLine = given.headerLine === undefined ? (found?.line ?? null) : given.headerLine;
  reasons.push(
    found === undefined
      ? byHand('headerLine')
      : { part: 'headerLine', confidence: found.confidence, reason: found.reason },
  );
  if (given.unitLine !== undefined) {
    reasons.push(byHand('unitLine'));
    return { headerLine, unitLine: given.unitLine };
  }
  const below = findUnitLine(first, headerLine);
  if (below === undefined) return { headerLine, unitLine: null };
  reasons.push({ part: 'unitLine', confidence: 'high', reason: { key: 'units-below', data: below } });
  return { headerLine, unitLine: below.line };
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

/** Typed cells by column, of the rows below the header; what the file holds as numbers says nothing about how people write them. */
function columnsBelow(rows: readonly Row[], { headerLine, unitLine }: Header): readonly (readonly string[])[] {
  const above = Math.max(headerLine ?? 0, unitLine ?? 0);
  const columns: string[][] = [];
  for (const { cells, line, problem, exact } of rows) {
    if (line <= above || problem !== undefined) continue;
    for (const [position, cell] of cells.entries()) {
      columns[position] ??= [];
      if (exact?.has(position) !== true) columns[position].push(cell);
    }
  }
  return columns;
}

/** Only columns of numbers say how numbers are written; a name such as 1,2-dichloroethane says nothing. */
function writtenIn(columns: readonly (readonly string[])[]): NumberSightings[] {
  return columns.flatMap((column) => {
    const filled = column.filter((cell) => cell.trim() !== '');
    const numeric = filled.filter(looksNumeric);
    if (numeric.length * 2 <= filled.length) return [];
    const evidence = numberEvidence();
    for (const cell of numeric) evidence.add(cell);
    return [evidence.seen];
  });
}

/** By all columns of numbers; once it is known which of them are values, those are asked again. */
function numberReading(
  columns: readonly (readonly string[])[],
  given: ReadingByHand,
  reasons: Reasons,
): Pick<Reading, 'decimalMark' | 'thousands'> {
  const numbers = judgeNumbers(writtenIn(columns), given);
  reasons.push(...numberReasons(numbers, given));
  return numbers.format;
}

export const numberReasons = ({ decimal, grouping }: NumberReading, given: ReadingByHand): Reasons => [
  given.decimalMark === undefined ? { part: 'decimalMark', ...decimal } : byHand('decimalMark'),
  given.thousands === undefined ? { part: 'thousands', ...grouping } : byHand('thousands'),
];

const byHand = (part: ReadingPart): Reasons[number] => ({
  part,
  confidence: 'high',
  reason: { key: 'by-hand', data: {} },
});
