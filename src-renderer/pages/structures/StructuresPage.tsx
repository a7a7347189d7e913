/** The page Structures: each structure as it was given and in its standard form, with what changed on the way. */
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHexagons, IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StructureFilter, StructureRow, StructuresSummary } from '../../../src-main/contract/chemistry.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { DataGrid } from '../../parts/DataGrid.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, SidePanel, Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { usePagedRows } from '../../parts/usePagedRows.ts';
import { Overview } from './Overview.tsx';
import { StructurePanel } from './StructurePanel.tsx';
import classes from './StructuresPage.module.css';
import type { StructuresSearch } from './search.ts';
import { useStructureColumns } from './useStructureColumns.tsx';

const route = getRouteApi('/structures');
const pageSize = 100;

export function StructuresPage() {
  const { t } = useTranslation(['structures', 'frame']);
  const format = useFormat();
  const { client, queries } = useEngine();
  const { running } = useJobs();
  const working = running.some(({ kind }) => kind === 'standardise' || kind === 'tasks');
  const {
    data: summary,
    error,
    refetch,
  } = useQuery({ ...queries.chemistry.summary.queryOptions(), refetchInterval: working ? 2_000 : false });
  const standardise = useMutation({ mutationFn: () => client.chemistry.standardise() });
  const busy = standardise.isPending || working;
  const title = t('frame:stations.structures');
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={
          summary &&
          summary.structures > 0 &&
          [
            t('facts', { count: summary.structures }),
            t('standardised', { count: summary.standardised }),
            summary.failed > 0 && t('aside', { count: summary.failed }),
            summary.waiting > 0 && t('waitingFact', { count: summary.waiting }),
          ]
            .filter(Boolean)
            .join(' · ')
        }
        actions={
          summary &&
          summary.waiting > 0 && (
            <>
              {standardise.isError && <ErrorLine error={standardise.error} />}
              <Button variant="primary" disabled={busy} onClick={() => standardise.mutate()}>
                {busy ? t('running') : t('standardise', { count: summary.waiting })}
              </Button>
            </>
          )
        }
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {summary?.structures === 0 && (
        <Empty
          icon={<IconHexagons aria-hidden />}
          title={t('empty.title')}
          action={
            <Button variant="primary" renderRoot={(props) => <Link to="/import" {...props} />}>
              {t('empty.action')}
            </Button>
          }
        >
          {t('empty.text')}
        </Empty>
      )}
      {summary && summary.structures > 0 && <Structures summary={summary} />}
      <span className="unseen" role="status">
        {summary && busy && format.count(summary.standardised)}
      </span>
    </Page>
  );
}

function Structures({ summary }: { summary: StructuresSummary }) {
  const { t } = useTranslation(['structures', 'frame']);
  const navigate = useNavigate();
  const { queries } = useEngine();
  const address = route.useSearch();
  const { filter = 'all', step, failure, search = '', row: selected } = address;
  const [text, setText] = useState(search);
  const [typed] = useDebouncedValue(text, 250);
  const columns = useStructureColumns();
  const [shown, setShown] = useState<StructureRow | null>(null);

  const show = (change: StructuresSearch) =>
    void navigate({ to: '/structures', search: { ...address, ...change }, replace: true });
  useEffect(() => {
    if (typed === search) return;
    void navigate({
      to: '/structures',
      search: { ...address, search: typed === '' ? undefined : typed },
      replace: true,
    });
  }, [typed, search, address, navigate]);

  const list = usePagedRows<StructureRow, { total: number; rows: StructureRow[] }, readonly unknown[]>(
    pageSize,
    (offset, limit) =>
      queries.chemistry.list.queryOptions({
        input: { filter, search, offset, limit, ...(step && { step }), ...(failure && { failure }) },
      }),
  );
  const counts = useFilterCounts(summary);
  const chosen = list.rows.find((row) => row?.id === selected) ?? (shown?.id === selected ? shown : null);
  return (
    <Columns
      side={
        <SidePanel label={t('panel.label')}>
          {chosen ? (
            <StructurePanel row={chosen} onBack={() => show({ row: undefined })} />
          ) : (
            <Overview
              summary={summary}
              onStep={(step) => show({ filter: 'changed', step, failure: undefined })}
              onFailure={(failure) => show({ filter: 'failed', failure, step: undefined })}
            />
          )}
        </SidePanel>
      }
    >
      <Toolbar
        end={
          <TextInput
            className={classes.search!}
            aria-label={t('search')}
            placeholder={t('search')}
            value={text}
            leftSection={<IconSearch className={classes.searchIcon} aria-hidden />}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        }
      >
        <SegmentedFilter<StructureFilter>
          label={t('filter.label')}
          value={filter}
          onChange={(next) =>
            show({ filter: next === 'all' ? undefined : next, step: undefined, failure: undefined, row: undefined })
          }
          segments={(['all', 'changed', 'duplicate', 'failed', 'waiting'] as const).map((value) => ({
            value,
            label: t(`filter.${value}`),
            count: counts[value],
          }))}
        />
      </Toolbar>
      {list.error ? (
        <ErrorState error={list.error} />
      ) : (
        <DataGrid
          key={`${filter} ${step} ${failure} ${search}`}
          label={t('table.label')}
          columns={columns}
          rows={list.rows}
          offset={list.offset}
          total={list.total ?? 0}
          onRange={list.onRange}
          rowKey={({ id }) => String(id)}
          rowHeight={72}
          selected={selected === undefined ? null : String(selected)}
          onSelect={(row) => {
            setShown(row);
            show({ row: row.id });
          }}
          quiet={({ state }) => state !== 'ok'}
          empty={list.total === 0 && <p className={classes.none}>{t('none')}</p>}
        />
      )}
    </Columns>
  );
}

/** The counts that the summary gives are of structures; those of changed and of equal forms are asked for. */
function useFilterCounts(summary: StructuresSummary): Readonly<Record<StructureFilter, number>> {
  const { queries } = useEngine();
  const one = (filter: StructureFilter) => queries.chemistry.list.queryOptions({ input: { filter, limit: 1 } });
  const all = useQuery(one('all')).data?.total ?? summary.structures;
  const changed = useQuery(one('changed')).data?.total ?? 0;
  const duplicate = useQuery(one('duplicate')).data?.total ?? 0;
  const mixture = useQuery(one('mixture')).data?.total ?? summary.notices.mixture;
  const failed = useQuery(one('failed')).data?.total ?? summary.failed;
  const waiting = useQuery(one('waiting')).data?.total ?? summary.waiting;
  return { all, changed, duplicate, mixture, failed, waiting };
}
