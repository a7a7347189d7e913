/** The job bar: what runs, how far it is, and a cancel that works; otherwise the last result. At the right, the connections. */
import { Button, Menu, UnstyledButton } from '@mantine/core';
import {
  IconArchive,
  IconBan,
  IconCircleCheck,
  IconCircleMinus,
  IconClockPause,
  IconFileCertificate,
  IconFlask,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Job, JobKind } from '../../../src-main/contract/jobs.ts';
import { Meter } from '../../parts/Meter.tsx';
import { Status } from '../../parts/Status.tsx';
import { useEngine } from '../engine.tsx';
import { useFederation } from '../federation.ts';
import { useFormat } from '../format.ts';
import { useJobs } from '../jobs.tsx';
import { BarNotePlace } from './bar-note.tsx';
import classes from './JobBar.module.css';
import { stationIcons } from './stations.ts';

export function JobBar() {
  const { t } = useTranslation('frame');
  const { all, running } = useJobs();
  const [newest, ...others] = running;
  const last = all[0];
  return (
    <section className={classes.bar} aria-label={t('jobs.label')}>
      {newest ? <RunningJob job={newest} /> : <LastJob job={last} />}
      {others.length > 0 && <OtherJobs jobs={others} />}
      <div className={classes.end}>
        <BarNotePlace className={classes.note} />
        <Connections />
      </div>
      <Announcement job={newest ?? last} />
    </section>
  );
}

function RunningJob({ job }: { job: Job }) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  const { client } = useEngine();
  const cancel = useMutation({ mutationFn: () => client.jobs.cancel({ id: job.id }) });
  const round = useFederation()?.round;
  /** No estimate holds while a person is asked. */
  const waits = job.step === 'participate.rounds' && round?.waitedFor.some(({ kind }) => kind === 'approval');
  const Icon = jobIcons[job.kind];
  const name = t(`jobs.kind.${job.kind}`);
  return (
    <>
      <Icon className={classes.icon} aria-hidden />
      <span className="strong">{name}</span>
      <span className="second">{progressWords(t, job)}</span>
      <Meter label={name} done={job.done} total={job.total} width={160} />
      {waits ? (
        <Status tone="wait">{t('jobs.approval')}</Status>
      ) : (
        job.left !== null && <span className="second">{t('jobs.left', { time: format.duration(job.left) })}</span>
      )}
      <Button
        variant="quiet"
        size="small"
        className={classes.cancel!}
        disabled={cancel.isPending || cancel.isSuccess}
        onClick={() => cancel.mutate()}
      >
        {cancel.isPending || cancel.isSuccess ? t('jobs.cancelling') : t('jobs.cancel')}
      </Button>
    </>
  );
}

/** What is counted in this step, or what it does; plain figures for a step without words of its own. */
function progressWords(t: TFunction<'frame'>, { step, done, total }: Job): string {
  const say = t as (key: string, facts: Readonly<Record<string, string | number>>) => string;
  return total === null
    ? say(`jobs.stage.${step}`, { defaultValue: done > 0 ? t('jobs.so_far', { done }) : '' })
    : say(`jobs.step.${step}`, { done, total, defaultValue: t('jobs.of', { done, total }) });
}

function LastJob({ job }: { job: Job | undefined }) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  if (job === undefined) {
    return (
      <>
        <IconCircleCheck className={classes.icon} aria-hidden />
        <span className="second">{t('jobs.none')}</span>
      </>
    );
  }
  const name = t(`jobs.kind.${job.kind}`);
  const took = job.finishedAt && Date.parse(job.finishedAt) - Date.parse(job.createdAt);
  if (job.state === 'failed' || job.state === 'cancelled' || job.state === 'interrupted') {
    return (
      <Status
        tone={job.state === 'failed' ? 'bad' : 'wait'}
        icon={job.state === 'failed' ? IconBan : job.state === 'cancelled' ? IconCircleMinus : IconClockPause}
      >
        {t(`jobs.stopped.${job.state}`, { job: name })}
      </Status>
    );
  }
  return (
    <>
      <Status tone="ok">{t(`jobs.done.${job.kind}`)}</Status>
      {took && <span className="second">{t('jobs.took', { time: format.duration(took) })}</span>}
    </>
  );
}

function OtherJobs({ jobs }: { jobs: readonly Job[] }) {
  const { t } = useTranslation('frame');
  const { client } = useEngine();
  return (
    <Menu position="top-start" width={360}>
      <Menu.Target>
        <UnstyledButton className={classes.more} aria-label={t('jobs.moreLabel', { count: jobs.length })}>
          {t('jobs.more', { count: jobs.length })}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {jobs.map((job) => (
          <Menu.Item
            key={job.id}
            onClick={() => void client.jobs.cancel({ id: job.id })}
            rightSection={<span className="third small">{t('jobs.cancel')}</span>}
          >
            <span className={classes.other}>
              {t(`jobs.kind.${job.kind}`)}
              <Meter label={t(`jobs.kind.${job.kind}`)} done={job.done} total={job.total} width={120} />
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Connections() {
  const { t } = useTranslation('frame');
  const federation = useFederation();
  const host = federation?.consortium?.coordinator.host;
  return (
    <span className="second">
      {federation?.connection.open && host ? t('network.open', { host }) : t('network.closed')}
    </span>
  );
}

/** Tells a screen reader when a job starts and how it ends, not each step in between. */
function Announcement({ job }: { job: Job | undefined }) {
  const { t } = useTranslation('frame');
  if (job === undefined) return <span role="status" className="unseen" />;
  const name = t(`jobs.kind.${job.kind}`);
  const text =
    job.state === 'done'
      ? t(`jobs.done.${job.kind}`)
      : job.state === 'failed' || job.state === 'cancelled' || job.state === 'interrupted'
        ? t(`jobs.stopped.${job.state}`, { job: name })
        : name;
  return (
    <span role="status" className="unseen">
      {text}
    </span>
  );
}

const jobIcons: Readonly<Record<JobKind, TablerIcon>> = {
  preview: stationIcons.import,
  'check-structures': stationIcons.structures,
  import: stationIcons.import,
  standardise: stationIcons.structures,
  tasks: stationIcons.tasks,
  train: stationIcons.train,
  'check-providers': stationIcons.settings,
  fuse: stationIcons.train,
  scan: stationIcons.train,
  'final-fit': stationIcons.train,
  retrain: stationIcons.train,
  participate: stationIcons.train,
  score: stationIcons.score,
  sample: IconFlask,
  'export-bundle': IconFileCertificate,
  backup: IconArchive,
};
