/** The plot beside the table: own against global where both models scored, else how the one model's predictions fall. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sheet, SheetTask, TaskCard } from '../../../src-main/contract/scoring.ts';
import { useFormat } from '../../app/format.ts';
import type { Client } from '../../link/connect.ts';
import { Histogram } from '../../parts/Histogram.tsx';
import { Section } from '../../parts/Page.tsx';
import { type Ends, endsOf, predictionOf, predictionText } from './call.ts';
import classes from './Plot.module.css';
import { ScatterPlot, type ScatterPoint } from './ScatterPlot.tsx';
import { useUnit } from './task-name.ts';

type Point = Awaited<ReturnType<Client['scoring']['points']>>[number];

type Props = {
  readonly sheet: Sheet;
  readonly task: SheetTask;
  readonly card: TaskCard | undefined;
  readonly points: readonly Point[];
  readonly cutoff: number;
  readonly selected: number | null;
  readonly onSelect: (position: number) => void;
};

export function Plot({
  sheet: { globalModel, ownModel, scored },
  task,
  card,
  points,
  cutoff,
  selected,
  onSelect,
}: Props) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const unitOf = useUnit();
  const paired = useMemo(
    () =>
      points.flatMap(({ own, global, ...point }): readonly ScatterPoint[] =>
        own === null || global === null ? [] : [{ ...point, own, global }],
      ),
    [points],
  );
  const ends = useMemo(
    () =>
      endsOf(
        card,
        points.flatMap(({ own, global }) => [own ?? [], global ?? []].flat()),
      ),
    [card, points],
  );
  const bins = useMemo(
    () =>
      binned(
        points.flatMap((point) => predictionOf(point) ?? []),
        ends,
      ),
    [points, ends],
  );
  const facts =
    points.length < scored
      ? t('plot.factsSome', { count: points.length, all: scored })
      : t('plot.facts', { count: points.length });
  const both = globalModel !== null && ownModel !== null;
  if (both && (paired.length > 0 || points.length === 0)) {
    const names = { global: t(`model.title.${globalModel.kind}`), own: t(`model.title.${ownModel.kind}`) };
    return (
      <Section title={t('plot.title')} end={facts}>
        <ScatterPlot
          names={names}
          ends={ends}
          points={paired}
          cutoff={task.kind === 'class' ? cutoff : null}
          selected={selected}
          onSelect={onSelect}
        />
      </Section>
    );
  }
  const shown = points.some(({ global }) => global !== null) ? globalModel : (ownModel ?? globalModel);
  const [from, to] = [predictionText(format, task, ends.from), predictionText(format, task, ends.to)];
  return (
    <Section title={shown ? t(`model.title.${shown.kind}`) : t('plot.title')} end={facts}>
      <Histogram label={t('plot.labelOne', { count: points.length, from, to })} bins={bins} width={308} height={120} />
      <div className={classes.axis}>
        <span>{task.kind === 'class' ? 0 : from}</span>
        <span>{task.kind === 'class' ? t('plot.probability') : unitOf(task)}</span>
        <span>{task.kind === 'class' ? 1 : to}</span>
      </div>
    </Section>
  );
}

const binCount = 20;

function binned(values: readonly number[], { from, to }: Ends): readonly number[] {
  const bins = new Array<number>(binCount).fill(0);
  for (const value of values) {
    bins[Math.min(binCount - 1, Math.floor(((value - from) / (to - from)) * binCount))]!++;
  }
  return bins;
}
