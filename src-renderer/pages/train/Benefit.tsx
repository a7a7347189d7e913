/** What the consortium adds for this partner: in one sentence, by group, task by task, and by every metric. */
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BenefitMetric, benefitMetric, type Gain } from '../../../src-main/contract/training.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Section, Toolbar } from '../../parts/Page.tsx';
import { Regions } from '../../parts/Regions.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './Benefit.module.css';
import { BenefitScatter } from './BenefitScatter.tsx';
import { Downloads } from './Downloads.tsx';
import { Fusion } from './Fusion.tsx';
import { GainDots, type GainScale } from './GainDots.tsx';
import { useBenefit, useNewest } from './models.ts';
import { SideBySide } from './SideBySide.tsx';

const scales: readonly GainScale[] = ['difference', 'relative', 'riptop'];

export function Benefit() {
  const { t } = useTranslation('train');
  const federation = useFederation();
  const newest = useNewest(federation?.consortium?.series);
  const { pair, aloneModel, globalModel } = newest;
  const [metric, setMetric] = useState<BenefitMetric>('aucPr');
  const [scale, setScale] = useState<GainScale>('difference');
  const { data, error, refetch } = useBenefit(pair, metric);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const all = data?.gains.find(({ group }) => group === 'all');
  const differ = aloneModel !== undefined && globalModel !== undefined && pair === undefined;
  return (
    <>
      <Toolbar end={<Downloads newest={newest} metric={metric} />}>
        <Select
          aria-label={t('benefit.metric')}
          className={classes.metric}
          allowDeselect={false}
          value={metric}
          data={benefitMetric.options.map((value) => ({ value, label: t(`metrics.${value}`) }))}
          onChange={(value) => value !== null && setMetric(value)}
        />
        <SegmentedFilter
          label={t('benefit.scale')}
          value={scale}
          onChange={setScale}
          segments={scales.map((value) => ({ value, label: t(`benefit.scales.${value}`) }))}
        />
      </Toolbar>
      <Regions
        ruled
        side={
          <>
            {data && data.gains.length > 0 && (
              <Section title={t('benefit.groups')} end={t(`benefit.scaleFacts.${scale}`)}>
                <GainDots gains={data.gains} scale={scale} />
                <p className={`${classes.note} small third`}>{t(`benefit.scaleNotes.${scale}`)}</p>
              </Section>
            )}
            <Fusion newest={newest} />
          </>
        }
      >
        <Section title={t('benefit.title')} facts={t('benefit.facts')}>
          {all ? (
            <Summary all={all} />
          ) : pair !== undefined && data === undefined ? null : (
            <p className="small second">
              {t(differ ? 'gains.otherTasks' : pair === undefined ? 'gains.needsBoth' : 'benefit.noTasks')}
            </p>
          )}
        </Section>
        {data && data.tasks.length > 0 && <BenefitScatter tasks={data.tasks} metric={metric} />}
        <SideBySide newest={newest} />
      </Regions>
    </>
  );
}

function Summary({ all }: { all: Gain }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const percent = (share: number) => `${format.signed(100 * share, 1)}\u2009%`;
  const figures = [
    { label: t('means.alone'), value: format.decimal(all.alone, 3), below: t('benefit.mean') },
    {
      label: t('means.global'),
      value: format.decimal(all.global, 3),
      below: `${format.signed(all.difference, 3)}${range(all.interval, (value) => format.signed(value, 3))}`,
    },
    {
      label: t('benefit.relative'),
      value: all.relative === null ? '–' : percent(all.relative),
      below: range(all.relativeInterval, percent),
    },
    {
      label: t('benefit.riptop'),
      value: format.signed(all.riptop, 3),
      below: t(all.riptopInterval === null ? 'benefit.medianOnly' : 'benefit.median', {
        value: format.signed(all.riptopMedian, 3),
        interval: range(all.riptopInterval, (value) => format.signed(value, 3)).trim(),
      }),
    },
  ];
  const same = all.tasks - all.gained - all.lost;
  return (
    <>
      <p className={classes.sentence}>
        {t('benefit.sentence', { gained: all.gained, tasks: all.tasks, lost: all.lost })}
        {same > 0 && ` ${t('benefit.same', { count: same })}`}
      </p>
      <dl className={classes.figures}>
        {figures.map(({ label, value, below }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span className={classes.figure}>{value}</span>
              <span className={classes.below}>{below}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );

  function range(interval: Gain['interval'], words: (value: number) => string): string {
    return interval === null ? '' : ` ${t('benefit.range', { low: words(interval.low), high: words(interval.high) })}`;
  }
}
