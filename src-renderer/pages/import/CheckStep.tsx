/** The whole file checked with the code of the commit: one equation, the causes with their repairs, one row explained. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckReport, RowFinding } from '../../../src-main/contract/intake.ts';
import type { Job } from '../../../src-main/contract/jobs.ts';
import { isLive } from '../../app/jobs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Columns, Scroll, Section, SidePanel, WizardFooter } from '../../parts/Page.tsx';
import { Causes } from './Causes.tsx';
import classes from './CheckStep.module.css';
import { Equation } from './Equation.tsx';
import { FindingPanel } from './FindingPanel.tsx';
import { JobStage } from './JobStage.tsx';
import { JoinSection } from './JoinCounts.tsx';
import { RawRows } from './RawRows.tsx';
import { Replicates } from './Replicates.tsx';
import { StructuresBeforeAfter } from './StructuresBeforeAfter.tsx';
import type { Starting, StepProps } from './step.ts';

type Props = StepProps & {
  readonly job: Job | undefined;
  readonly report: CheckReport | undefined;
  readonly check: Starting;
  /** The mapping is being completed by the engine. */
  readonly busy: boolean;
  readonly commit: Starting<boolean>;
  /** The check of the structures; undefined until it has been started. */
  readonly structuresId: string | undefined;
  readonly structuresJob: Job | undefined;
  readonly checkStructures: Starting;
};

export type Shown = { readonly group: number; readonly example: number };

export function CheckStep(props: Props) {
  const { inspection, mapping, job, report, check, busy, commit, go, structuresId, structuresJob, checkStructures } =
    props;
  const { t } = useTranslation(['intake', 'frame']);
  const [shown, setShown] = useState<Shown>({ group: 0, example: 0 });
  const group = report?.groups[shown.group];
  const finding: RowFinding | undefined = group?.examples[shown.example];
  const footer = useMemo(() => ({ label: t('back.mapping'), onClick: () => go('mapping') }), [t, go]);

  /** A correction is looked at at once: with the code of the commit, as all rows are. */
  const [corrected, setCorrected] = useState(false);
  const checkAgain = check.mutate;
  useEffect(() => {
    if (!corrected || busy || job !== undefined) return;
    setCorrected(false);
    checkAgain();
  }, [corrected, busy, job, checkAgain]);

  /** The structures are looked at once every row has been: they are those of the rows that would be stored. */
  const begun = useRef<string | null>(null);
  const startStructures = checkStructures.mutate;
  const checked = report === undefined || structuresId !== undefined ? undefined : job?.id;
  useEffect(() => {
    if (checked === undefined || begun.current === checked) return;
    begun.current = checked;
    startStructures();
  }, [checked, startStructures]);

  if (report === undefined) {
    return (
      <>
        {job === undefined ? (
          <Empty
            title={t('check.again')}
            action={
              <Button variant="primary" onClick={() => check.mutate()}>
                {t('check.action', { count: inspection.rows })}
              </Button>
            }
          />
        ) : (
          <JobStage
            job={job}
            title={t('check.running')}
            text={t('check.runningText')}
            cancelled={t('check.cancelled')}
            again={
              <Button variant="primary" onClick={() => check.mutate()}>
                {t('check.again')}
              </Button>
            }
          />
        )}
        <WizardFooter back={footer} reason={check.error ? <ErrorLine error={check.error} /> : undefined} />
      </>
    );
  }
  const { rejected } = report.rows;
  return (
    <>
      <Columns
        side={
          <SidePanel label={t('check.details')}>
            {group && finding ? (
              <FindingPanel
                {...props}
                report={report}
                group={group}
                finding={finding}
                at={shown.example}
                onMove={(example) => setShown({ ...shown, example })}
                onCorrected={() => setCorrected(true)}
              />
            ) : (
              <Section>
                <p className="small third">{t(report.groups.length === 0 ? 'check.noCauses' : 'check.select')}</p>
              </Section>
            )}
          </SidePanel>
        }
      >
        <Scroll>
          <Equation report={report} />
          <Causes {...props} report={report} shown={shown} onShow={setShown} />
          <div className={classes.below}>
            <StructuresBeforeAfter job={structuresJob} start={checkStructures} />
            <JoinSection counts={report.join} />
            <Replicates {...props} report={report} />
            <RawRows inspection={inspection} mapping={mapping} />
          </div>
        </Scroll>
      </Columns>
      <WizardFooter
        back={footer}
        reason={
          commit.error ? (
            <ErrorLine error={commit.error} />
          ) : report.compounds === 0 ? (
            t('check.nothing')
          ) : (
            rejected > 0 && t('check.stay', { count: rejected })
          )
        }
        action={
          <Button
            variant="primary"
            disabled={
              report.compounds === 0 || commit.isPending || (job && isLive(job)) || mapping.columns.length === 0
            }
            onClick={() => commit.mutate(false)}
          >
            {report.measurements === 0 && report.compounds > 0
              ? t('check.commitCompounds', { count: report.compounds })
              : t('check.commit', { count: report.measurements })}
          </Button>
        }
      />
    </>
  );
}
