/** The way of the data as one strip: figure first, its state second, cut by the boundary where a person decides. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stations } from '../../../src-main/contract/home.ts';
import { useFormat } from '../../app/format.ts';
import { type StationName, stationIcons, stationPaths } from '../../app/frame/stations.ts';
import { Boundary } from '../../parts/Boundary.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Way.module.css';

export function Way({ stations }: { stations: Stations }) {
  const { t } = useTranslation(['home', 'frame']);
  const format = useFormat();
  const { import: data, structures, tasks, train, review, submissions, score } = stations;
  return (
    <nav className={classes.way} aria-label={t('way.label')}>
      <div className={classes.side}>
        <p className="label">{t('way.here')}</p>
        <ol className={classes.stops}>
          <Stop
            station="import"
            figure={format.count(data.measurements)}
            unit={t('way.measurements', { count: data.measurements })}
          >
            {data.rejectedRows > 0 ? (
              <Status tone="bad">{t('way.rejected', { count: data.rejectedRows })}</Status>
            ) : data.batches > 0 ? (
              <Status tone="ok">{t('way.batches', { count: data.batches })}</Status>
            ) : (
              <Status tone="todo">{t('way.noFile')}</Status>
            )}
          </Stop>
          <Stop
            station="structures"
            figure={format.count(structures.standardised)}
            unit={t('way.compounds', { count: structures.standardised })}
          >
            {structures.waiting > 0 ? (
              <Status tone="warn">{t('way.waiting', { count: structures.waiting })}</Status>
            ) : structures.failed > 0 ? (
              <Status tone="ok">{t('way.failed', { count: structures.failed })}</Status>
            ) : structures.standardised > 0 ? (
              <Status tone="ok">{t('way.allStandard')}</Status>
            ) : (
              <Status tone="todo">{t('way.noStructures')}</Status>
            )}
          </Stop>
          <Stop station="tasks" figure={format.count(tasks.tasks)} unit={t('way.tasks', { count: tasks.tasks })}>
            {tasks.outdated ? (
              <Status tone="warn">{t('way.outdated')}</Status>
            ) : tasks.tasks > 0 ? (
              <>
                <Status tone="ok">{t('way.ready')}</Status>
                {tasks.tooSmall > 0 && (
                  <span className="small second cut">{t('way.tooSmall', { count: tasks.tooSmall })}</span>
                )}
              </>
            ) : (
              <Status tone="todo">{t('way.noTasks')}</Status>
            )}
          </Stop>
          <Stop
            station="train"
            figure={train.aucPr === null ? t('way.none') : format.decimal(train.aucPr, 3)}
            unit={t('way.aucPr')}
          >
            {train.running ? (
              <Status tone="now">
                {t(`way.running.${train.running.kind === 'federated' ? 'federated' : 'alone'}`, {
                  step: train.running.step,
                })}
              </Status>
            ) : train.runs > 0 ? (
              <Status tone="ok">{t('way.runs', { count: train.runs })}</Status>
            ) : (
              <Status tone="todo">{t('way.noRuns')}</Status>
            )}
          </Stop>
          <Stop
            station="review"
            figure={format.count(review.waiting)}
            unit={t('way.packages', { count: review.waiting })}
            last
          >
            {review.oldestAt && review.waiting > 0 ? (
              <Status tone="wait">{t('way.waits', { when: format.when(review.oldestAt) })}</Status>
            ) : (
              <Status tone="aside">{t('way.nothingWaits')}</Status>
            )}
          </Stop>
        </ol>
      </div>
      <Boundary at={40} />
      <div className={classes.far}>
        <p className="label">{t('way.there')}</p>
        <ol className={classes.stops}>
          <Stop
            station="submissions"
            name={t('way.sent')}
            figure={format.count(submissions.sent)}
            unit={t('way.submissions', { count: submissions.sent })}
          >
            {submissions.lastAt ? (
              <Status tone="ok">{t('way.last', { when: format.when(submissions.lastAt) })}</Status>
            ) : (
              <Status tone="todo">{t('way.nothingSent')}</Status>
            )}
          </Stop>
          <Stop
            station="score"
            figure={
              score.model
                ? score.model.kind === 'global'
                  ? t('way.round', { step: score.model.step })
                  : t('way.own')
                : t('way.none')
            }
            unit={t(score.model ? (score.model.kind === 'global' ? 'way.globalModel' : 'way.ownModel') : 'way.noModel')}
            last
          >
            {score.model && <Status tone="ok">{t('way.since', { when: format.when(score.model.createdAt) })}</Status>}
          </Stop>
        </ol>
      </div>
    </nav>
  );
}

type StopProps = {
  readonly station: StationName;
  readonly name?: string;
  readonly figure: string;
  readonly unit: string;
  readonly children: ReactNode;
  readonly last?: boolean;
};

function Stop({ station, name, figure, unit, children, last = false }: StopProps) {
  const { t } = useTranslation('frame');
  const Icon = stationIcons[station];
  return (
    <li className={classes.stop}>
      <p className={classes.head}>
        <Icon aria-hidden />
        <Link to={stationPaths[station]} className={classes.name}>
          {name ?? t(`stations.${station}`)}
        </Link>
        {!last && <span className={classes.line} />}
      </p>
      <p className={classes.figure}>
        <span className="figure">{figure}</span>
        <span className={classes.unit}>{unit}</span>
      </p>
      <p className={classes.state}>{children}</p>
    </li>
  );
}
