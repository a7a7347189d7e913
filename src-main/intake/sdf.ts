/** SDF to rows: a record is a row, its data fields and its title are cells, the mol block is the structure as it stands. */
import { cellsAtOnce, columnLimit, type Row, type Rows, shortened } from './raw-row.ts';

export const titleColumn = '(title)';
export const molBlockColumn = '(mol block)';

/** A mol block without a single atom says that the structure is not known. */
export const isEmptyBlock = (structure: string): boolean =>
  structure.includes('M  END') &&
  (/COUNTS 0 0/.test(structure) || /^ {2}0 .*V2000/.test(structure.split('\n', 4)[3] ?? ''));

/** Characters; no molecule that can be scored needs more. */
const recordLimit = 1 << 23;

/**
 * @param columns known so far, the title and the mol block first; a field that is not among them is added at its end
 *   while reading, so earlier rows are shorter
 */
export async function* readSdf(texts: AsyncIterable<string>, columns: string[]): Rows {
  const splitter = recordSplitter(columns);
  for await (const text of texts) yield* splitter.add(text);
  yield* splitter.end();
}

function recordSplitter(columns: string[]): { add: (text: string) => Iterable<Row[]>; end: () => Iterable<Row[]> } {
  const positions = new Map(columns.map((name, position) => [name, position]));
  let rest = '';
  let held = '';
  let line = 1;
  let record: string[] = [];
  let recordLine = 1;
  let characters = 0;

  /** @returns cells of the record, so that a block of records with thousands of fields ends early */
  function finish(rows: Row[], terminated: boolean): number {
    const before = rows.length;
    if (terminated || record.some((text) => text.trim() !== '')) {
      rows.push(toRow(record, recordLine, characters, columns, positions));
    }
    record = [];
    characters = 0;
    recordLine = line;
    return rows.length > before ? (rows.at(-1)?.cells.length ?? 0) : 0;
  }

  function* take(text: string, last: boolean): Generator<Row[]> {
    let rows: Row[] = [];
    let cells = 0;
    const lines = (rest + withLineFeeds(text, last)).split('\n');
    rest = last ? '' : (lines.pop() ?? '');
    for (const content of lines) {
      line += 1;
      if (content.startsWith('$$$$')) {
        cells += finish(rows, true);
        if (cells > cellsAtOnce) {
          yield rows;
          rows = [];
          cells = 0;
        }
      } else {
        characters += content.length + 1;
        if (characters <= recordLimit) record.push(content);
      }
    }
    if (last) finish(rows, false);
    if (rows.length > 0) yield rows;
  }

  /** CR LF and CR alone end lines too; a CR at the end of a piece may be half of a CR LF. */
  function withLineFeeds(piece: string, last: boolean): string {
    const text = held + piece;
    held = '';
    if (!text.includes('\r')) return text;
    const half = !last && text.endsWith('\r');
    if (half) held = '\r';
    return (half ? text.slice(0, -1) : text).replace(/\r\n?/g, '\n');
  }

  return { add: (text) => take(text, false), end: () => take('', true) };
}

/** A name may hold angle brackets itself: `> <IC50 <nM>> (17)`. */
const dataHeader = /^>[^<]*<(.*)>[^>]*$|^>\s*(DT\d+)/;

function toRow(
  lines: readonly string[],
  line: number,
  characters: number,
  columns: string[],
  positions: Map<string, number>,
): Row {
  const record = withoutBlankStart(lines);
  const blockEnd = record.findIndex(endsBlock);
  const firstField = record.findIndex((text, at) => at > 3 && isDataHeader(text));
  const problem = damage(record, blockEnd, firstField, characters);
  if (problem !== undefined) return damagedRow(record, line, problem);
  const cells: string[] = [record[0]?.trim() ?? '', record.slice(0, blockEnd + 1).join('\n')];
  for (let at = blockEnd + 1; at < record.length; at += 1) {
    const header = dataHeader.exec(record[at] ?? '');
    if (header === null) continue;
    const value: string[] = [];
    while (at + 1 < record.length && !isDataHeader(record[at + 1] ?? '')) {
      at += 1;
      value.push(record[at] ?? '');
    }
    while (value.at(-1)?.trim() === '') value.pop();
    const position = fieldPosition((header[1] ?? header[2] ?? '').trim() || '(field)', cells, columns, positions);
    if (position >= columnLimit) return damagedRow(record, line, `more than ${columnLimit} data fields`);
    while (cells.length < position) cells.push('');
    cells[position] = value.join('\n');
  }
  if (cells.some((cell) => cell.includes('\0'))) return damagedRow(record, line, 'control characters');
  while (cells.length < columns.length) cells.push('');
  return { line, cells };
}

const endsBlock = (text: string): boolean => text.startsWith('M  END') && text.trimEnd() === 'M  END';
const isDataHeader = (text: string): boolean => text.startsWith('>') && dataHeader.test(text);

/** Some programs put a line more between records than the format has. */
function withoutBlankStart(record: readonly string[]): readonly string[] {
  const isCounts = (text = '') => /V[23]000\s*$/.test(text);
  if (record[0]?.trim() !== '' || isCounts(record[3])) return record;
  const extra = record.slice(0, 7).findIndex(isCounts) - 3;
  return extra > 0 && record.slice(0, extra).every((text) => text.trim() === '') ? record.slice(extra) : record;
}

const damagedRow = (record: readonly string[], line: number, found: string): Row => ({
  line,
  cells: [record[0] ?? '', shortened(record.slice(0, 4).join(' | '))],
  problem: { reason: 'damaged-record', found },
});

/** A field that comes twice in a record has a column of its own the second time. */
function fieldPosition(
  name: string,
  cells: readonly string[],
  columns: string[],
  positions: Map<string, number>,
): number {
  for (let copy = 1; ; copy += 1) {
    const column = copy === 1 ? name : `${name} (${copy})`;
    const position = positions.get(column);
    if (position === undefined) {
      positions.set(column, columns.length);
      return columns.push(column) - 1;
    }
    if ((cells[position] ?? '') === '') return position;
  }
}

/** What is wrong with the record, in its own terms; nothing when its mol block is whole. */
function damage(
  record: readonly string[],
  blockEnd: number,
  firstField: number,
  characters: number,
): string | undefined {
  if (characters > recordLimit) return `${characters} characters`;
  if (blockEnd < 0 || (firstField >= 0 && firstField < blockEnd)) return 'no M  END';
  if (blockEnd < 4) return 'no counts line';
  if (record.findLastIndex(endsBlock) > blockEnd) return 'two mol blocks in one record';
  const counts = record[3] ?? '';
  if (counts.includes('V3000')) return announced(record, blockEnd, /^M {2}V30 COUNTS\s+(\d+)\s+(\d+)/);
  if (!/^[ \d]{3}[ \d]{3}/.test(counts)) return shortened(counts.trim() || 'no counts line');
  return announced(record, blockEnd, /^([ \d]{3})([ \d]{3})/, 3);
}

/** A block that announces more atoms and bonds than it has lines is cut, or made to exhaust whoever believes it. */
function announced(record: readonly string[], blockEnd: number, counts: RegExp, only?: number): string | undefined {
  const line = only === undefined ? record.findIndex((text, at) => at < blockEnd && counts.test(text)) : only;
  const found = counts.exec(record[line] ?? '');
  if (found === null) return undefined;
  const [atoms, bonds] = [Number(found[1]), Number(found[2])];
  const room = blockEnd - 4;
  return atoms + bonds > room ? `${atoms} atoms and ${bonds} bonds announced in ${room} lines` : undefined;
}
