/** What each task reached on a fold: alone, federated, and the difference; classes, or values where a head has learnt them. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskResult } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { useNewest, useReport } from './models.ts';
import classes from './TaskResults.module.css';
import { ValueResults } from './ValueResults.tsx';

export function TaskResults() {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const federation = useFederation();
  const { aloneModel, globalModel } = useNewest(federation?.consortium?.series);
  const [fold, setFold] = useState<'test' | 'validation'>('test');
  const [kind, setKind] = useState<'classes' | 'values'>('classes');
  const differ =
    aloneModel !== undefined && globalModel !== undefined && aloneModel.taskSetId !== globalModel.taskSetId;
  // Results of two task sets cannot stand in one row: the federated model's are shown.
  const own = differ ? undefined : aloneModel;
  const { data, error, refetch } = useQuery(
    queries.training.tasks.queryOptions({
      input: { aloneModelId: own?.id ?? null, globalModelId: globalModel?.id ?? null, fold },
    }),
  );
  const [alone, global] = [useReport(own), useReport(globalModel)];
  const values = Math.max(...[alone, global].map((report) => report?.[fold].regressionTasks.length ?? 0));
  const columns = useColumns(globalModel !== undefined);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Toolbar>
        <SegmentedFilter
          label={t('tasks.fold')}
          value={fold}
          onChange={setFold}
          segments={(['test', 'validation'] as const).map((value) => ({ value, label: t(`tasks.${value}`) }))}
        />
        {values > 0 && (
          <SegmentedFilter
            label={t('tasks.kind')}
            value={kind}
            onChange={setKind}
            segments={[
              { value: 'classes', label: t('tasks.classes'), ...(data && { count: data.length }) },
              { value: 'values', label: t('tasks.values'), count: values },
            ]}
          />
        )}
      </Toolbar>
      {values > 0 && kind === 'values' ? (
        <ValueResults alone={alone} global={global} fold={fold} />
      ) : (
        <DataGrid
          label={t('tasks.list')}
          columns={columns}
          rows={data ?? grey}
          rowKey={({ taskId }) => String(taskId)}
          empty={<p className={classes.none}>{t('tasks.none')}</p>}
        />
      )}
    </>
  );
}

const grey = Array.from({ length: 12 }, () => undefined);

export const differenceOf = ({ alone, global }: TaskResult): number | null =>
  alone?.aucPr == null || global?.aucPr == null ? null : global.aucPr - alone.aucPr;

function useColumns(federated: boolean): readonly GridColumn<TaskResult>[] {
  const { t } = useTranslation(['train', 'tasks']);
  const format = useFormat();
  return useMemo(() => {
    const value = (amount: number | null | undefined) =>
      amount === null || amount === undefined ? <span className="third">–</span> : format.decimal(amount, 3);
    const metric = (
      id: 'alone' | 'aloneRoc' | 'global' | 'globalRoc',
      read: (row: TaskResult) => number | null | undefined,
    ): GridColumn<TaskResult> => ({
      id,
      head: t(`tasks.column.${id}`),
      width: 128,
      align: 'end',
      cell: (row) => value(read(row)),
      sort: (row) => read(row) ?? null,
      text: (row) => String(read(row) ?? ''),
    });
    return [
      {
        id: 'assay',
        head: t('tasks.column.assay'),
        width: 'minmax(120px, 1fr)',
        cell: ({ assay }) => <span className="name">{assay}</span>,
        sort: ({ assay }) => assay,
        text: ({ assay }) => assay,
      },
      {
        id: 'type',
        head: t('tasks.column.type'),
        width: 110,
        cell: ({ assayType }) => <span className="small second">{t(`tasks:type.${assayType}`)}</span>,
        sort: ({ assayType }) => assayType,
      },
      {
        id: 'threshold',
        head: t('tasks.column.threshold'),
        width: 96,
        align: 'end',
        cell: ({ threshold, direction }) => `${direction === 'high' ? '≥' : '≤'} ${format.decimal(threshold, 2)}`,
      },
      {
        id: 'actives',
        head: t('tasks.column.actives'),
        width: 84,
        align: 'end',
        cell: ({ actives }) => format.count(actives),
        sort: ({ actives }) => actives,
      },
      {
        id: 'inactives',
        head: t('tasks.column.inactives'),
        width: 84,
        align: 'end',
        cell: ({ inactives }) => <span className="second">{format.count(inactives)}</span>,
        sort: ({ inactives }) => inactives,
      },
      ...(federated ? [metric('global', ({ global }) => global?.aucPr)] : []),
      metric('alone', ({ alone }) => alone?.aucPr),
      ...(federated
        ? [
            {
              id: 'difference',
              head: t('tasks.column.difference'),
              width: 110,
              align: 'end' as const,
              cell: (row: TaskResult) => {
                const difference = differenceOf(row);
                if (difference === null) return <span className="third">–</span>;
                return (
                  <span className={Math.abs(difference) >= 0.1 ? 'name' : undefined}>
                    {format.signed(difference, 3)}
                  </span>
                );
              },
              sort: differenceOf,
            },
            metric('globalRoc', ({ global }) => global?.aucRoc),
          ]
        : []),
      metric('aloneRoc', ({ alone }) => alone?.aucRoc),
    ];
  }, [t, format, federated]);
}
