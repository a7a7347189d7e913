/** The curve that compares this partner with and without the consortium, on its own validation fold. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run, RunPoint } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { Curve, type CurveFailure, type CurvePoint, type CurveSeries } from '../../parts/Curve.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './LearningCurve.module.css';
import { useNewest } from './models.ts';
import { failuresOf, listedRounds } from './round-figures.ts';

/** While a run learns, its curve is read again this often, in milliseconds. */
const livePace = 1_000;

export function LearningCurve({ height }: { height?: number }) {
  const federation = useFederation();
  const { alone, federated } = useNewest(federation?.consortium?.series);
  const { running } = useJobs();
  const learnsAlone = running.some(({ kind }) => kind === 'train');
  if (federated !== undefined && !(learnsAlone && federated.points === 0)) {
    return <ByRound alone={alone} federated={federated} height={height} />;
  }
  return <RunCurve run={alone} {...(height === undefined ? {} : { height })} />;
}

/** The federated curve by round; the model trained alone stands as a line at its best, since its steps are no rounds. */
function ByRound({ alone, federated, height }: { alone: Run | undefined; federated: Run; height: number | undefined }) {
  const { t } = useTranslation('train');
  const federation = useFederation();
  const { queries } = useEngine();
  const points = usePoints(federated);
  const { data: rounds = [] } = useQuery({
    ...queries.federation.rounds.queryOptions({ input: { series: federated.series ?? '', limit: listedRounds } }),
    enabled: federated.series !== null,
  });
  const failed = failuresOf(rounds).map(({ state, ...failure }) => ({
    ...failure,
    label: t(`curve.failed.${state}`, { round: failure.step }),
  }));
  const round = federation?.round;
  const running = round?.state === 'running' ? round.round : undefined;
  const last = Math.max(running ?? 0, points.at(-1)?.step ?? 0, 1);
  const best = alone?.best;
  const series: NamedSeries[] = [
    {
      id: 'federated',
      name: t('curve.name.federated'),
      legend: t('runs.kind.federated'),
      look: 'global',
      points: toCurve(points),
    },
    ...(best && best.validationAucPr !== null
      ? [
          {
            id: 'alone',
            name: t('curve.aloneBest'),
            legend: t('runs.kind.alone'),
            look: 'own' as const,
            points: [0, last].map((step) => ({ step, ...atPoint(best)! })),
          },
        ]
      : []),
  ];
  return (
    <CurveSection
      facts={<TasksFact by="curve.byRound" run={federated} />}
      series={series}
      stepName={t('curve.round')}
      running={running === undefined ? undefined : { step: running, label: t('curve.running') }}
      lastStep={last}
      empty={points.length === 0 ? t('curve.emptyRound') : undefined}
      failed={failed}
      {...(height === undefined ? {} : { height })}
    />
  );
}

/** The curve of one run, by its own steps. */
export function RunCurve({ run, height }: { run: Run | undefined; height?: number }) {
  const { t } = useTranslation('train');
  const points = usePoints(run);
  const federated = run?.kind === 'federated';
  return (
    <CurveSection
      facts={<TasksFact by={federated ? 'curve.byRound' : 'curve.byStep'} run={run} />}
      series={
        points.length === 0 || run === undefined || run.kind === 'final'
          ? []
          : [
              {
                id: 'run',
                name: t(`curve.name.${run.kind}`),
                legend: t(`runs.kind.${run.kind}`),
                look: federated ? 'global' : 'own',
                points: toCurve(points),
              },
            ]
      }
      stepName={t(federated ? 'curve.round' : 'curve.step')}
      running={undefined}
      lastStep={Math.max(1, points.at(-1)?.step ?? 1)}
      empty={run?.kind === 'final' ? t('curve.final') : points.length === 0 ? t('curve.empty') : undefined}
      {...(height === undefined ? {} : { height })}
    />
  );
}

/** `legend`: what its line is called above the curve. */
type NamedSeries = CurveSeries & { readonly legend: string };

type SectionProps = {
  readonly facts: ReactNode;
  readonly series: readonly NamedSeries[];
  readonly stepName: string;
  readonly running: { readonly step: number; readonly label: string } | undefined;
  readonly lastStep: number;
  readonly empty: string | undefined;
  readonly failed?: readonly CurveFailure[];
  readonly height?: number;
};

function CurveSection({ facts, series, stepName, running, lastStep, empty, failed = [], height = 340 }: SectionProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const words = series.flatMap(({ name, points }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [t('curve.at', { name, value: format.decimal(end.value, 3), step: end.step })];
  });
  /** Axes without anything between them say nothing. */
  const isDrawn = running !== undefined || failed.length > 0 || series.some(({ points }) => points.length > 0);
  return (
    <Section
      title={t('curve.title')}
      facts={facts}
      end={
        <>
          {series.map(({ id, look, legend }) => (
            <span key={id} className={classes.legend} data-look={look}>
              {legend}
            </span>
          ))}
          {failed.length > 0 && (
            <span className={classes.legend} data-look="failed">
              {t('curve.noResult')}
            </span>
          )}
        </>
      }
    >
      <div className={classes.curve} style={{ minHeight: height }}>
        {isDrawn && (
          <>
            <Curve
              label={t('curve.label', { series: [...words, ...failed.map(({ label }) => label)].join('; ') })}
              series={series}
              stepName={stepName}
              running={running}
              failed={failed}
              lastStep={lastStep}
              height={height}
            />
            <p className={classes.band}>{t('curve.band')}</p>
          </>
        )}
        {empty !== undefined && (
          <p className={classes.empty} data-above={isDrawn || undefined}>
            {empty}
          </p>
        )}
      </div>
    </Section>
  );
}

/** What the curve is the mean of: only tasks with enough of both classes on the validation fold count. */
function TasksFact({ by, run }: { by: 'curve.byRound' | 'curve.byStep'; run: Run | undefined }) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const modelId = run?.kind === 'final' ? null : (run?.modelId ?? null);
  const { data: means } = useQuery({
    ...queries.training.means.queryOptions({ input: { modelId: modelId ?? '' } }),
    enabled: modelId !== null,
  });
  return (
    <>
      {t(by)}
      {means && ` · ${t('curve.tasks', { count: means.validation.tasks })}`}
    </>
  );
}

function usePoints(run: Run | undefined): readonly RunPoint[] {
  const { queries } = useEngine();
  const { data = [] } = useQuery({
    ...queries.training.curve.queryOptions({ input: { runId: run?.id ?? '' } }),
    enabled: run !== undefined,
    refetchInterval: run?.state === 'running' ? livePace : false,
  });
  return data;
}

const toCurve = (points: readonly RunPoint[]): readonly CurvePoint[] =>
  points.flatMap((point) => {
    const value = atPoint(point);
    return value === undefined ? [] : [{ step: point.step, ...value }];
  });

const atPoint = ({ validationAucPr, validationInterval }: RunPoint): Omit<CurvePoint, 'step'> | undefined =>
  validationAucPr === null ? undefined : { value: validationAucPr, ...(validationInterval ?? {}) };
