/** The plot beside the table: own against global where both models scored, else how the one model's probabilities fall. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sheet } from '../../../src-main/contract/scoring.ts';
import type { Client } from '../../link/connect.ts';
import { Histogram } from '../../parts/Histogram.tsx';
import { Section } from '../../parts/Page.tsx';
import { probabilityOf } from './call.ts';
import classes from './Plot.module.css';
import { ScatterPlot, type ScatterPoint } from './ScatterPlot.tsx';

type Point = Awaited<ReturnType<Client['scoring']['points']>>[number];

type Props = {
  readonly sheet: Sheet;
  readonly points: readonly Point[];
  readonly cutoff: number;
  readonly selected: number | null;
  readonly onSelect: (position: number) => void;
};

export function Plot({ sheet, points, cutoff, selected, onSelect }: Props) {
  const { t } = useTranslation('score');
  const fused = sheet.globalModel?.kind === 'fused';
  const both = sheet.globalModel !== null && sheet.ownModel !== null;
  const facts =
    points.length < sheet.scored
      ? t('plot.factsSome', { count: points.length, all: sheet.scored })
      : t('plot.facts', { count: points.length });
  const paired = useMemo(
    () =>
      points.flatMap(({ own, global, ...point }): readonly ScatterPoint[] =>
        own === null || global === null ? [] : [{ ...point, own, global }],
      ),
    [points],
  );
  const bins = useMemo(() => binned(points.flatMap((point) => probabilityOf(point) ?? [])), [points]);
  if (both) {
    return (
      <Section title={t(fused ? 'plot.titleWithFused' : 'plot.title')} end={facts}>
        <ScatterPlot fused={fused} points={paired} cutoff={cutoff} selected={selected} onSelect={onSelect} />
      </Section>
    );
  }
  return (
    <Section
      title={t(sheet.globalModel === null ? 'plot.titleOwn' : fused ? 'plot.titleFused' : 'plot.titleGlobal')}
      end={facts}
    >
      <Histogram label={t('plot.labelOne', { count: points.length })} bins={bins} width={308} height={120} />
      <div className={classes.axis}>
        <span>0</span>
        <span>{t('plot.probability')}</span>
        <span>1</span>
      </div>
    </Section>
  );
}

const binCount = 20;

function binned(values: readonly number[]): readonly number[] {
  const bins = new Array<number>(binCount).fill(0);
  for (const value of values) bins[Math.min(binCount - 1, Math.floor(value * binCount))]!++;
  return bins;
}
