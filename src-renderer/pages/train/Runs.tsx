/** Every run of this workspace, with the curve of the one that is selected. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, SidePanel } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { RunCurve } from './LearningCurve.tsx';
import classes from './TaskResults.module.css';
import { TrainedOn } from './TrainedOn.tsx';

const route = getRouteApi('/train');
const tones: Readonly<Record<Run['state'], Tone>> = { running: 'now', done: 'ok', failed: 'bad', cancelled: 'aside' };

export function Runs() {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { run: chosen } = route.useSearch();
  const { data, error, refetch } = useQuery(queries.training.runs.queryOptions({ input: {} }));
  const columns = useColumns();
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const selected = data?.find(({ id }) => id === chosen) ?? data?.[0];
  return (
    <Columns
      side={
        selected && (
          <SidePanel label={t('runs.curveOf')} width={376}>
            <RunCurve run={selected} height={260} />
            {selected.provider && <TrainedOn provider={selected.provider} />}
          </SidePanel>
        )
      }
    >
      <DataGrid
        label={t('runs.list')}
        columns={columns}
        rows={data ?? grey}
        rowKey={({ id }) => id}
        selected={selected?.id ?? null}
        onSelect={({ id }) => void navigate({ to: '/train', search: { view: 'runs', run: id } })}
        quiet={({ state }) => state === 'cancelled' || state === 'failed'}
        empty={<p className={classes.none}>{t('runs.none')}</p>}
      />
    </Columns>
  );
}

const grey = Array.from({ length: 4 }, () => undefined);

function useColumns(): readonly GridColumn<Run>[] {
  const { t } = useTranslation('train');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'kind',
        head: t('runs.column.kind'),
        width: 'minmax(100px, 1fr)',
        cell: ({ kind }) => <span className="name">{t(`runs.kind.${kind}`)}</span>,
      },
      {
        id: 'state',
        head: t('runs.column.state'),
        width: 116,
        cell: ({ state }) => <Status tone={tones[state]}>{t(`runs.state.${state}`)}</Status>,
      },
      {
        id: 'tasks',
        head: t('runs.column.tasks'),
        width: 92,
        cell: ({ taskSetId }) => <span className="small second">{t('runs.set', { id: taskSetId })}</span>,
      },
      {
        id: 'layers',
        head: t('runs.column.layers'),
        width: 92,
        align: 'end',
        cell: ({ hidden }) => hidden.map(format.count).join(' → '),
      },
      {
        id: 'steps',
        head: t('runs.column.steps'),
        width: 84,
        align: 'end',
        cell: ({ steps }) => format.count(steps),
      },
      {
        id: 'best',
        head: t('runs.column.best'),
        width: 112,
        align: 'end',
        cell: ({ best }) =>
          best?.validationAucPr == null ? (
            <span className="third">–</span>
          ) : (
            <span className="name">{format.decimal(best.validationAucPr, 3)}</span>
          ),
      },
      {
        id: 'at',
        head: t('runs.column.at'),
        width: 80,
        align: 'end',
        cell: ({ best }) => (best === null ? <span className="third">–</span> : format.count(best.step)),
      },
      {
        id: 'started',
        head: t('runs.column.started'),
        width: 110,
        align: 'end',
        cell: ({ createdAt }) => <span title={format.exact(createdAt)}>{format.moment(createdAt)}</span>,
      },
      {
        id: 'took',
        head: t('runs.column.took'),
        width: 96,
        align: 'end',
        cell: ({ createdAt, finishedAt }) =>
          finishedAt === null ? (
            <span className="third">–</span>
          ) : (
            format.duration(Date.parse(finishedAt) - Date.parse(createdAt))
          ),
      },
    ],
    [t, format],
  );
}
