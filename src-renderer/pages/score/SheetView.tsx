/** A score sheet under one task: table and plot linked, with what is known of the row, the task and the models beside them. */
import { Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Domain,
  type ScoreOrder,
  type ScoreRow,
  type Sheet,
  type SheetTask,
  scoreOrder,
} from '../../../src-main/contract/scoring.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Columns, SidePanel } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { type RowPage, usePagedRows } from '../../parts/usePagedRows.ts';
import { defaultCutoff } from './call.ts';
import { Plot } from './Plot.tsx';
import { SelectedRow } from './SelectedRow.tsx';
import classes from './SheetView.module.css';
import { sheetName } from './sheet-name.ts';
import { ModelCards, TaskFacts } from './TaskFacts.tsx';
import { useTaskName } from './task-name.ts';
import { useColumns } from './useColumns.tsx';

type Props = {
  readonly sheet: Sheet;
  readonly tasks: readonly SheetTask[];
  readonly task: SheetTask | undefined;
  readonly scoring: boolean;
  readonly onTask: (task: SheetTask) => void;
};

type Filter = 'all' | Domain | 'failed';
const pageSize = 100;
const remembered = 'chorale.activeFrom';
/** While a sheet is being scored its rows are read again this often, in milliseconds. */
const livePace = 700;

export function SheetView({ sheet, tasks, task, scoring, onTask }: Props) {
  const { t } = useTranslation('score');
  const { queries } = useEngine();
  const format = useFormat();
  const nameOf = useTaskName();
  const reference = { kind: task?.kind ?? ('class' as const), taskId: task?.taskId ?? 0 };
  const [filter, setFilter] = useState<Filter>('all');
  const [order, setOrder] = useState<ScoreOrder>('input');
  const [cutoff, setCutoff] = useState(readCutoff);
  const [selected, setSelected] = useState<number | null>(null);
  const [reveal, setReveal] = useState<{ readonly index: number } | undefined>();

  const { rows, offset, total, error, onRange } = usePagedRows<ScoreRow, RowPage<ScoreRow>, readonly unknown[]>(
    pageSize,
    (from, limit) => ({
      ...queries.scoring.page.queryOptions({
        input: {
          sheetId: sheet.id,
          task: reference,
          filter: filter === 'all' ? {} : filter === 'failed' ? { failed: true } : { domain: filter },
          order,
          descending: order !== 'input',
          offset: from,
          limit,
        },
      }),
      refetchInterval: scoring ? livePace : false,
    }),
  );
  const { data: points = [] } = useQuery({
    ...queries.scoring.points.queryOptions({ input: { sheetId: sheet.id, task: reference } }),
    enabled: task !== undefined,
    refetchInterval: scoring ? 3 * livePace : false,
  });
  const { data: card, error: cardError } = useQuery({
    ...queries.scoring.task.queryOptions({ input: { sheetId: sheet.id, task: reference } }),
    enabled: task !== undefined,
  });
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const wide = useMediaQuery('(min-width: 1600px)') ?? false;
  const columns = useColumns({ sheet, task, card, cutoff, room: small ? 'little' : wide ? 'much' : 'some' });

  const openPoint = useCallback((position: number) => {
    setFilter('all');
    setOrder('input');
    setSelected(position);
    setReveal({ index: position });
  }, []);

  const found = rows.find((row) => row?.position === selected) ?? (selected === null ? rows[0] : undefined);
  // What is known of the row stays beside the table when the row itself is scrolled out of what is loaded.
  const kept = useRef(found);
  if (found !== undefined) kept.current = found;
  const chosen = found ?? (kept.current?.position === selected ? kept.current : undefined);

  if (task === undefined) return null;
  if (error) return <ErrorState error={error} />;
  const groups: readonly [name: 'evaluated' | 'values' | 'auxiliary', is: (candidate: SheetTask) => boolean][] = [
    ['evaluated', ({ kind, auxiliary }) => kind === 'class' && !auxiliary],
    ['values', ({ kind }) => kind === 'value'],
    ['auxiliary', ({ kind, auxiliary }) => kind === 'class' && auxiliary],
  ];
  const taskGroups = groups.map(([group, is]) => ({
    group: t(`tasks.${group}`),
    items: tasks.filter(is).map((candidate) => ({ value: keyOf(candidate), label: nameOf(candidate) })),
  }));
  const orderName = (value: ScoreOrder) => {
    const model = value === 'global' ? sheet.globalModel : value === 'own' ? sheet.ownModel : null;
    return value === 'global' || value === 'own'
      ? t('order.first', { model: model === null ? '' : t(`model.title.${model.kind}`) })
      : t(`order.${value}`);
  };
  /** Rows are on their way: grey bars stand for them. */
  const waits = total === undefined || (scoring && total === 0 && filter === 'all');
  const counts = { all: sheet.compounds, ...sheet.domains, failed: sheet.failed };
  const filters: readonly Filter[] = [
    'all',
    'inside',
    'edge',
    'outside',
    ...(sheet.failed > 0 ? ['failed' as const] : []),
  ];

  return (
    <Columns
      side={
        <SidePanel label={t('plot.title')} width={small ? 308 : 340}>
          <Plot
            sheet={sheet}
            task={task}
            card={card}
            points={points}
            cutoff={cutoff}
            selected={chosen?.position ?? null}
            onSelect={openPoint}
          />
          <SelectedRow row={chosen} sheet={sheet} task={task} card={card} />
          <TaskFacts sheet={sheet} card={card} error={cardError} />
          <ModelCards sheet={sheet} />
        </SidePanel>
      }
    >
      <div className={classes.tools}>
        <Select
          aria-label={t('task')}
          className={classes.task}
          searchable={tasks.length > 8}
          value={keyOf(task)}
          data={taskGroups}
          onChange={(value) => {
            const asked = tasks.find((candidate) => keyOf(candidate) === value);
            if (asked !== undefined) onTask(asked);
          }}
        />
        {task.kind === 'class' && (
          <>
            <span className={classes.label}>{t('activeFrom')}</span>
            <NumberField
              label={t('activeFrom')}
              value={cutoff}
              step={0.05}
              decimals={2}
              min={0}
              max={1}
              onChange={(value) => {
                setCutoff(value);
                localStorage.setItem(remembered, String(value));
              }}
            />
          </>
        )}
        <SegmentedFilter
          label={t('filter.label')}
          value={filter}
          onChange={setFilter}
          segments={filters.map((value) => ({ value, label: t(`filter.${value}`), count: counts[value] }))}
        />
        <Select
          aria-label={t('order.label')}
          className={classes.order}
          value={order}
          data={scoreOrder.options
            .filter((value) => hasModelsFor(value, sheet))
            .map((value) => ({
              value,
              label: orderName(value),
            }))}
          onChange={(value) => value !== null && setOrder(value)}
        />
      </div>
      {scoring && <Running sheet={sheet} />}
      <DataGrid<ScoreRow>
        label={t('list', { name: sheetName(sheet, format), task: nameOf(task) })}
        columns={columns}
        rows={waits ? grey : rows}
        offset={waits ? 0 : offset}
        total={waits ? Math.min(grey.length, Math.max(sheet.compounds, 1)) : total}
        rowKey={({ position }) => String(position)}
        rowHeight={72}
        selected={chosen === undefined ? null : String(chosen.position)}
        onSelect={({ position }) => setSelected(position)}
        onRange={onRange}
        reveal={reveal}
        quiet={({ domain }) => domain === null || domain === 'outside'}
        empty={<p className={classes.none}>{t('none')}</p>}
      />
    </Columns>
  );
}

const keyOf = ({ kind, taskId }: SheetTask): string => `${kind} ${taskId}`;

const grey = Array.from({ length: 8 }, () => undefined);

const hasModelsFor = (order: ScoreOrder, { globalModel, ownModel }: Sheet): boolean => {
  if (order === 'global') return globalModel !== null;
  if (order === 'own') return ownModel !== null;
  return order !== 'difference' || (globalModel !== null && ownModel !== null);
};

function Running({ sheet }: { sheet: Sheet }) {
  const { t } = useTranslation('score');
  const done = sheet.scored + sheet.failed;
  const known = sheet.compounds > 0;
  const words = known ? t('running', { done, total: sheet.compounds }) : t('runningUnknown');
  return (
    <div className={classes.running}>
      <Meter label={words} done={done} total={known ? sheet.compounds : null} width={180} />
      <span className="small second">{words}</span>
    </div>
  );
}

function readCutoff(): number {
  const kept = Number(localStorage.getItem(remembered) ?? Number.NaN);
  return kept >= 0 && kept <= 1 ? kept : defaultCutoff;
}
