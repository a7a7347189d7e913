/** Every connection that was tried, allowed or refused: host, what for, bytes, and the package it carried. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection, Egress as EgressTotals } from '../../../src-main/contract/audit.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { downloadStream } from '../../parts/download.ts';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status } from '../../parts/Status.tsx';
import { RefusedState } from './Egress.tsx';
import classes from './EntryList.module.css';

const filters = ['all', 'allowed', 'denied', 'failed'] as const;
type Filter = (typeof filters)[number];
const pageSize = 100;

export function ConnectionList() {
  const { t } = useTranslation('audit');
  const { client, queries } = useEngine();
  const totals = useQuery(queries.audit.egress.queryOptions()).data;
  const save = useMutation({
    mutationFn: async () => downloadStream('connections.csv', await client.audit.exportConnections()),
  });
  const [filter, setFilter] = useState<Filter>('all');
  const columns = useColumns();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...queries.audit.connections.infiniteOptions({
      initialPageParam: undefined as number | undefined,
      input: (before) => ({
        limit: pageSize,
        ...(filter === 'all' ? {} : { outcome: filter }),
        ...(before === undefined ? {} : { before }),
      }),
      getNextPageParam: ({ connections }) => (connections.length < pageSize ? undefined : connections.at(-1)?.id),
    }),
    placeholderData: keepPreviousData,
  });
  const connections = useMemo(() => data?.pages.flatMap((page) => page.connections), [data]);
  const loaded = connections?.length ?? 0;
  const onRange = useCallback(
    (_: number, last: number) => {
      if (last >= loaded - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    [loaded, hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  const counts = totals && callsOf(totals);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Toolbar
        end={
          <>
            {save.error && <ErrorLine error={save.error} />}
            <Button
              size="compact-sm"
              leftSection={<IconDownload aria-hidden />}
              disabled={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('connections.export')}
            </Button>
          </>
        }
      >
        <SegmentedFilter
          label={t('connections.filter.label')}
          value={filter}
          onChange={setFilter}
          segments={filters.map((value) => ({
            value,
            label: t(`connections.filter.${value}`),
            ...(counts && { count: counts[value] }),
          }))}
        />
      </Toolbar>
      <DataGrid
        label={t('connections.list')}
        columns={columns}
        rows={connections ?? grey}
        total={connections === undefined ? grey.length : Math.max(loaded, data?.pages[0]?.matching ?? 0)}
        rowKey={({ id }) => String(id)}
        onRange={onRange}
        quiet={({ outcome }) => outcome !== 'allowed'}
        empty={<p className={classes.none}>{t('connections.none')}</p>}
      />
    </>
  );
}

/** Calls, not rows: the like of an hour are one row. */
const callsOf = ({ hosts }: EgressTotals): Readonly<Record<Filter, number>> => {
  const sum = (what: 'calls' | 'allowed' | 'denied' | 'failed') => hosts.reduce((all, host) => all + host[what], 0);
  return { all: sum('calls'), allowed: sum('allowed'), denied: sum('denied'), failed: sum('failed') };
};

const known = [
  'hello',
  'watch',
  'message',
  'missing',
  'chunk-up',
  'chunk-down',
  'chain',
  'charter',
  'standing',
  'page',
] as const;

const isKnown = (purpose: string): purpose is (typeof known)[number] => (known as readonly string[]).includes(purpose);

const grey = Array.from({ length: 12 }, () => undefined);

function useColumns(): readonly GridColumn<Connection>[] {
  const { t } = useTranslation('audit');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'time',
        head: t('connections.column.time'),
        width: 108,
        cell: ({ at, lastAt }) => (
          <span className="small second" title={`${format.exact(at)} – ${format.exact(lastAt)}`}>
            {format.moment(at)}
          </span>
        ),
        text: ({ at }) => at,
      },
      {
        id: 'host',
        head: t('connections.column.host'),
        width: 'minmax(124px, 1.2fr)',
        cell: ({ host, proxy }) => (
          <span title={proxy === null ? host : `${host} ${t('connections.through', { proxy })}`}>
            <span className="name">{host}</span>
            {proxy !== null && <span className="small third"> {t('connections.through', { proxy })}</span>}
          </span>
        ),
        text: ({ host, proxy }) => (proxy === null ? host : `${host} ${t('connections.through', { proxy })}`),
      },
      {
        id: 'purpose',
        head: t('connections.column.purpose'),
        width: 'minmax(158px, 1fr)',
        cell: ({ purpose, calls }) => (
          <span className="small second">
            {isKnown(purpose) ? t(`connections.purpose.${purpose}`) : purpose}
            {calls > 1 && ` × ${format.count(calls)}`}
          </span>
        ),
        text: ({ purpose }) => purpose,
      },
      {
        id: 'package',
        head: t('connections.column.package'),
        width: 76,
        cell: ({ packageName }) => packageName ?? <span className="third">–</span>,
        text: ({ packageName }) => packageName ?? '',
      },
      {
        id: 'out',
        head: t('connections.column.out'),
        width: 80,
        align: 'end',
        cell: ({ bytesOut }) => format.bytes(bytesOut),
        text: ({ bytesOut }) => String(bytesOut),
      },
      {
        id: 'in',
        head: t('connections.column.in'),
        width: 80,
        align: 'end',
        cell: ({ bytesIn }) => format.bytes(bytesIn),
        text: ({ bytesIn }) => String(bytesIn),
      },
      {
        id: 'outcome',
        head: t('connections.column.outcome'),
        width: 116,
        cell: ({ outcome, reason }) => (
          <span title={reason ?? undefined}>
            {outcome === 'denied' ? (
              <RefusedState />
            ) : (
              <Status tone={outcome === 'allowed' ? 'ok' : 'warn'}>{t(`egress.${outcome}`)}</Status>
            )}
          </span>
        ),
        text: ({ outcome, reason }) => (reason === null ? outcome : `${outcome}: ${reason}`),
      },
    ],
    [t, format],
  );
}
