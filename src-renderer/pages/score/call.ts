/** What is said of a compound: a call only where it lies inside or at the edge of what this partner has measured. */
import type { ClassTask, Domain, ScoreRow, SheetTask, TaskCard } from '../../../src-main/contract/scoring.ts';
import type { Format } from '../../app/format.ts';

export type Call = 'active' | 'inactive' | 'none';

export const defaultCutoff = 0.5;

/** From this difference of probabilities on, in either direction, the figure is set in 550 and explained. */
export const largeDifference = 0.3;

type Scored = { readonly global: number | null; readonly own: number | null; readonly domain: Domain | null };

/** The global model decides where there is one, else the own. */
export const predictionOf = ({ global, own }: Pick<Scored, 'global' | 'own'>): number | null => global ?? own;

export function callOf(scored: Scored, cutoff: number): Call {
  const probability = predictionOf(scored);
  if (probability === null || scored.domain === null || scored.domain === 'outside') return 'none';
  return probability >= cutoff ? 'active' : 'inactive';
}

/** Of values a difference is large beyond the wider of both intervals; without an interval none is. */
export function isLarge({ difference }: Pick<ScoreRow, 'difference'>, card: TaskCard | undefined): boolean {
  if (difference === null || card === undefined) return false;
  if (card.kind === 'class') return Math.abs(difference) >= largeDifference;
  const widths = [card.global?.interval ?? null, card.own?.interval ?? null].filter((width) => width !== null);
  return widths.length > 0 && Math.abs(difference) > Math.max(...widths);
}

export const signOf = ({ direction }: Pick<ClassTask, 'direction'>): '≥' | '≤' => (direction === 'high' ? '≥' : '≤');

/** Logarithms to two decimals; a linear value to three figures. */
export function digitsOf({ kind, scale }: Pick<SheetTask, 'kind' | 'scale'>, value: number): number {
  if (kind === 'class' || scale !== 'linear' || value === 0) return 2;
  return Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
}

export const predictionText = (
  { decimal }: Pick<Format, 'decimal'>,
  task: Pick<SheetTask, 'kind' | 'scale'>,
  value: number,
): string => decimal(value, digitsOf(task, value));

export type Ends = { readonly from: number; readonly to: number };

/** Of bars and axes: 0 to 1 for probabilities; for values the ones measured, and further predictions where they are known. */
export function endsOf(card: TaskCard | undefined, predicted: readonly number[] = []): Ends {
  if (card === undefined || card.kind === 'class') return { from: 0, to: 1 };
  const { least, most } = card.range ?? { least: 0, most: 1 };
  const from = predicted.reduce((lowest, value) => Math.min(lowest, value), least);
  const to = predicted.reduce((highest, value) => Math.max(highest, value), most);
  return to > from ? { from, to } : { from: from - 1, to: to + 1 };
}

/** Lines with something in them: what pasted text will be scored as. */
export const countLines = (text: string): number =>
  text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '').length;
