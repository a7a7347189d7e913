/** The rows of a sheet that can be seen, fetched page by page as the reader scrolls; pages read once stay. */
import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
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
  const held = useQueries({
    queries: Array.from({ length: pages }, (_, page) => ({
      ...queries.scoring.page.queryOptions({
        input: { ...request, offset: (firstPage + page) * pageSize, limit: pageSize },
      }),
      refetchInterval: pace,
    })),
    combine,
  });
  // How many rows there are stays known while a further page is on its way; else the table would shrink under the reader.
  const asked = JSON.stringify(request);
  const known = useRef({ asked, total: held.total });
  if (held.total !== undefined || known.current.asked !== asked) known.current = { asked, total: held.total };
  const { total } = known.current;

  const rows = useMemo(
    () =>
      held.pages.flatMap((answer, page): readonly (ScoreRow | undefined)[] => {
        const left = (total ?? pageSize) - (firstPage + page) * pageSize;
        return Array.from({ length: Math.max(0, Math.min(pageSize, left)) }, (_, index) => answer?.[index]);
      }),
    [held.pages, firstPage, total],
  );
  const onRange = useCallback((first: number, last: number) => {
    setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
  }, []);
  return { rows, total, error: held.error, offset: firstPage * pageSize, onRange };
}

const combine = (answers: readonly Answer[]) => ({
  total: answers.find(({ data }) => data !== undefined)?.data?.total,
  error: answers.find(({ error }) => error !== null)?.error ?? null,
  pages: answers.map(({ data }) => data?.rows),
});
