/** A job of the wizard while it runs, or what became of it when it did not finish. */
import { Button } from '@mantine/core';
import { ORPCError } from '@orpc/client';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../src-main/contract/jobs.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { isLive } from '../../app/jobs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import classes from './JobStage.module.css';

type Props = {
  readonly job: Job;
  readonly title: string;
  readonly text: string;
  /** What a cancelled job has left behind. */
  readonly cancelled: string;
  readonly again: ReactNode;
};

export function JobStage({ job, title, text, cancelled, again }: Props) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  const { client } = useEngine();
  const cancel = useMutation({ mutationFn: () => client.jobs.cancel({ id: job.id }) });
  if (isLive(job)) {
    return (
      <div className={classes.stage}>
        <p className="strong">{title}</p>
        <p className="second">{text}</p>
        <Meter label={title} done={job.done} total={job.total} width={320} />
        <p className="small second">
          {job.total === null
            ? t('jobs.so_far', { done: job.done })
            : t('jobs.of', { done: job.done, total: job.total })}
          {job.left !== null && ` · ${t('jobs.left', { time: format.duration(job.left) })}`}
        </p>
        <Button disabled={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
          {t(cancel.isPending || cancel.isSuccess ? 'jobs.cancelling' : 'jobs.cancel')}
        </Button>
      </div>
    );
  }
  if (job.state === 'failed' && job.error) {
    return (
      <ErrorState error={new ORPCError(job.error.code, { data: job.error.data })}>
        <div className={classes.again}>{again}</div>
      </ErrorState>
    );
  }
  return <Empty title={job.state === 'done' ? title : cancelled} action={again} />;
}
