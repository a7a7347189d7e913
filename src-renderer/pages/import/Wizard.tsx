/** The way of one file into the catalogue: reading, mapping, check, commit. Done steps can be opened again. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconCheck, IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { checkReport, type Inspection, importOutcome } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJob } from '../../app/jobs.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { Page, PageHeader } from '../../parts/Page.tsx';
import { type Step, Stepper } from '../../parts/Stepper.tsx';
import { CheckStep } from './CheckStep.tsx';
import { CommitStep } from './CommitStep.tsx';
import { canRedo, canUndo, type Draft, mappingOf, redone, undone } from './draft.ts';
import { MappingStep } from './MappingStep.tsx';
import { ReadingStep } from './ReadingStep.tsx';
import { Reading, ReadingStopped } from './ReadingStopped.tsx';
import type { ImportSearch } from './search.ts';
import { useDraft } from './useDraft.ts';
import { useInspection } from './useInspection.ts';
import { decidedWords, readingFact, rowsWords, seenWords, usedWords } from './words.ts';

const route = getRouteApi('/import');

type Place = NonNullable<ImportSearch['step']>;

export function Wizard({ file }: { file: string }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const navigate = useNavigate();
  const { client } = useEngine();
  const { step = 'mapping', job: jobId } = route.useSearch();
  const [draft, change] = useDraft(file);
  const inspecting = useInspection(file, draft, change);
  const inspection = inspecting.data;
  const mapping = mappingOf(draft);
  const job = useJob(jobId);

  const go = (next: Place, job?: string) =>
    void navigate({ to: '/import', search: { file, step: next, ...(job ? { job } : {}) } });
  const check = useMutation({
    mutationFn: () => client.intake.preview({ file, mapping: mapping! }),
    onSuccess: ({ jobId }) => go('check', jobId),
  });
  const commit = useMutation({
    mutationFn: (again: boolean) => client.intake.import({ file, mapping: mapping!, again }),
    onSuccess: ({ jobId }) => go('commit', jobId),
  });

  const report = job?.kind === 'preview' && job.state === 'done' ? checkReport.safeParse(job.result).data : undefined;
  const outcome = job?.kind === 'import' && job.state === 'done' ? importOutcome.safeParse(job.result).data : undefined;
  const title = inspection?.file.name ?? (draft.name === '' ? t('frame:stations.import') : draft.name);
  const body = () => {
    if (inspecting.error && !inspecting.isFetching) {
      return <ReadingStopped error={inspecting.error} draft={draft} change={change} />;
    }
    if (inspection === undefined || mapping === undefined) return <Reading name={title} />;
    const shared = { inspection, mapping, draft, change, go };
    switch (step) {
      case 'reading':
        return <ReadingStep {...shared} busy={inspecting.isFetching} />;
      case 'mapping':
        return <MappingStep {...shared} busy={inspecting.isFetching} check={check} />;
      case 'check':
        return <CheckStep {...shared} job={job} report={report} check={check} commit={commit} />;
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
          mapping && step !== 'commit' && <History draft={draft} change={change} onChange={() => go('mapping')} />
        }
      />
      <Stepper
        label={t('steps.label')}
        steps={stepsOf({
          place:
            outcome?.outcome === 'imported' ? 'done' : inspecting.error ? 'stopped' : inspection ? step : 'opening',
          words: (name) => t(`steps.${name}`),
          facts: {
            file: t('steps.oneFile'),
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

type HistoryProps = {
  readonly draft: Draft;
  readonly change: (next: (draft: Draft) => Draft) => void;
  readonly onChange: () => void;
};

/** Undo, redo, and the list of decisions to go back to any of them. */
function History({ draft, change, onChange }: HistoryProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const { history, at } = draft;
  const go = (next: (draft: Draft) => Draft) => {
    change(next);
    onChange();
  };
  const said = (index: number) => {
    const entry = history[index];
    return entry === undefined ? '' : decidedWords(t, entry.decided);
  };
  const back = canUndo(draft) ? t('history.undo', { what: said(at) }) : t('history.nothingToUndo');
  const forth = canRedo(draft) ? t('history.redo', { what: said(at + 1) }) : t('history.nothingToRedo');
  return (
    <>
      <ActionIcon aria-label={back} title={back} disabled={!canUndo(draft)} onClick={() => go(undone)}>
        <IconArrowBackUp aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={forth} title={forth} disabled={!canRedo(draft)} onClick={() => go(redone)}>
        <IconArrowForwardUp aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button variant="quiet" leftSection={<IconHistory aria-hidden />}>
            {t('history.decisions', { count: at })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {history.map(({ decided }, index) => (
            <Menu.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: a decision is its place in the history
              key={index}
              leftSection={index === at ? <IconCheck aria-hidden /> : <span />}
              onClick={() => go((before) => ({ ...before, at: index }))}
            >
              {decidedWords(t, decided)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
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
