/** The entries of the log, drawn as the chain they are: newest first, each tied to the one before by its hash. */
import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditAct, type AuditEntry, auditAct, auditActs, auditGroup } from '../../../src-main/contract/audit.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './EntryList.module.css';
import { useFacts } from './facts.ts';
import { type Period, periods, sinceOf } from './period.ts';

type Props = {
  /** Whose names stand in the log. */
  readonly people: readonly string[];
  /** Entries from this one on are not proven. */
  readonly intactUpTo: number;
  readonly selected: AuditEntry | null;
  readonly onSelect: (entry: AuditEntry) => void;
};

const filters = ['all', ...auditGroup.options] as const;
type Filter = (typeof filters)[number];
const pageSize = 100;

export function EntryList({ people, intactUpTo, selected, onSelect }: Props) {
  const { t } = useTranslation(['audit', 'bundle']);
  const { queries } = useEngine();
  const [filter, setFilter] = useState<Filter>('all');
  const [person, setPerson] = useState<string | null>(null);
  const [act, setAct] = useState<AuditAct | null>(null);
  const [period, setPeriod] = useState<Period>('all');
  const since = useMemo(() => sinceOf(period), [period]);
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), 200);
  const columns = useColumns(intactUpTo);

  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...queries.audit.entries.infiniteOptions({
      initialPageParam: undefined as number | undefined,
      input: (before) => ({
        limit: pageSize,
        ...(filter === 'all' ? {} : { group: filter }),
        ...(act === null ? {} : { act }),
        ...(person === null ? {} : { person }),
        ...(since === null ? {} : { since }),
        ...(wanted === '' ? {} : { search: wanted }),
        ...(before === undefined ? {} : { before }),
      }),
      getNextPageParam: ({ entries }) => (entries.length < pageSize ? undefined : entries.at(-1)?.seq),
    }),
    placeholderData: keepPreviousData,
  });
  const entries = useMemo(() => data?.pages.flatMap((page) => page.entries), [data]);
  const loaded = entries?.length ?? 0;
  const onRange = useCallback(
    (_: number, last: number) => {
      if (last >= loaded - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    [loaded, hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.filters}>
        <Toolbar>
          <SegmentedFilter
            label={t('filter.label')}
            value={filter}
            onChange={(next) => {
              setFilter(next);
              setAct(null);
            }}
            segments={filters.map((value) => ({ value, label: t(`filter.${value}`) }))}
          />
          <TextInput
            className={classes.search}
            aria-label={t('search')}
            placeholder={t('search')}
            leftSection={<IconSearch aria-hidden />}
            value={search}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </Toolbar>
        <Toolbar end={t('newestFirst')}>
          <Select
            className={classes.person}
            aria-label={t('bundle:filter.person')}
            placeholder={t('bundle:filter.everybody')}
            clearable
            searchable
            value={person}
            data={['engine', ...people].map((value) => ({
              value,
              label: value === 'engine' ? t('bundle:filter.engine') : value,
            }))}
            onChange={setPerson}
          />
          <Select
            className={classes.act}
            aria-label={t('bundle:filter.act')}
            placeholder={t('bundle:filter.everyAct')}
            clearable
            searchable
            value={act}
            data={(filter === 'all' ? auditAct.options : auditActs[filter]).map((value) => ({
              value,
              label: t(`act.${value}`),
            }))}
            onChange={(value) => setAct(value as AuditAct | null)}
          />
          <Select
            className={classes.period}
            aria-label={t('bundle:filter.since')}
            allowDeselect={false}
            value={period}
            data={periods.map((value) => ({ value, label: t(`bundle:periods.${value}`) }))}
            onChange={(value) => setPeriod((value ?? 'all') as Period)}
          />
        </Toolbar>
      </div>
      <DataGrid
        label={t('list')}
        columns={columns}
        rows={entries ?? grey}
        total={entries === undefined ? grey.length : Math.max(loaded, data?.pages[0]?.matching ?? 0)}
        rowKey={({ seq }) => String(seq)}
        selected={selected === null ? null : String(selected.seq)}
        onSelect={onSelect}
        onRange={onRange}
        empty={<p className={classes.none}>{t('none')}</p>}
      />
    </>
  );
}

const grey = Array.from({ length: 16 }, () => undefined);

function useColumns(intactUpTo: number): readonly GridColumn<AuditEntry>[] {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const facts = useFacts();
  return useMemo(
    () => [
      {
        id: 'seq',
        head: t('column.entry'),
        width: 68,
        align: 'end',
        cell: ({ seq }) => <span className="second">{format.count(seq)}</span>,
        text: ({ seq }) => String(seq),
      },
      {
        id: 'time',
        head: t('column.time'),
        width: 112,
        cell: ({ at }) => (
          <span className="small second" title={format.exact(at)}>
            {format.moment(at)}
          </span>
        ),
        text: ({ at }) => at,
      },
      {
        id: 'who',
        head: t('column.who'),
        width: 'minmax(104px, 0.7fr)',
        cell: ({ person }) => (person === 'engine' ? <span className="second">{t('engine')}</span> : person),
        text: ({ person }) => person,
      },
      {
        id: 'what',
        head: t('column.what'),
        width: 'minmax(160px, 0.9fr)',
        cell: ({ act }) => <span className="name">{t(`act.${act}`)}</span>,
        text: ({ act }) => act,
      },
      {
        id: 'subject',
        head: t('column.subject'),
        width: 'minmax(140px, 1.6fr)',
        cell: (entry) => <span className="small second">{facts(entry)}</span>,
        text: ({ subject }) => subject,
      },
      {
        id: 'hash',
        head: t('column.hash'),
        width: 128,
        cell: ({ hash, seq }) => (
          <span
            className={classes.link}
            data-broken={seq >= intactUpTo || undefined}
            data-first={seq === 1 || undefined}
          >
            <Hash value={hash} />
          </span>
        ),
        text: ({ hash }) => hash,
      },
    ],
    [t, format, facts, intactUpTo],
  );
}
