/** The page Structures: each structure as it was given and in its standard form, with what changed on the way. */
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHexagons, IconSearch, IconX } from '@tabler/icons-react';
import { useMutation, useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type DuplicateGroup,
  type StructureFilter,
  type StructureNotice,
  type StructureRow,
  type StructuresSummary,
  structureNotice,
} from '../../../src-main/contract/chemistry.ts';
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
import { Salts } from './Salts.tsx';
import { SameForm, SameFormPanel } from './SameForm.tsx';
import { StructurePanel } from './StructurePanel.tsx';
import classes from './StructuresPage.module.css';
import { type StructuresSearch, type StructuresView, structuresView } from './search.ts';
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

type Segment = StructuresView | `notice ${StructureNotice}`;
const noticed = (notice: StructureNotice): Segment => `notice ${notice}`;

/** Filters that one part of the overview sets: they leave when another view is opened. */
const noFilters = { step: undefined, failure: undefined, notice: undefined, removed: undefined };
const nothingChosen = { row: undefined, group: undefined };

function Structures({ summary }: { summary: StructuresSummary }) {
  const { t } = useTranslation(['structures', 'frame']);
  const navigate = useNavigate();
  const address = route.useSearch();
  const { filter: view = 'all', search = '' } = address;
  const [text, setText] = useState(search);
  const [typed] = useDebouncedValue(text, 250);
  const [shown, setShown] = useState<StructureRow | null>(null);
  const [group, setGroup] = useState<DuplicateGroup | null>(null);

  const show = (change: StructuresSearch) =>
    void navigate({ to: '/structures', search: { ...address, ...change }, replace: true });
  const only = (change: StructuresSearch) => show({ ...noFilters, ...nothingChosen, ...change });
  useEffect(() => {
    if (typed === search) return;
    void navigate({
      to: '/structures',
      search: { ...address, search: typed === '' ? undefined : typed },
      replace: true,
    });
  }, [typed, search, address, navigate]);

  const counts = useViewCounts(summary);
  const notices = useNoticeCounts(summary, address.notice);
  const isShown = (value: StructuresView) =>
    counts[value] > 0 || value === view || value === 'all' || value === 'changed';
  const segment = (value: StructuresView) => ({ value, label: t(`filter.${value}`), count: counts[value] });
  const panel =
    shown !== null && shown.id === address.row ? (
      <StructurePanel row={shown} onBack={() => show(nothingChosen)} />
    ) : group !== null && group.smiles === address.group ? (
      <SameFormPanel group={group} onBack={() => show(nothingChosen)} />
    ) : (
      <Overview
        summary={summary}
        onStep={(step) => only({ filter: 'changed', step })}
        onFailure={(failure) => only({ filter: 'failed', failure })}
        onNotice={(notice) => only({ filter: undefined, notice })}
      />
    );
  return (
    <Columns side={<SidePanel label={t('panel.label')}>{panel}</SidePanel>}>
      <Toolbar
        end={
          view !== 'salts' && (
            <TextInput
              className={classes.search!}
              aria-label={t('search')}
              placeholder={t('search')}
              value={text}
              leftSection={<IconSearch className={classes.searchIcon} aria-hidden />}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
            />
          )
        }
      >
        <SegmentedFilter<Segment>
          label={t('filter.label')}
          value={address.notice ? noticed(address.notice) : view}
          onChange={(next) => {
            const notice = structureNotice.options.find((one) => noticed(one) === next);
            const filter = structuresView.safeParse(next).data;
            only(notice ? { filter: undefined, notice } : { filter: filter === 'all' ? undefined : filter });
          }}
          segments={[
            ...(['all', 'changed', 'salts', 'duplicate'] as const).filter(isShown).map(segment),
            ...notices.map(({ notice, count }) => ({
              value: noticed(notice),
              label: t(`filter.notice.${notice}`),
              count,
            })),
            ...(['failed', 'waiting'] as const).filter(isShown).map(segment),
          ]}
        />
      </Toolbar>
      <Narrowed onClear={() => only({})} />
      {view === 'salts' ? (
        <Salts onOpen={(smiles) => only({ filter: undefined, removed: smiles })} />
      ) : view === 'duplicate' ? (
        <SameForm
          search={search}
          selected={address.group}
          onSelect={(chosen) => {
            setGroup(chosen);
            show({ group: chosen.smiles });
          }}
        />
      ) : (
        <StructureList
          filter={view}
          onSelect={(row) => {
            setShown(row);
            show({ row: row.id });
          }}
          onFound={setShown}
        />
      )}
    </Columns>
  );
}

/** What the list is narrowed to besides its view, with the way back. */
function Narrowed({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation('structures');
  const { step, failure, removed }: StructuresSearch = route.useSearch();
  const what = [
    step && t(`steps.${step}`),
    failure && t(`failures.${failure}`),
    removed && t('shown.removed', { smiles: removed }),
  ].filter(Boolean);
  if (what.length === 0) return null;
  const said = what.join(' · ');
  return (
    <div className={classes.narrowed}>
      <span className="small third">{t('shown.label')}</span>
      <Button
        size="small"
        rightSection={<IconX aria-hidden />}
        aria-label={t('shown.clear', { what: said })}
        onClick={onClear}
      >
        {said}
      </Button>
    </div>
  );
}

type ListProps = {
  readonly filter: StructureFilter;
  readonly onSelect: (row: StructureRow) => void;
  /** The row that the address names has come: it was opened by a link. */
  readonly onFound: (row: StructureRow) => void;
};

function StructureList({ filter, onSelect, onFound }: ListProps) {
  const { t } = useTranslation('structures');
  const { queries } = useEngine();
  const { step, failure, notice, removed, search = '', row: selected } = route.useSearch();
  const columns = useStructureColumns();
  const narrowed = {
    filter,
    search,
    ...(step && { step }),
    ...(failure && { failure }),
    ...(notice && { notice }),
    ...(removed && { removed }),
  };
  const list = usePagedRows<StructureRow, { total: number; rows: StructureRow[] }, readonly unknown[]>(
    pageSize,
    (offset, limit) => queries.chemistry.list.queryOptions({ input: { ...narrowed, offset, limit } }),
  );
  const chosen = list.rows.find((row) => row?.id === selected);
  useEffect(() => {
    if (chosen !== undefined) onFound(chosen);
  }, [chosen, onFound]);
  if (list.error) return <ErrorState error={list.error} />;
  return (
    <DataGrid
      key={JSON.stringify(narrowed)}
      label={t('table.label')}
      columns={columns}
      rows={list.rows}
      offset={list.offset}
      total={list.total ?? 0}
      onRange={list.onRange}
      rowKey={({ id }) => String(id)}
      rowHeight={72}
      selected={selected === undefined ? null : String(selected)}
      onSelect={onSelect}
      quiet={({ state }) => state !== 'ok'}
      empty={list.total === 0 && <p className={classes.none}>{t('none')}</p>}
    />
  );
}

/** Rows of each view: of compounds by name for the filters, of fragments and of forms for the other two. */
function useViewCounts(summary: StructuresSummary): Readonly<Record<StructuresView, number>> {
  const { queries } = useEngine();
  const one = (filter: StructureFilter) => queries.chemistry.list.queryOptions({ input: { filter, limit: 1 } });
  return {
    all: useQuery(one('all')).data?.total ?? summary.structures,
    changed: useQuery(one('changed')).data?.total ?? 0,
    failed: useQuery(one('failed')).data?.total ?? summary.failed,
    waiting: useQuery(one('waiting')).data?.total ?? summary.waiting,
    salts: useQuery(queries.chemistry.salts.queryOptions({ input: { limit: 1 } })).data?.total ?? 0,
    duplicate: useQuery(queries.chemistry.duplicates.queryOptions({ input: { limit: 1 } })).data?.total ?? 0,
  };
}

/** Compounds by each notice that standardisation has left on any of them, and by the one that is looked at. */
function useNoticeCounts(summary: StructuresSummary, asked: StructureNotice | undefined) {
  const { queries } = useEngine();
  const notices = structureNotice.options.filter((notice) => summary.notices[notice] > 0 || notice === asked);
  const pages = useQueries({
    queries: notices.map((notice) =>
      queries.chemistry.list.queryOptions({ input: { filter: 'all', notice, limit: 1 } }),
    ),
  });
  return notices.map((notice, at) => ({ notice, count: pages[at]?.data?.total ?? summary.notices[notice] }));
}
