/** Which character stands between the cells: the one that gives every row the same number of them. */
import type { Confidence, ReadingReason } from '../contract/intake.ts';
import { splitRecords } from './delimited.ts';

export type DelimiterEvidence = {
  readonly delimiter: string;
  readonly confidence: Confidence;
  readonly reason: ReadingReason;
};

/** In the order of preference where two fit equally well. */
const usual = [',', ';', '\t', '|'] as const;
const unusual = ['^', '~', '\u0001', '\u001f', '¦', ':', ' '] as const;

/** @param complete false where the sample ends in the middle of the file */
export function sniffDelimiter(sample: string, complete: boolean): DelimiterEvidence {
  const found =
    best(usual.map((delimiter) => fitOf(sample, delimiter, complete))) ??
    best(unusual.map((delimiter) => fitOf(sample, delimiter, complete)));
  if (found === undefined) {
    return { delimiter: ',', confidence: 'middle', reason: { key: 'one-column', data: {} } };
  }
  const { delimiter, columns, rows, odd } = found;
  return odd === 0
    ? { delimiter, confidence: 'high', reason: { key: 'same-cells-in-every-row', data: { columns, rows } } }
    : {
        delimiter,
        confidence: odd * 10 < rows ? 'high' : 'middle',
        reason: { key: 'fewest-odd-rows', data: { columns, rows, odd } },
      };
}

type Fit = {
  readonly delimiter: string;
  /** Cells in most rows. */
  readonly columns: number;
  readonly rows: number;
  /** Rows with another number of cells. */
  readonly odd: number;
};

function fitOf(sample: string, delimiter: string, complete: boolean): Fit {
  const records = splitRecords(sample, { delimiter, quote: '"' }, complete)
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .slice(0, 500);
  const frequency = new Map<number, number>();
  for (const { cells, problem } of records) {
    if (problem === undefined) frequency.set(cells.length, (frequency.get(cells.length) ?? 0) + 1);
  }
  const [columns, most] = [...frequency].sort(([a, n], [b, m]) => m - n || b - a)[0] ?? [1, 0];
  return { delimiter, columns, rows: records.length, odd: records.length - most };
}

/** At least two columns, in most rows; then the fewest odd rows, then the most columns. */
function best(fits: readonly Fit[]): Fit | undefined {
  const share = ({ odd, rows }: Fit) => Math.round((20 * odd) / Math.max(1, rows));
  return fits
    .filter(({ columns, odd, rows }) => columns > 1 && odd * 2 < rows)
    .sort((a, b) => share(a) - share(b) || b.columns - a.columns)[0];
}
