/** Rows that come in pages: fetches the pages that can be seen, and hands a grid the piece of the list that they make. */
import { type QueryKey, type UseQueryOptions, useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';

export type RowPage<Row> = { readonly total: number; readonly rows: readonly Row[] };

export type PagedRows<Row> = {
  /** Undefined until the first page is there. */
  readonly total: number | undefined;
  readonly offset: number;
  readonly rows: readonly (Row | undefined)[];
  readonly onRange: (first: number, last: number) => void;
  readonly error: unknown;
};

/** @param pageOf the query of one page; its key must change with the filter, so that other lists do not mix in */
export function usePagedRows<Row, Page extends RowPage<Row>, Key extends QueryKey>(
  pageSize: number,
  pageOf: (offset: number, limit: number) => UseQueryOptions<Page, Error, Page, Key>,
): PagedRows<Row> {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const held = useQueries({
    queries: Array.from({ length: range.last - range.first + 1 }, (_, page) =>
      pageOf((range.first + page) * pageSize, pageSize),
    ),
    combine,
  });
  // How many rows there are stays known while a further page is on its way; else the grid would shrink under the reader,
  // see other rows, ask for those, and so on without an end.
  const asked = JSON.stringify(pageOf(0, pageSize).queryKey);
  const known = useRef({ asked, total: held.total });
  if (held.total !== undefined || known.current.asked !== asked) known.current = { asked, total: held.total };
  const { total } = known.current;

  const lastPage = total === undefined ? range.last : Math.max(0, Math.ceil(total / pageSize) - 1);
  const firstPage = Math.min(range.first, lastPage);
  const rows = useMemo(
    () =>
      held.pages.flatMap((page, index): readonly (Row | undefined)[] => {
        const left = (total ?? 0) - (range.first + index) * pageSize;
        return Array.from({ length: Math.max(0, Math.min(pageSize, left)) }, (_, at) => page?.[at] as Row | undefined);
      }),
    [held.pages, total, range.first, pageSize],
  );
  const onRange = useCallback(
    (first: number, last: number) =>
      setRange((before) => {
        const next = { first: Math.floor(first / pageSize), last: Math.floor(last / pageSize) };
        return next.first === before.first && next.last === before.last ? before : next;
      }),
    [pageSize],
  );
  return { total, offset: firstPage * pageSize, rows, onRange, error: held.error };
}

type Answer = { readonly data: RowPage<unknown> | undefined; readonly error: unknown };

const combine = (answers: readonly Answer[]) => ({
  total: answers.find(({ data }) => data !== undefined)?.data?.total,
  error: answers.find(({ error }) => error !== null)?.error,
  pages: answers.map(({ data }) => data?.rows),
});
