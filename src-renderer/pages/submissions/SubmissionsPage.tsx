/** The page of the station Submissions: what was decided and sent, to whom, how many bytes, and the proof of it. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageState, PackageSummary } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status } from '../../parts/Status.tsx';
import { stateTones } from '../review/Decisions.tsx';
import { SubmissionPanel } from './SubmissionPanel.tsx';
import classes from './SubmissionsPage.module.css';

const decided: readonly PackageState[] = ['approved', 'sent', 'refused', 'changes-requested', 'void'];
const filters = ['all', 'sent', 'approved', 'kept'] as const;
type Filter = (typeof filters)[number];

const passes = ({ state }: PackageSummary, filter: Filter): boolean =>
  filter === 'all' || (filter === 'kept' ? state !== 'sent' && state !== 'approved' : state === filter);

export function SubmissionsPage() {
  const { t } = useTranslation(['submissions', 'frame', 'review']);
  const { queries } = useEngine();
  const format = useFormat();
  const navigate = useNavigate();
  const [filter, setFilter] = useState<Filter>('all');
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(
    queries.release.list.queryOptions({ input: { states: [...decided], limit: 500 } }),
  );
  const title = t('frame:stations.submissions');
  const columns = useColumns();

  if (error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (data?.length === 0) {
    return (
      <Page title={title}>
        <PageHeader title={title} facts={t('noneSent')} />
        <Empty
          icon={<IconSend aria-hidden />}
          title={t('empty.title')}
          action={<Button onClick={() => void navigate({ to: '/review' })}>{t('empty.action')}</Button>}
        >
          {t('empty.text')}
        </Empty>
      </Page>
    );
  }
  const shown = (data ?? []).filter((submission) => passes(submission, filter));
  const selected = shown.find(({ hash }) => hash === chosen) ?? shown[0];
  const sent = (data ?? []).filter(({ state }) => state === 'sent');
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={
          sent.length === 0
            ? t('noneSent')
            : t('facts', {
                count: sent.length,
                bytes: format.bytes(sent.reduce((sum, { bytes }) => sum + bytes, 0)),
                hosts: [...new Set(sent.map(({ recipientHost }) => recipientHost))].join(', '),
              })
        }
      />
      <Columns side={selected && <SubmissionPanel key={selected.hash} submission={selected} />}>
        <Toolbar>
          <SegmentedFilter
            label={t('filter.label')}
            value={filter}
            onChange={setFilter}
            segments={filters.map((value) => ({
              value,
              label: t(`filter.${value}`),
              count: (data ?? []).filter((submission) => passes(submission, value)).length,
            }))}
          />
        </Toolbar>
        <DataGrid
          label={t('list')}
          columns={columns}
          rows={data === undefined ? grey : shown}
          rowKey={({ hash }) => hash}
          selected={selected?.hash ?? null}
          onSelect={({ hash }) => setChosen(hash)}
          onOpen={({ hash }) => void navigate({ to: '/review', search: { package: hash } })}
          quiet={({ state }) => state !== 'sent' && state !== 'approved'}
          empty={<p className={classes.none}>{t('none')}</p>}
        />
      </Columns>
    </Page>
  );
}

const grey = Array.from({ length: 6 }, () => undefined);

function useColumns(): readonly GridColumn<PackageSummary>[] {
  const { t } = useTranslation(['submissions', 'review']);
  const format = useFormat();
  // The recipient stands in the panel too, so it is what gives way in a small window.
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  return useMemo(
    () => [
      {
        id: 'name',
        head: t('column.name'),
        width: 100,
        cell: ({ name }) => <span className="name">{name}</span>,
        text: ({ name }) => name,
      },
      {
        id: 'round',
        head: t('column.round'),
        width: 76,
        align: 'end',
        cell: ({ round }) => format.count(round),
        text: ({ round }) => String(round),
      },
      {
        id: 'state',
        head: t('column.state'),
        width: 172,
        cell: ({ state }) => <Status tone={stateTones[state]}>{t(`review:state.${state}`)}</Status>,
        text: ({ state }) => state,
      },
      ...(small
        ? []
        : [
            {
              id: 'to',
              head: t('column.to'),
              width: 'minmax(140px, 1fr)',
              cell: ({ recipientHost }: PackageSummary) => <span className="small second">{recipientHost}</span>,
              text: ({ recipientHost }: PackageSummary) => recipientHost,
            },
          ]),
      {
        id: 'bytes',
        head: t('column.bytes'),
        width: 110,
        align: 'end',
        cell: ({ state, bytes }) =>
          state === 'sent' ? format.count(bytes) : <span className="third">{t('notSent')}</span>,
        text: ({ state, bytes }) => String(state === 'sent' ? bytes : 0),
      },
      {
        id: 'decided',
        head: t('column.decided'),
        width: 'minmax(96px, 0.6fr)',
        cell: ({ decidedBy }) => decidedBy ?? <span className="third">–</span>,
        text: ({ decidedBy }) => decidedBy ?? '',
      },
      {
        id: 'sent',
        head: t('column.sent'),
        width: 90,
        align: 'end',
        cell: ({ sentAt }) =>
          sentAt === null ? (
            <span className="third">–</span>
          ) : (
            <span title={format.exact(sentAt)}>{format.when(sentAt)}</span>
          ),
        text: ({ sentAt }) => sentAt ?? '',
      },
      {
        id: 'receipt',
        head: t('column.receipt'),
        width: 116,
        cell: ({ state, receipt }) =>
          state !== 'sent' ? (
            <span className="third">{t('receipt.none')}</span>
          ) : receipt === null ? (
            <Status tone="wait">{t('receipt.missing')}</Status>
          ) : (
            <Status tone="ok">{t('receipt.here')}</Status>
          ),
        text: ({ receipt }) => receipt ?? '',
      },
    ],
    [t, format, small],
  );
}
