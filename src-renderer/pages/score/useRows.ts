/** The rows of a sheet that can be seen, fetched page by page as the reader scrolls; pages read once stay. */
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ScoreRow } from '../../../src-main/contract/scoring.ts';
import { useEngine } from '../../app/engine.tsx';

export type RowRequest = Omit<
  Parameters<ReturnType<typeof useEngine>['client']['scoring']['page']>[0],
  'offset' | 'limit'
>;

type Rows = {
  /** Of the first page in hand, among all. */
  readonly offset: number;
  readonly rows: readonly (ScoreRow | undefined)[];
  readonly total: number | undefined;
  readonly error: unknown;
  readonly onRange: (first: number, last: number) => void;
};

type Answer = {
  readonly data: { readonly total: number; readonly rows: readonly ScoreRow[] } | undefined;
  readonly error: unknown;
};

const pageSize = 100;

/** @param pace milliseconds between two readings while the sheet is being scored; false once it is complete */
export function useRows(request: RowRequest, pace: number | false): Rows {
  const { queries } = useEngine();
  const [range, setRange] = useState({ first: 0, last: 0 });
  const firstPage = Math.floor(range.first / pageSize);
  const pages = Math.floor(range.last / pageSize) - firstPage + 1;
  const combine = useCallback(
    (answers: readonly Answer[]) => {
      const total = answers.find(({ data }) => data !== undefined)?.data?.total;
      return {
        total,
        error: answers.find(({ error }) => error !== null)?.error ?? null,
        rows: answers.flatMap(({ data }, page): readonly (ScoreRow | undefined)[] => {
          const left = (total ?? pageSize) - (firstPage + page) * pageSize;
          return Array.from({ length: Math.max(0, Math.min(pageSize, left)) }, (_, index) => data?.rows[index]);
        }),
      };
    },
    [firstPage],
  );
  const held = useQueries({
    queries: Array.from({ length: pages }, (_, page) => ({
      ...queries.scoring.page.queryOptions({
        input: { ...request, offset: (firstPage + page) * pageSize, limit: pageSize },
      }),
      placeholderData: keepPreviousData,
      refetchInterval: pace,
    })),
    combine,
  });
  const onRange = useCallback((first: number, last: number) => {
    setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
  }, []);
  return { ...held, offset: firstPage * pageSize, onRange };
}
