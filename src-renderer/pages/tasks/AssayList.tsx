/** The assays by number of compounds, so that those that matter come first, with their threshold and status. */
import { Button, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconPencil, IconSearch, IconTargetArrow } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssayRow, TaskStatus } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './AssayList.module.css';
import { useNearMiss } from './near-miss.ts';
import { mainOf, thresholdText } from './threshold.ts';

type Props = {
  /** Undefined while they are read. */
  readonly assays: readonly AssayRow[] | undefined;
  readonly selected: number | null;
  readonly onSelect: (assayId: number) => void;
  readonly onShown: (assays: readonly AssayRow[]) => void;
};

const tones: Readonly<Record<TaskStatus, Tone>> = { ready: 'ok', 'not-evaluated': 'warn', 'too-few': 'aside' };
const filters = ['all', 'ready', 'not-evaluated', 'too-few'] as const;
type Filter = (typeof filters)[number];

export function AssayList({ assays, selected, onSelect, onShown }: Props) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const nearly = useNearMiss();
  const [filter, setFilter] = useState<Filter>('all');
  const [onlyNear, setOnlyNear] = useState(false);
  const [search, setSearch] = useState('');

  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return (assays ?? [])
      .filter(({ status }) => filter === 'all' || status === filter)
      .filter(({ nearMiss }) => !onlyNear || nearMiss !== null)
      .filter(({ code }) => wanted === '' || code.toLowerCase().includes(wanted));
  }, [assays, filter, onlyNear, search]);
  useEffect(() => onShown(shown), [shown, onShown]);

  const columns = useMemo<readonly GridColumn<AssayRow>[]>(
    () => [
      {
        id: 'code',
        head: t('column.assay'),
        width: 'minmax(92px, 1fr)',
        cell: (assay) => <Code assay={assay} />,
        text: ({ code }) => code,
      },
      {
        id: 'type',
        head: t('column.type'),
        width: 74,
        hideBelow: 480,
        cell: ({ type }) => <span className="small second">{t(`type.${type}`)}</span>,
        text: ({ type }) => type,
      },
      {
        id: 'compounds',
        head: <span title={t('column.compoundsLong')}>{t('column.compounds')}</span>,
        width: 74,
        align: 'end',
        cell: ({ compounds }) => format.count(compounds),
        text: ({ compounds }) => String(compounds),
      },
      {
        id: 'threshold',
        head: t('column.threshold'),
        width: 92,
        align: 'end',
        cell: (assay) => <Thresholds assay={assay} />,
        text: ({ thresholds }) => thresholds.map(({ threshold }) => threshold).join(' '),
      },
      {
        id: 'status',
        head: t('column.status'),
        width: 134,
        cell: ({ status, nearMiss }) => (
          <Status tone={tones[status]} title={nearMiss === null ? undefined : nearly(nearMiss)}>
            {t(`status.${status}`)}
          </Status>
        ),
        text: ({ status }) => status,
      },
    ],
    [t, format, nearly],
  );

  return (
    <>
      <div className={classes.tools}>
        <SegmentedFilter
          label={t('filter.label')}
          value={filter}
          onChange={setFilter}
          segments={filters.map((value) => ({
            value,
            label: value === 'all' ? t('filter.all') : t(`status.${value}`),
            count: (assays ?? []).filter(({ status }) => value === 'all' || status === value).length,
          }))}
        />
        <TextInput
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch aria-hidden />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <Button
          size="small"
          variant={onlyNear ? 'primary' : 'default'}
          aria-pressed={onlyNear}
          title={t('nearlyLong')}
          leftSection={<IconTargetArrow aria-hidden />}
          onClick={() => setOnlyNear(!onlyNear)}
        >
          {t('nearly', { count: (assays ?? []).filter(({ nearMiss }) => nearMiss !== null).length })}
        </Button>
      </div>
      <DataGrid
        label={t('list')}
        columns={columns}
        rows={assays === undefined ? grey : shown}
        rowKey={({ assayId }) => String(assayId)}
        selected={selected === null ? null : String(selected)}
        onSelect={({ assayId }) => onSelect(assayId)}
        quiet={({ status }) => status === 'too-few'}
        empty={<p className={classes.none}>{t('noMatch')}</p>}
      />
    </>
  );
}

const grey = Array.from({ length: 12 }, () => undefined);

/** The code, and a mark where replicates or structures of the assay want a look. */
function Code({ assay: { code, conflicts, structureFailed } }: { assay: AssayRow }) {
  const { t } = useTranslation('tasks');
  const look = [
    conflicts > 0 && t('look.conflicts', { count: conflicts }),
    structureFailed > 0 && t('look.structureFailed', { count: structureFailed }),
  ].filter((part) => part !== false);
  if (look.length === 0) return <span className="name">{code}</span>;
  const words = look.join(t('reason.shareJoin'));
  return (
    <span className={classes.code}>
      <span className="name cut">{code}</span>
      <span title={words} className={classes.look}>
        <IconAlertTriangle aria-hidden />
        <span className="unseen">{words}</span>
      </span>
    </span>
  );
}

/** The first threshold that is evaluated, a pencil when a person set it, and how many more there are. */
function Thresholds({ assay }: { assay: AssayRow }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const own = mainOf(assay.thresholds);
  const [first] = own;
  if (assay.fixed === 'classes') return <span className="third">{t('fixed.classes')}</span>;
  if (first === undefined) return <span className="third">–</span>;
  return (
    <span className={classes.thresholds}>
      {first.method === 'expert' && (
        <span title={t('status.expert')} className={classes.pencil}>
          <IconPencil aria-hidden />
          <span className="unseen">{t('status.expert')}</span>
        </span>
      )}
      {thresholdText(format, first.threshold)}
      {own.length > 1 && <span className="third"> +{own.length - 1}</span>}
    </span>
  );
}
