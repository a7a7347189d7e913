/** Lists of SMILES: a structure, white space, and a name that goes to the end of the line (Daylight's .smi). */
import type { Row, Rows } from './raw-row.ts';
import { lineLimit, shortened } from './raw-row.ts';
import { titleColumn } from './sdf.ts';
import { smilesShape } from './smiles-shape.ts';

export const smilesColumns: readonly string[] = ['SMILES', titleColumn];

/** @param texts decoded text in pieces, cut anywhere @returns rows of two cells, with the line they stand in, from 1 */
export async function* readSmilesLines(texts: AsyncIterable<string>): Rows {
  let rest = '';
  let line = 0;
  let overlong = false;
  const toRows = (lines: readonly string[]): Row[] => {
    const rows: Row[] = [];
    for (const text of lines) {
      line += 1;
      if (overlong || text.length > lineLimit) {
        rows.push({ line, cells: [shortened(text)], problem: { reason: 'line-too-long', found: shortened(text) } });
        overlong = false;
      } else if (text.includes('\0')) {
        rows.push({
          line,
          cells: [shortened(text)],
          problem: { reason: 'control-characters', found: shortened(text) },
        });
      } else {
        rows.push({ line, cells: [...splitLine(text)] });
      }
    }
    return rows;
  };
  for await (const text of texts) {
    const whole = rest + text;
    const held = whole.endsWith('\r') ? '\r' : ''; // perhaps half of a CR LF
    const lines = (held === '' ? whole : whole.slice(0, -1)).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + held;
    if (rest.length > lineLimit) {
      rest = rest.slice(0, 200);
      overlong = true;
    }
    const rows = toRows(lines);
    if (rows.length > 0) yield rows;
  }
  const last = rest.endsWith('\u001a') || rest.endsWith('\r') ? rest.slice(0, -1) : rest;
  if (last !== '') yield toRows([last]);
}

/** Extensions of CXSMILES between the two (`|...|`) say how a structure is drawn and are left out. */
export function splitLine(line: string): readonly [string, string] {
  const [, structure = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(line) ?? [];
  return [structure, rest.replace(/^\|[^|]*\|\s*/, '').trim()];
}

/**
 * Whether a sample is such a list: nearly every line begins with a SMILES, and what follows is a name and no table of its
 * own. A first line may name the columns.
 */
export function isSmilesList(sample: string): { readonly header: boolean } | undefined {
  const lines = sample
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, 500);
  const header = /^\s*(canonical_?)?smiles\b/i.test(lines[0] ?? '');
  const body = (header ? lines.slice(1) : lines).map(splitLine);
  const readable = body.filter(([structure]) => smilesShape(structure) !== 'no');
  const clear = readable.filter(([structure]) => smilesShape(structure) === 'clear');
  const enough = body.length > 0 && readable.length >= body.length * 0.9 && clear.length * 4 >= body.length;
  return enough ? { header } : undefined;
}
