/** What each regression task reached on a fold: alone, federated, and the difference. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoldReport, ModelReport } from '../../../src-main/contract/training.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import classes from './TaskResults.module.css';

type Measured = FoldReport['regressionTasks'][number];
type Row = Pick<Measured, 'regressionTaskId' | 'assay' | 'assayType' | 'labels' | 'uncensored'> & {
  readonly alone: Measured['metrics'] | undefined;
  readonly global: Measured['metrics'] | undefined;
};

type Props = {
  readonly alone: ModelReport | undefined;
  readonly global: ModelReport | undefined;
  readonly fold: 'test' | 'validation';
};

export function ValueResults({ alone, global, fold }: Props) {
  const { t } = useTranslation('train');
  const rows = useMemo(
    () => valueRows(alone?.[fold].regressionTasks, global?.[fold].regressionTasks),
    [alone, global, fold],
  );
  const columns = useColumns(global !== undefined);
  return (
    <DataGrid
      label={t('tasks.valueList')}
      columns={columns}
      rows={rows}
      rowKey={({ regressionTaskId }) => String(regressionTaskId)}
      empty={<p className={classes.none}>{t('tasks.none')}</p>}
    />
  );
}

/** Of the tasks that either model was judged by, most values first; auxiliary ones are not judged. */
function valueRows(alone: readonly Measured[] = [], global: readonly Measured[] = []): Row[] {
  const metricsOf = (measured: readonly Measured[]) =>
    new Map(measured.map(({ regressionTaskId, metrics }) => [regressionTaskId, metrics]));
  const [own, common] = [metricsOf(alone), metricsOf(global)];
  const tasks = new Map([...alone, ...global].map((task) => [task.regressionTaskId, task]));
  return [...tasks.values()]
    .filter(({ auxiliary }) => !auxiliary)
    .sort((one, other) => other.labels - one.labels)
    .map(({ regressionTaskId, assay, assayType, labels, uncensored }) => ({
      ...{ regressionTaskId, assay, assayType, labels, uncensored },
      alone: own.get(regressionTaskId),
      global: common.get(regressionTaskId),
    }));
}

const differenceOf = ({ alone, global }: Row): number | null =>
  alone?.r2 == null || global?.r2 == null ? null : global.r2 - alone.r2;

function useColumns(federated: boolean): readonly GridColumn<Row>[] {
  const { t } = useTranslation(['train', 'tasks']);
  const format = useFormat();
  return useMemo(() => {
    const metric = (model: 'alone' | 'global', name: 'r2' | 'rmse' | 'pearson'): GridColumn<Row> => {
      const read = (row: Row) => row[model]?.[name] ?? null;
      return {
        id: `${model}-${name}`,
        head: `${t(`means.${model}`)} ${t(`metrics.${name}`)}`,
        width: 128,
        align: 'end',
        cell: (row) => {
          const value = read(row);
          return value === null ? <span className="third">–</span> : format.decimal(value, 3);
        },
        sort: read,
        text: (row) => String(read(row) ?? ''),
      };
    };
    const count = (id: 'labels' | 'uncensored'): GridColumn<Row> => ({
      id,
      head: t(`tasks.column.${id}`),
      width: 96,
      align: 'end',
      cell: (row) => format.count(row[id]),
      sort: (row) => row[id],
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
      count('labels'),
      count('uncensored'),
      ...(federated ? [metric('global', 'r2')] : []),
      metric('alone', 'r2'),
      ...(federated
        ? [
            {
              id: 'difference',
              head: t('tasks.column.difference'),
              width: 110,
              align: 'end' as const,
              cell: (row: Row) => {
                const difference = differenceOf(row);
                return difference === null ? <span className="third">–</span> : format.signed(difference, 3);
              },
              sort: differenceOf,
            },
            metric('global', 'rmse'),
          ]
        : []),
      metric('alone', 'rmse'),
    ];
  }, [t, format, federated]);
}
