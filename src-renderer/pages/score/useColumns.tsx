/** The columns of a score sheet: structure, what both models predict, the call, the difference, and the domain in words. */
import { IconBan, IconCircleCheck, IconCircleDashed, IconCircleHalf2, IconCircleX } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScoreRow, Sheet, SheetTask, TaskCard } from '../../../src-main/contract/scoring.ts';
import { useFormat } from '../../app/format.ts';
import type { GridColumn } from '../../parts/DataGrid.tsx';
import { IntervalBar } from '../../parts/IntervalBar.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Status } from '../../parts/Status.tsx';
import { callOf, digitsOf, endsOf, isLarge, predictionText } from './call.ts';
import classes from './SheetView.module.css';

type Choices = {
  readonly sheet: Sheet;
  readonly task: SheetTask | undefined;
  readonly card: TaskCard | undefined;
  readonly cutoff: number;
  /** What the window leaves for bars. */
  readonly room: 'little' | 'some' | 'much';
};

/** Length of a probability's bar, in pixels. */
const barWidth = { little: 36, some: 64, much: 104 } as const;

/** What the ends of an interval take beyond that. */
const intervalRoom = { little: 36, some: 16, much: 0 } as const;

export function useColumns({ sheet, task, card, cutoff, room }: Choices): readonly GridColumn<ScoreRow>[] {
  const { t } = useTranslation('score');
  const format = useFormat();
  const { globalModel, ownModel } = sheet;
  const both = globalModel !== null && ownModel !== null;
  return useMemo(() => {
    const values = task?.kind === 'value';
    const ends = endsOf(card);
    const text = (value: number) => (task === undefined ? '' : predictionText(format, task, value));
    const prediction = (id: 'global' | 'own'): GridColumn<ScoreRow> => ({
      id,
      head: t(`model.title.${(id === 'global' ? globalModel : ownModel)!.kind}`),
      width: barWidth[room] + (room === 'little' ? 62 : 68) + (values ? intervalRoom[room] : 0),
      cell: (row) => {
        const value = row[id];
        if (value === null) return <span className="third">–</span>;
        const reach = card?.kind === 'value' ? (card[id]?.interval ?? null) : null;
        const [low, high] = reach === null ? [null, null] : [value - reach, value + reach];
        return (
          <IntervalBar
            {...ends}
            value={value}
            low={low}
            high={high}
            series={id}
            text={text(value)}
            below={low !== null && t('card.rangeValue', { least: text(low), most: text(high) })}
            quiet={id === 'global' && row.domain === 'outside'}
            width={barWidth[room]}
          />
        );
      },
      text: (row) => String(row[id] ?? ''),
    });
    return [
      {
        id: 'row',
        head: t('column.row'),
        width: sheet.compounds > 999 ? 76 : 60,
        align: 'end',
        cell: ({ position }) => <span className={classes.number}>{format.count(position + 1)}</span>,
      },
      {
        id: 'structure',
        head: t('column.structure'),
        width: 152,
        cell: (row) =>
          row.smiles === null ? (
            <span className={classes.failed}>
              <Status tone="bad">{row.failure === null ? '–' : t(`failure.${row.failure}`)}</Status>
              <span className="code third cut" title={row.structure}>
                {row.structure}
              </span>
            </span>
          ) : (
            <Molecule
              text={row.smiles}
              label={row.companyId === '' ? row.smiles : row.companyId}
              quiet={row.domain === 'outside'}
            />
          ),
        text: ({ smiles, structure }) => smiles ?? structure,
      },
      {
        id: 'id',
        head: t('column.id'),
        width: room === 'little' ? 'minmax(80px, 1fr)' : 'minmax(100px, 1fr)',
        cell: ({ companyId, duplicateOf }) => (
          <span className={classes.id}>
            <span className="name cut" title={companyId}>
              {companyId === '' ? <span className="third">{t('noId')}</span> : companyId}
            </span>
            {duplicateOf !== null && <span className={classes.small}>{t('duplicate', { row: duplicateOf + 1 })}</span>}
          </span>
        ),
        text: ({ companyId }) => companyId,
      },
      ...(globalModel === null ? [] : [prediction('global')]),
      ...(globalModel === null && ownModel !== null ? [prediction('own')] : []),
      ...(values
        ? []
        : [
            {
              id: 'call',
              head: t('column.call'),
              width: room === 'little' ? 94 : 100,
              cell: (row: ScoreRow) => {
                if (row.smiles === null) return <span className="third">–</span>;
                const call = callOf(row, cutoff);
                if (call === 'active') {
                  return (
                    <Status tone="now" icon={IconCircleCheck}>
                      {t('call.active')}
                    </Status>
                  );
                }
                return (
                  <Status tone="wait" icon={call === 'none' ? IconBan : IconCircleX}>
                    {t(`call.${call}`)}
                  </Status>
                );
              },
              text: (row: ScoreRow) => callOf(row, cutoff),
            },
          ]),
      ...(both ? [prediction('own')] : []),
      ...(both
        ? [
            {
              id: 'difference',
              head: t('column.difference'),
              width: 86,
              align: 'end' as const,
              cell: (row: ScoreRow) =>
                row.difference === null ? (
                  <span className="third">–</span>
                ) : (
                  <span className={classes.difference} data-large={isLarge(row, card) || undefined}>
                    {format.signed(row.difference, task === undefined ? 2 : digitsOf(task, row.difference))}
                  </span>
                ),
              text: ({ difference }: ScoreRow) => String(difference ?? ''),
            },
          ]
        : []),
      {
        id: 'domain',
        head: t('column.domain'),
        width: room === 'little' ? 126 : 140,
        cell: ({ domain, nearestSimilarity }) =>
          domain === null || nearestSimilarity === null ? (
            <span className="third">–</span>
          ) : (
            <span className={classes.domain}>
              <Status
                tone={domain === 'inside' ? 'ok' : domain === 'edge' ? 'warn' : 'todo'}
                icon={domain === 'inside' ? IconCircleCheck : domain === 'edge' ? IconCircleHalf2 : IconCircleDashed}
              >
                {t(`domain.${domain}`)}
              </Status>
              <span className={classes.small}>
                {t('nearest', { similarity: format.decimal(nearestSimilarity, 2) })}
              </span>
            </span>
          ),
        text: ({ domain, nearestSimilarity }) => `${domain ?? ''} ${nearestSimilarity ?? ''}`,
      },
    ];
  }, [t, format, both, globalModel, ownModel, sheet.compounds, task, card, cutoff, room]);
}
