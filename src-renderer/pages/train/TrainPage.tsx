/** The page of the station Train: the round in steps that one can say aloud, the curve, the gain, and what is waited for. */
import { Button } from '@mantine/core';
import { IconChartLine, IconPlayerPause, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consortium } from '../../../src-main/contract/federation.ts';
import { type AloneSettings, aloneSettings } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Rejoin } from '../../parts/Membership.tsx';
import { Page, PageHeader } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Benefit } from './Benefit.tsx';
import { Now } from './Now.tsx';
import { Rounds } from './Rounds.tsx';
import { Runs } from './Runs.tsx';
import { listedRounds } from './round-figures.ts';
import { type TrainView, trainView } from './search.ts';
import { TaskResults } from './TaskResults.tsx';

const route = getRouteApi('/train');

export function TrainPage() {
  const { t } = useTranslation(['train', 'frame']);
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { view = 'now' } = route.useSearch();
  const federation = useFederation();
  const ready = useQuery(queries.training.ready.queryOptions());
  const { data: runs } = useQuery(queries.training.runs.queryOptions({ input: {} }));
  const series = federation?.consortium?.series;
  const { data: rounds } = useQuery({
    ...queries.federation.rounds.queryOptions({ input: { series: series ?? '', limit: listedRounds } }),
    enabled: series !== undefined,
  });
  const [chosen, setSettings] = useState<AloneSettings>(() => aloneSettings.parse({}));
  // Without any class there are values alone to learn.
  const settings = ready.data?.tasks === 0 ? { ...chosen, heads: { ...chosen.heads, values: true } } : chosen;
  const title = t('frame:stations.train');

  if (ready.error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={ready.error} onRetry={() => void ready.refetch()} />
      </Page>
    );
  }
  if (ready.data === null && runs?.length === 0) {
    return (
      <Page title={title}>
        <PageHeader title={title} facts={t('facts.nothing')} />
        <Empty
          icon={<IconChartLine aria-hidden />}
          title={t('empty.title')}
          action={
            <Button variant="primary" onClick={() => void navigate({ to: '/tasks' })}>
              {t('empty.action')}
            </Button>
          }
        >
          {t('empty.text')}
        </Empty>
      </Page>
    );
  }
  const consortium = federation?.consortium ?? null;
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={<Facts consortium={consortium} />}
        actions={
          <>
            <Views view={view} runs={runs?.length ?? 0} rounds={rounds?.length ?? 0} />
            <AloneAction settings={settings} first={runs?.length === 0 && consortium === null} />
            {consortium && <RoundsAction consortium={consortium} />}
          </>
        }
      />
      {view === 'now' && <Now settings={settings} onSettings={setSettings} />}
      {view === 'rounds' && <Rounds />}
      {view === 'benefit' && <Benefit />}
      {view === 'tasks' && <TaskResults />}
      {view === 'runs' && <Runs />}
    </Page>
  );
}

function Facts({ consortium }: { consortium: Consortium | null }) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const format = useFormat();
  const federation = useFederation();
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  if (consortium) {
    const { plan } = consortium;
    const layers = plan.tensors.filter(({ shape }) => shape.length === 2).map(({ shape }) => shape[1] ?? 0);
    const inputs = plan.tensors[0]?.shape[0] ?? 0;
    const facts = [
      ...(federation?.round ? [t('facts.round', { round: federation.round.round, of: federation.round.of })] : []),
      t('facts.trunk', { layers: [inputs, ...layers].map(format.count).join(' → ') }),
      t('facts.heads'),
    ];
    return <span className="cut">{facts.join(' · ')}</span>;
  }
  if (!ready) return null;
  return <span className="cut">{t('facts.alone', { count: ready.tasks, compounds: ready.compounds.train })}</span>;
}

function Views({ view, ...counts }: { view: TrainView; runs: number; rounds: number }) {
  const { t } = useTranslation('train');
  const navigate = useNavigate();
  return (
    <SegmentedFilter
      label={t('views.label')}
      value={view}
      onChange={(next) => void navigate({ to: '/train', search: { view: next } })}
      segments={trainView.options.map((value) => ({
        value,
        label: t(`views.${value}`),
        ...(value === 'runs' || value === 'rounds' ? { count: counts[value] } : {}),
      }))}
    />
  );
}

/** Starts training alone, or stops it: the engine ends the work within a second. */
function AloneAction({ settings, first }: { settings: AloneSettings; first: boolean }) {
  const { t } = useTranslation('train');
  const { client, queries } = useEngine();
  const { running } = useJobs();
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  const job = running.find(({ kind }) => kind === 'train');
  const start = useMutation({ mutationFn: () => client.training.start({ settings }) });
  const cancel = useMutation({ mutationFn: (id: string) => client.jobs.cancel({ id }) });
  const error = start.error ?? cancel.error;
  return (
    <>
      {error && <ErrorLine error={error} />}
      {job ? (
        <Button
          leftSection={<IconPlayerStop aria-hidden />}
          disabled={cancel.isPending}
          onClick={() => cancel.mutate(job.id)}
        >
          {cancel.isPending ? t('alone.stopping') : t('alone.stop')}
        </Button>
      ) : (
        <Button
          variant={first ? 'primary' : 'default'}
          disabled={!ready || start.isPending}
          onClick={() => start.mutate()}
        >
          {first ? t('alone.start') : t('alone.again')}
        </Button>
      )}
    </>
  );
}

function RoundsAction({ consortium }: { consortium: Consortium }) {
  const { t } = useTranslation('train');
  const { client } = useEngine();
  const { series, participation, state, halted, roundsDone } = consortium;
  const start = useMutation({ mutationFn: () => client.federation.start({ series }) });
  const pause = useMutation({ mutationFn: () => client.federation.pause({ series }) });
  const error = start.error ?? pause.error;
  if (state === 'left') return <Rejoin consortium={consortium} />;
  if (state === 'finished' || (halted && participation === 'stopped')) return null;
  return (
    <>
      {error && <ErrorLine error={error} />}
      {participation === 'stopped' ? (
        <Button variant="primary" disabled={start.isPending} onClick={() => start.mutate()}>
          {t(roundsDone > 0 ? 'rounds.resume' : 'rounds.start')}
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPause aria-hidden />}
          disabled={participation === 'pausing' || pause.isPending}
          onClick={() => pause.mutate()}
        >
          {t(participation === 'pausing' ? 'rounds.pausing' : 'rounds.pause')}
        </Button>
      )}
    </>
  );
}
