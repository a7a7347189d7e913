/** Rows that come in pages: fetches the pages that can be seen, and hands a grid the piece of the list that they make. */
import { keepPreviousData, type QueryKey, type UseQueryOptions, useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

export type RowPage<Row> = { readonly total: number; readonly rows: readonly Row[] };

export type PagedRows<Row> = {
  /** Undefined until the first page is there. */
  readonly total: number | undefined;
  readonly offset: number;
  readonly rows: readonly (Row | undefined)[];
  readonly onRange: (first: number, last: number) => void;
  readonly error: unknown;
};

/** @param pageOf the query of one page; it must change with the filter, so that other lists do not mix in */
export function usePagedRows<Row, Page extends RowPage<Row>, Key extends QueryKey>(
  pageSize: number,
  pageOf: (offset: number, limit: number) => UseQueryOptions<Page, Error, Page, Key>,
): PagedRows<Row> {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const pages = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  const results = useQueries({
    queries: pages.map((page) => ({ ...pageOf(page * pageSize, pageSize), placeholderData: keepPreviousData })),
  });
  const total = results.find(({ data }) => data !== undefined)?.data?.total;
  const last = total === undefined ? 0 : Math.max(0, Math.ceil(total / pageSize) - 1);
  const onRange = useCallback(
    (first: number, lastRow: number) =>
      setRange((before) => {
        const next = { first: Math.floor(first / pageSize), last: Math.floor(lastRow / pageSize) };
        return next.first === before.first && next.last === before.last ? before : next;
      }),
    [pageSize],
  );
  const rows = results.flatMap(({ data, isPlaceholderData }, index) => {
    const page = range.first + index;
    if (page > last) return [];
    const expected = total === undefined ? 0 : Math.min(pageSize, total - page * pageSize);
    const missing = data === undefined || isPlaceholderData;
    return Array.from({ length: Math.max(0, expected) }, (_, at) => (missing ? undefined : data.rows[at]));
  });
  return {
    total,
    offset: Math.min(range.first, last) * pageSize,
    rows,
    onRange,
    error: results.find(({ error }) => error !== null)?.error,
  };
}
