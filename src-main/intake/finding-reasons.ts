/** Rows that could not be read, and cells that a spreadsheet has altered: the reason, and what would have been right. */
import type { Expectation, Mapping, RowReason } from '../contract/intake.ts';
import type { Finding } from './interpret.ts';
import { type CellMark, lineLimit, type Row } from './raw-row.ts';

export const findingReasons: Readonly<Record<CellMark, RowReason>> = {
  date: 'spreadsheet-date',
  error: 'spreadsheet-error',
  formula: 'formula-without-result',
};

export function problemFinding(row: Row, columns: readonly string[], mapping: Mapping): Finding {
  const reason = row.problem?.reason ?? 'ragged-row';
  const expected: Record<typeof reason, Expectation> = {
    'ragged-row': { key: 'cells', data: { count: columns.length } },
    'broken-quote': { key: 'closed-quote', data: {} },
    'line-too-long': { key: 'shorter-line', data: { limit: lineLimit } },
    'damaged-record': { key: 'whole-record', data: {} },
    undecodable: { key: 'readable-characters', data: { encoding: mapping.reading.encoding ?? '' } },
    'control-characters': { key: 'plain-characters', data: {} },
  };
  return { column: '', found: row.problem?.found ?? '', expected: expected[reason], reason, severity: 'rejected' };
}
