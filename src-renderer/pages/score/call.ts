/** What is said of a compound: a call only where it lies inside or at the edge of what this partner has measured. */
import type { Domain, ScoreRow, SheetTask } from '../../../src-main/contract/scoring.ts';

export type Call = 'active' | 'inactive' | 'none';

export const defaultCutoff = 0.5;

/** From this difference on, in either direction, the figure is set in 550 and explained. */
export const largeDifference = 0.3;

type Scored = { readonly global: number | null; readonly own: number | null; readonly domain: Domain | null };

/** The global model decides where there is one, else the own. */
export const probabilityOf = ({ global, own }: Pick<Scored, 'global' | 'own'>): number | null => global ?? own;

export function callOf(scored: Scored, cutoff: number): Call {
  const probability = probabilityOf(scored);
  if (probability === null || scored.domain === null || scored.domain === 'outside') return 'none';
  return probability >= cutoff ? 'active' : 'inactive';
}

export const isLarge = ({ difference }: Pick<ScoreRow, 'difference'>): boolean =>
  difference !== null && Math.abs(difference) >= largeDifference;

export const signOf = ({ direction }: Pick<SheetTask, 'direction'>): '≥' | '≤' => (direction === 'high' ? '≥' : '≤');

/** Lines with something in them: what pasted text will be scored as. */
export const countLines = (text: string): number =>
  text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '').length;
