/** What is to be scored, as it comes in: pasted lines, a file of SMILES lines, or any table that intake can read. */

import type { Structure } from '../chemistry/pool.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { ScoreRequest } from '../contract/scoring.ts';
import { surveyFile, textOf } from '../intake/file.ts';
import { inspectFile } from '../intake/inspect.ts';
import { smilesShape } from '../intake/smiles-shape.ts';
import { openTable } from '../intake/table.ts';

/** In the order of the input. */
export type ScoreRecord = { readonly companyId: string; readonly structure: Structure };

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE when no column holds structures, CANCELLED */
export async function readRecords(source: ScoreRequest['source'], control: Control): Promise<readonly ScoreRecord[]> {
  if (source.kind === 'text') return recordsOfLines(source.text.split(/\r\n|\n|\r/));
  return /\.(smi|smiles|ism|can)(\.gz)?$/i.test(source.name)
    ? recordsOfLines(await linesOf(source.path, control))
    : recordsOfTable(source.path, source.name, control);
}

/**
 * SMILES first, then after a space or tab its id; or all the other way round, as a paste from a table may have it.
 * Lines without an id are called by their number. A first line that only names the columns is left out.
 */
export function recordsOfLines(lines: readonly string[]): ScoreRecord[] {
  const filled = lines.map((line) => line.trim()).filter((line) => line !== '');
  const named = /^((smiles|structure)\b|\S+\s+(smiles|structure)$)/i.test(filled[0] ?? '');
  const records = (named ? filled.slice(1) : filled).map(splitOnce);
  const readable = (part: 0 | 1) => records.filter((record) => smilesShape(record[part]) !== 'no').length;
  const idFirst = readable(1) > readable(0);
  return records.map(([first, rest], at) => {
    const [text, id] = idFirst ? [rest, first] : [first, rest];
    return { companyId: id === '' ? String(at + 1) : id, structure: { kind: 'smiles', text } };
  });
}

function splitOnce(line: string): readonly [string, string] {
  const [, first = '', rest = ''] = /^(\S+)(?:\s+(.*))?$/s.exec(line) ?? [];
  return [first, rest];
}

async function linesOf(path: string, control: Control): Promise<readonly string[]> {
  const { encoding } = await surveyFile(path, control);
  let text = '';
  for await (const part of textOf(path, encoding.encoding)) {
    stopIfAsked(control);
    text += part;
  }
  return text.split(/\r\n|\n|\r/);
}

async function recordsOfTable(path: string, name: string, control: Control): Promise<readonly ScoreRecord[]> {
  const { mapping } = await inspectFile(path, { name }, control);
  const columnOf = (target: string) => mapping.columns.find((column) => column.target === target)?.column;
  const structureColumn = columnOf('structure');
  if (structureColumn === undefined) throw new ChoraleError('MAPPING_INCOMPLETE', { missing: ['structure'] });
  const idColumn = columnOf('compound-id');
  const { reading } = mapping;
  const table = await openTable(path, reading);
  const kind = reading.format === 'sdf' ? 'molblock' : 'smiles';
  const records: ScoreRecord[] = [];
  for await (const rows of table.rows) {
    stopIfAsked(control);
    const structureAt = table.columns.indexOf(structureColumn);
    const idAt = idColumn === undefined ? -1 : table.columns.indexOf(idColumn);
    for (const { cells, problem } of rows) {
      // A broken row stays in its place: chemistry cannot read it either, and says so by name.
      const text = problem === undefined ? (cells[structureAt] ?? '') : cells.join(' ');
      const id = problem === undefined ? (cells[idAt] ?? '').trim() : '';
      records.push({ companyId: id || String(records.length + 1), structure: { kind, text } });
    }
    control.report({ step: 'score.read', done: records.length });
  }
  return records;
}
