/** The page of the station Tasks: assays by size at the left, the decision about one assay's thresholds at the right. */
import { Button } from '@mantine/core';
import { IconTarget } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssayRow } from '../../../src-main/contract/tasks.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Page, PageHeader } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { AssayDecision } from './AssayDecision.tsx';
import { AssayList } from './AssayList.tsx';
import { useFromFile } from './FromFile.tsx';
import classes from './TasksPage.module.css';

export function TasksPage() {
  const { t } = useTranslation(['tasks', 'frame']);
  const { queries } = useEngine();
  const { data, error, refetch, isPending } = useQuery(queries.tasks.list.queryOptions({ input: {} }));
  const [chosen, setChosen] = useState<number | null>(null);
  /** The assays as the list shows them: filtered and sorted, so that "next" is the next line. */
  const [shown, setShown] = useState<readonly AssayRow[]>([]);
  const title = t('frame:stations.tasks');
  const { menu, outcome } = useFromFile();

  if (error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (!isPending && data.assays.length === 0) return <NothingBuilt title={title} menu={menu} outcome={outcome} />;

  const assays = data?.assays ?? [];
  const selected = assays.find(({ assayId }) => assayId === chosen) ?? shown[0] ?? assays[0];
  const place = shown.findIndex(({ assayId }) => assayId === selected?.assayId);
  const open = (index: number) => {
    const next = shown[index];
    if (next !== undefined) setChosen(next.assayId);
  };
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={<Facts />}
        actions={
          <>
            {menu}
            <Build assays={assays.length} />
          </>
        }
      />
      {outcome}
      <div className={classes.split}>
        <div className={classes.list}>
          <AssayList
            assays={isPending ? undefined : assays}
            selected={selected?.assayId ?? null}
            onSelect={setChosen}
            onShown={setShown}
          />
        </div>
        {selected !== undefined && (
          <div className={classes.decision}>
            <AssayDecision
              key={selected.assayId}
              assayId={selected.assayId}
              onPrevious={place > 0 ? () => open(place - 1) : undefined}
              onNext={place >= 0 && place < shown.length - 1 ? () => open(place + 1) : undefined}
            />
          </div>
        )}
      </div>
    </Page>
  );
}

/** Before the first task set: what it could be made of, or where measurements come from. */
function NothingBuilt({ title, menu, outcome }: { title: string; menu: ReactNode; outcome: ReactNode }) {
  const { t } = useTranslation(['tasks', 'frame']);
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { data: measured } = useQuery(queries.intake.assays.queryOptions());
  if (measured === undefined) return <Page title={title}>{null}</Page>;
  const facts = t('assays', { count: measured.length });
  return (
    <Page title={title}>
      <PageHeader title={title} facts={facts} actions={measured.length > 0 && menu} />
      {outcome}
      {measured.length > 0 ? (
        <Empty
          icon={<IconTarget aria-hidden />}
          title={t('first.title', { count: measured.length })}
          action={<Build assays={measured.length} />}
        >
          {t('first.text')}
        </Empty>
      ) : (
        <Empty
          icon={<IconTarget aria-hidden />}
          title={t('empty.title')}
          action={
            <Button variant="primary" onClick={() => void navigate({ to: '/import' })}>
              {t('empty.action')}
            </Button>
          }
        >
          {t('empty.text')}
        </Empty>
      )}
    </Page>
  );
}

function Facts() {
  const { t } = useTranslation('tasks');
  const { queries } = useEngine();
  const format = useFormat();
  const { data } = useQuery(queries.tasks.list.queryOptions({ input: {} }));
  if (data === undefined) return null;
  const { assays, taskSet, rules } = data;
  return (
    <>
      <span>
        {t('facts', {
          assays: t('assays', { count: assays.length }),
          ready: assays.filter(({ status }) => status !== 'too-few').length,
          aside: assays.filter(({ status }) => status === 'too-few').length,
          ...rules.trainingQuorum,
        })}
      </span>
      {taskSet === null ? (
        <Status tone="todo">{t('neverBuilt')}</Status>
      ) : taskSet.stale ? (
        <Status tone="warn">{t('stale')}</Status>
      ) : (
        <span title={format.exact(taskSet.createdAt)}>{t('builtAt', { when: format.ago(taskSet.createdAt) })}</span>
      )}
    </>
  );
}

function Build({ assays }: { assays: number }) {
  const { t } = useTranslation('tasks');
  const { client, queries } = useEngine();
  const { running } = useJobs();
  const { data } = useQuery(queries.tasks.list.queryOptions({ input: {} }));
  const rebuild = useMutation({ mutationFn: () => client.tasks.rebuild({}) });
  if (data === undefined) return null;
  const building = rebuild.isPending || running.some(({ kind }) => kind === 'tasks');
  const needed = data.taskSet === null || data.taskSet.stale;
  return (
    <>
      {rebuild.error && <ErrorLine error={rebuild.error} />}
      <Button variant={needed ? 'primary' : 'default'} disabled={building} onClick={() => rebuild.mutate()}>
        {building ? t('building') : data.taskSet === null ? t('build', { count: assays }) : t('rebuild')}
      </Button>
    </>
  );
}
