/** The way of one file into the catalogue: reading, mapping, check, commit. Done steps can be opened again. */
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { checkReport, type Inspection, importOutcome } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJob } from '../../app/jobs.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { Page, PageHeader } from '../../parts/Page.tsx';
import { type Step, Stepper } from '../../parts/Stepper.tsx';
import { CheckStep } from './CheckStep.tsx';
import { CommitStep, Done } from './CommitStep.tsx';
import { DraftState } from './DraftState.tsx';
import { companionOf, mappingOf } from './draft.ts';
import { History } from './History.tsx';
import { MappingStep } from './MappingStep.tsx';
import { ReadingStep } from './ReadingStep.tsx';
import { Reading, ReadingStopped } from './ReadingStopped.tsx';
import { RejectedDownload } from './RejectedDownload.tsx';
import { SaveTemplate } from './SaveTemplate.tsx';
import type { ImportSearch } from './search.ts';
import { useDraft } from './useDraft.ts';
import { useInspection } from './useInspection.ts';
import { readingFact, rowsWords, seenWords, usedWords } from './words.ts';

const route = getRouteApi('/import');

type Place = NonNullable<ImportSearch['step']>;

export function Wizard({ file }: { file: string }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const navigate = useNavigate();
  const router = useRouter();
  const { client } = useEngine();
  const { step = 'mapping', job: jobId, structures } = route.useSearch();
  const { draft, change, close, reopen, savedAt, notSaved, error: notRead } = useDraft(file, step === 'commit');
  const inspecting = useInspection(file, draft, change);
  const inspection = inspecting.data;
  const mapping = draft && mappingOf(draft);
  const companion = draft ? companionOf(draft) : null;
  const job = useJob(jobId);
  const structuresJob = useJob(structures);

  const go = (next: Place, jobs: { job?: string; structures?: string } = {}) => {
    if (next !== 'commit') change((before) => ({ ...before, step: next, ...(jobs.job && { jobId: jobs.job }) }));
    // Whoever has gone elsewhere while a job began is not led back to it.
    const { pathname, search } = router.latestLocation;
    const isHere = pathname === '/import' && (search as ImportSearch).file === file;
    if (isHere) void navigate({ to: '/import', search: { file, step: next, ...jobs } });
  };
  const check = useMutation({
    mutationFn: () => client.intake.preview({ file, companion, mapping: mapping! }),
    onSuccess: ({ jobId }) => go('check', { job: jobId }),
  });
  const checkStructures = useMutation({
    mutationFn: () => client.intake.checkStructures({ file, companion, mapping: mapping! }),
    onSuccess: ({ jobId: structures }) =>
      navigate({
        to: '/import',
        search: (now: ImportSearch) => (now.file === file && now.step === 'check' ? { ...now, structures } : now),
        replace: true,
      }),
  });
  const commit = useMutation({
    async mutationFn(again: boolean) {
      // The draft ends with the commit: nothing of it may be saved after that.
      await close();
      return client.intake.import({ file, companion, mapping: mapping!, again });
    },
    onSuccess: ({ jobId }) => go('commit', { job: jobId }),
    onError: reopen,
  });

  const outcome = job?.kind === 'import' && job.state === 'done' ? importOutcome.safeParse(job.result).data : undefined;
  const imported = outcome?.outcome === 'imported';
  /** A check of another mapping says nothing about this one. */
  const isChecked = step === 'check' && draft !== undefined && draft.jobId === jobId;
  const report =
    isChecked && job?.kind === 'preview' && job.state === 'done' ? checkReport.safeParse(job.result).data : undefined;
  const title = inspection?.file.name ?? (draft?.name || outcome?.file.name || t('frame:stations.import'));
  const body = () => {
    if (imported && outcome.batchId !== null) return <Done outcome={outcome} batchId={outcome.batchId} />;
    if (notRead) return <ErrorState error={notRead} />;
    if (draft === undefined) return null;
    if (inspecting.error && !inspecting.isFetching) {
      return <ReadingStopped error={inspecting.error} draft={draft} change={change} />;
    }
    if (inspection === undefined || mapping === undefined) return <Reading name={title} />;
    const shared = { file, inspection, mapping, draft, change, go };
    switch (step) {
      case 'reading':
        return <ReadingStep {...shared} busy={inspecting.isFetching} />;
      case 'mapping':
        return <MappingStep {...shared} busy={inspecting.isFetching} check={check} />;
      case 'check':
        return (
          <CheckStep
            {...shared}
            job={isChecked ? job : undefined}
            report={report}
            check={check}
            busy={inspecting.isFetching}
            commit={commit}
            structuresId={structures}
            structuresJob={structuresJob}
            checkStructures={checkStructures}
          />
        );
      case 'commit':
        return <CommitStep {...shared} job={job} outcome={outcome} commit={commit} />;
    }
  };
  const open = inspection?.decisions.filter(({ state }) => state === 'open').length ?? 0;
  const rejected = (outcome?.report ?? report)?.rows.rejected;
  return (
    <Page title={title}>
      <PageHeader
        crumb={{ to: '/import', label: t('frame:stations.import') }}
        title={title}
        facts={
          step === 'check' && report && job?.finishedAt
            ? t('check.facts', { when: format.when(job.finishedAt) })
            : inspection && <Facts inspection={inspection} />
        }
        actions={
          draft &&
          mapping &&
          step !== 'commit' && (
            <>
              <History draft={draft} change={change} onChange={() => go('mapping')} />
              {step === 'mapping' && <SaveTemplate mapping={mapping} name={title} />}
              {report && report.rows.rejected > 0 && (
                <RejectedDownload from={{ file, companion, mapping }} name={title} rejected={report.rows.rejected} />
              )}
            </>
          )
        }
      />
      <Stepper
        label={t('steps.label')}
        steps={stepsOf({
          place: imported ? 'done' : inspecting.error ? 'stopped' : inspection ? step : 'opening',
          words: (name) => t(`steps.${name}`),
          facts: {
            file: t('steps.files', { count: companion === null ? 1 : 2 }),
            reading: inspecting.error ? t('steps.stopped') : inspection && readingFact(t, inspection),
            mapping: mapping && (open > 0 ? t('steps.open', { count: open }) : usedWords(t, mapping)),
            check:
              rejected === undefined
                ? undefined
                : rejected === 0
                  ? t('steps.noneBlocked')
                  : t('steps.blocked', { count: rejected }),
            commit: outcome?.batchId ? t('steps.batch', { id: outcome.batchId }) : undefined,
          },
          go,
          back: () => void navigate({ to: '/import', search: {} }),
        })}
      />
      {body()}
      {!imported && <DraftState savedAt={savedAt} notSaved={notSaved} />}
    </Page>
  );
}

function Facts({ inspection }: { inspection: Inspection }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  return (
    <>
      <span className="cut">
        {[rowsWords(t, inspection), format.bytes(inspection.file.bytes), seenWords(t, inspection)].join(' · ')}
      </span>
      <Hash value={inspection.file.sha256} ends={8} icon />
    </>
  );
}

const order = ['file', 'reading', 'mapping', 'check', 'commit'] as const;
type StepName = (typeof order)[number];

type StepsIn = {
  readonly place: Place | 'opening' | 'stopped' | 'done';
  readonly words: (name: StepName) => string;
  readonly facts: Readonly<Record<StepName, string | undefined>>;
  readonly go: (place: Place) => void;
  readonly back: () => void;
};

function stepsOf({ place, words, facts, go, back }: StepsIn): readonly Step[] {
  const current: StepName | 'done' = place === 'opening' || place === 'stopped' ? 'reading' : place;
  const reached = current === 'done' ? order.length : order.indexOf(current);
  return order.map((name, index) => {
    const state =
      index < reached ? 'done' : index > reached ? 'todo' : place === 'stopped' ? 'failed' : ('current' as const);
    const canOpen = state === 'done' && place !== 'done';
    const onOpen =
      !canOpen || name === 'check' || name === 'commit' ? undefined : name === 'file' ? back : () => go(name);
    return {
      id: name,
      label: words(name),
      fact: state === 'todo' ? undefined : facts[name],
      state,
      ...(onOpen ? { onOpen } : {}),
    };
  });
}
