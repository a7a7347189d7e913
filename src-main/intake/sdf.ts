/** SDF to rows: a record is a row, its data fields and its title are cells, the mol block is the structure as it stands. */
import { type Row, type Rows, shortened } from './raw-row.ts';

export const titleColumn = '(title)';
export const molBlockColumn = '(mol block)';

/** Characters; no molecule that can be scored needs more. */
const recordLimit = 1 << 23;

/**
 * @param columns known so far, the title and the mol block first; a field that is not among them is added at its end
 *   while reading, so earlier rows are shorter
 */
export async function* readSdf(texts: AsyncIterable<string>, columns: string[]): Rows {
  const splitter = recordSplitter(columns);
  for await (const text of texts) {
    const rows = splitter.add(text);
    if (rows.length > 0) yield rows;
  }
  const rows = splitter.end();
  if (rows.length > 0) yield rows;
}

function recordSplitter(columns: string[]): { add: (text: string) => Row[]; end: () => Row[] } {
  const positions = new Map(columns.map((name, position) => [name, position]));
  let rest = '';
  let line = 1;
  let record: string[] = [];
  let recordLine = 1;
  let characters = 0;

  function finish(rows: Row[], terminated: boolean): void {
    if (terminated || record.some((text) => text.trim() !== '')) {
      rows.push(toRow(record, recordLine, characters, columns, positions));
    }
    record = [];
    characters = 0;
    recordLine = line;
  }

  function take(text: string, last: boolean): Row[] {
    const rows: Row[] = [];
    const lines = (rest + text).split('\n');
    rest = last ? '' : (lines.pop() ?? '');
    for (const raw of lines) {
      const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      line += 1;
      if (content.startsWith('$$$$')) {
        finish(rows, true);
      } else {
        characters += content.length + 1;
        if (characters <= recordLimit) record.push(content);
      }
    }
    if (last) finish(rows, false);
    return rows;
  }

  return { add: (text) => take(text, false), end: () => take('', true) };
}

const dataHeader = /^>.*?<([^>]*)>|^>\s*(DT\d+)/;

function toRow(
  record: readonly string[],
  line: number,
  characters: number,
  columns: string[],
  positions: Map<string, number>,
): Row {
  const blockEnd = record.findIndex((text) => /^M {2}END\s*$/.test(text));
  const firstField = record.findIndex((text) => text.startsWith('>'));
  const problem = damage(record, blockEnd, firstField, characters);
  if (problem !== undefined) {
    const found = shortened(record.slice(0, 4).join(' | '));
    return { line, cells: [record[0] ?? '', found], problem: { reason: 'damaged-record', found: problem } };
  }
  const cells: string[] = [record[0]?.trim() ?? '', record.slice(0, blockEnd + 1).join('\n')];
  for (let at = blockEnd + 1; at < record.length; at += 1) {
    const header = dataHeader.exec(record[at] ?? '');
    if (header === null) continue;
    const value: string[] = [];
    while (at + 1 < record.length && record[at + 1] !== '' && !dataHeader.test(record[at + 1] ?? '')) {
      at += 1;
      value.push(record[at] ?? '');
    }
    const position = fieldPosition((header[1] ?? header[2] ?? '').trim(), cells, columns, positions);
    while (cells.length < position) cells.push('');
    cells[position] = value.join('\n');
  }
  while (cells.length < columns.length) cells.push('');
  return { line, cells };
}

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
  const counts = record[3] ?? '';
  const v3000 = counts.includes('V3000');
  if (!v3000 && !/^[ \d]{3}[ \d]{3}/.test(counts)) return shortened(counts.trim() || 'no counts line');
  return undefined;
}
