/** The commit: one transaction, then what has changed, what is next, and what did not go in. */
import { Button } from '@mantine/core';
import { IconArrowRight, IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ImportOutcome } from '../../../src-main/contract/intake.ts';
import type { Job } from '../../../src-main/contract/jobs.ts';
import { useEngine } from '../../app/engine.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Scroll, WizardFooter } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './CommitStep.module.css';
import { Equation } from './Equation.tsx';
import { JobStage } from './JobStage.tsx';
import { RejectedDownload } from './RejectedDownload.tsx';
import { SaveTemplate } from './SaveTemplate.tsx';
import type { Starting, StepProps } from './step.ts';

type Props = StepProps & {
  readonly job: Job | undefined;
  readonly outcome: ImportOutcome | undefined;
  readonly commit: Starting<boolean>;
};

export function CommitStep(props: Props) {
  const { job, outcome, commit, go } = props;
  const { t } = useTranslation('intake');
  const again = (
    <Button variant="primary" disabled={commit.isPending} onClick={() => commit.mutate(false)}>
      {t('check.again')}
    </Button>
  );
  return (
    <>
      {outcome ? (
        <Refused outcome={outcome} commit={commit} />
      ) : job === undefined ? (
        <Empty title={t('reading.nothing')} />
      ) : (
        <JobStage
          job={job}
          title={t('commit.running')}
          text={t('commit.runningText')}
          cancelled={t('commit.cancelled')}
          again={again}
        />
      )}
      <WizardFooter
        back={{ label: t('back.mapping'), onClick: () => go('mapping') }}
        reason={commit.error ? <ErrorLine error={commit.error} /> : undefined}
      />
    </>
  );
}

function Refused({ outcome, commit }: { outcome: ImportOutcome; commit: Starting<boolean> }) {
  const { t } = useTranslation('intake');
  const { refusal } = outcome;
  if (refusal === null) return <Empty title={t('commit.needsDecision')} />;
  return (
    <Empty
      title={t(`commit.refused.${refusal.key}`, { batch: refusal.batchId ?? '' })}
      action={
        refusal.key === 'seen-before' && (
          <Button disabled={commit.isPending} onClick={() => commit.mutate(true)}>
            {t('commit.again')}
          </Button>
        )
      }
    >
      {t(`commit.refusedText.${refusal.key}`)}
    </Empty>
  );
}

export function Done({ outcome, batchId }: { outcome: ImportOutcome; batchId: number }) {
  const { t } = useTranslation('intake');
  const navigate = useNavigate();
  const { client } = useEngine();
  const { report, file, mapping } = outcome;
  const standardise = useMutation({
    mutationFn: () => client.chemistry.standardise(),
    onSuccess: () => navigate({ to: '/structures' }),
  });
  return (
    <>
      <Scroll>
        <div className={classes.done}>
          <Status tone="ok" strong>
            <span className={classes.title}>{t('done.title', { id: batchId })}</span>
          </Status>
          <p className={classes.text}>
            {report.measurements === 0
              ? t('done.textCompounds', { count: report.compounds })
              : t('done.text', { count: report.measurements, compounds: report.compounds, assays: report.assays })}
          </p>
        </div>
        <Equation report={report} stored />
        <div className={classes.next}>
          <section>
            <h2>
              <IconArrowRight aria-hidden />
              {t('done.next')}
            </h2>
            <p>{t(report.measurements === 0 ? 'done.nextTextCompounds' : 'done.nextText')}</p>
          </section>
          <section>
            <h2>
              <IconHistory aria-hidden />
              {t('done.undo')}
            </h2>
            <p>{t('done.undoText')}</p>
          </section>
        </div>
      </Scroll>
      <WizardFooter
        back={{ label: t('back.batches'), onClick: () => void navigate({ to: '/import', search: {} }) }}
        reason={standardise.isError ? <ErrorLine error={standardise.error} /> : undefined}
        action={
          <>
            <SaveTemplate mapping={mapping} name={file.name} />
            <RejectedDownload from={{ batchId }} name={file.name} rejected={report.rows.rejected} />
            <Button
              variant="primary"
              leftSection={<IconArrowRight aria-hidden />}
              disabled={standardise.isPending}
              onClick={() => standardise.mutate()}
            >
              {t('done.standardise')}
            </Button>
          </>
        }
      />
    </>
  );
}
