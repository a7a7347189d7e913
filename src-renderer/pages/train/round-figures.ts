/** What the list of rounds adds up to: bytes, pace, what is left, and how each result moved the own validation. */
import type { RoundSummary } from '../../../src-main/contract/federation.ts';

/** So many attempts are asked for at most. */
export const listedRounds = 5_000;

export type RoundTotals = {
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Of a round that learns, from its opening to its result: the median, in milliseconds; null before one is finished. */
  readonly pace: number | null;
};

export const keyOf = ({ round, attempt }: Pick<RoundSummary, 'round' | 'attempt'>): string => `${round}-${attempt}`;

export function totalsOf(rounds: readonly RoundSummary[]): RoundTotals {
  const spans = rounds.flatMap(({ kind, state, startedAt, finishedAt }) =>
    kind === 'learning' && state === 'finished' && finishedAt !== null ? [spanOf(startedAt, finishedAt)] : [],
  );
  return {
    bytesOut: rounds.reduce((sum, { bytesOut }) => sum + bytesOut, 0),
    bytesIn: rounds.reduce((sum, { bytesIn }) => sum + bytesIn, 0),
    pace: spans.length === 0 ? null : spans.toSorted((a, b) => a - b)[spans.length >> 1]!,
  };
}

export const spanOf = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

/**
 * How the own mean AUC-PR moved by each result, against the last one before it that stands.
 * @param rounds newest first
 * @returns by `keyOf`; without rounds that were not looked at, and without the first
 */
export function changesOf(rounds: readonly RoundSummary[]): ReadonlyMap<string, number> {
  const changes = new Map<string, number>();
  let standing: number | undefined;
  for (const summary of rounds.toReversed()) {
    const { state, validationAucPr } = summary;
    if (validationAucPr === null) continue;
    if (standing !== undefined) changes.set(keyOf(summary), validationAucPr - standing);
    if (state === 'finished') standing = validationAucPr;
  }
  return changes;
}

/** Attempts that left no result, for the learning curve: with what the own fold said where it was asked. */
export const failuresOf = (
  rounds: readonly RoundSummary[],
): readonly { readonly key: string; readonly step: number; readonly value: number | null; readonly state: Failure }[] =>
  rounds.flatMap((summary) => {
    const { round, state, validationAucPr } = summary;
    if (state !== 'voided' && state !== 'refused') return [];
    return [{ key: keyOf(summary), step: round, value: validationAucPr, state }];
  });

export type Failure = 'voided' | 'refused';
