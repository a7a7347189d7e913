/** The page of the station Review: one frozen package, read like a contract, and the decision about it. */
import { Button } from '@mantine/core';
import { IconEyeCheck, IconFileExport, IconFileOff } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PackageSummary, PackageView } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { Chip } from '../../parts/Chip.tsx';
import { download } from '../../parts/download.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, Scroll, Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { BytesView } from './BytesView.tsx';
import { DecisionPanel } from './DecisionPanel.tsx';
import { FieldsView } from './FieldsView.tsx';
import { ReadBack } from './ReadBack.tsx';
import classes from './ReviewPage.module.css';
import { ReadFieldsProvider } from './read-fields.tsx';
import { Summary } from './Summary.tsx';
import { type ReviewView, reviewView } from './search.ts';

const route = getRouteApi('/review');

export function ReviewPage() {
  const { t } = useTranslation(['review', 'frame']);
  const { queries } = useEngine();
  const { package: asked, view = 'summary' } = route.useSearch();
  const waiting = useQuery(queries.release.list.queryOptions({ input: {} }));
  const queue = queueOf(waiting.data ?? []);
  const hash = asked ?? queue[0]?.hash;
  const opened = useQuery({
    ...queries.release.read.queryOptions({ input: { hash: hash ?? '' } }),
    enabled: hash !== undefined,
    // The queue keeps its place, and whoever goes through it by keyboard keeps theirs.
    placeholderData: keepPreviousData,
  });
  const title = t('frame:stations.review');
  const error = waiting.error ?? (hash === undefined ? null : opened.error);

  if (error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={error} onRetry={() => void (hash === undefined ? waiting : opened).refetch()} />
      </Page>
    );
  }
  if (hash === undefined && !waiting.isPending) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <NothingWaits />
      </Page>
    );
  }
  const frozen = opened.data;
  if (frozen === undefined) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
      </Page>
    );
  }
  return (
    <Page title={t('title', { name: frozen.name })}>
      <PageHeader
        crumb={{ to: '/review', label: title }}
        title={t('title', { name: frozen.name })}
        facts={<Facts frozen={frozen} />}
        actions={<Actions frozen={frozen} view={view} />}
      />
      {queue.length > 1 && <Queue queue={queue} hash={frozen.hash} />}
      <ReadFieldsProvider key={frozen.hash}>
        <Columns side={<DecisionPanel frozen={frozen} />}>
          {view === 'summary' && (
            <Scroll>
              <Summary frozen={frozen} />
            </Scroll>
          )}
          {view === 'fields' && <FieldsView frozen={frozen} />}
          {view === 'bytes' &&
            (frozen.filesRemovedAt === null ? (
              <BytesView frozen={frozen} />
            ) : (
              <BytesRemoved at={frozen.filesRemovedAt} />
            ))}
        </Columns>
      </ReadFieldsProvider>
    </Page>
  );
}

/** Oldest first: what waits for a decision, and what changes were asked of while nothing newer has taken its place. */
function queueOf(packages: readonly PackageSummary[]): readonly PackageSummary[] {
  const isNewest = ({ id, series }: PackageSummary) =>
    packages.every((other) => other.series !== series || other.id <= id);
  return packages
    .filter((one) => one.state === 'frozen' || (one.state === 'changes-requested' && isNewest(one)))
    .reverse();
}

function Facts({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  return (
    <>
      <Chip>
        {t('round', { round: frozen.round })}
        {frozen.attempt > 1 && ` · ${t('attempt', { attempt: frozen.attempt })}`}
      </Chip>
      <span title={format.exact(frozen.frozenAt)} className={classes.frozen}>
        {t('frozen', { when: format.when(frozen.frozenAt), person: frozen.preparedBy })}
      </span>
      <span className={classes.readBack}>
        <ReadBack frozen={frozen} />
      </span>
    </>
  );
}

function Actions({ frozen, view }: { frozen: PackageView; view: ReviewView }) {
  const { t } = useTranslation('review');
  const { client } = useEngine();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: () => client.release.exportDocument({ hash: frozen.hash }),
    onSuccess: ({ fileName, json }) => download(fileName, 'application/json', [json]),
  });
  return (
    <>
      {save.error && <ErrorLine error={save.error} />}
      <Button
        variant="quiet"
        leftSection={<IconFileExport aria-hidden />}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {t('export')}
      </Button>
      <SegmentedFilter
        label={t('views.label')}
        value={view}
        onChange={(next) => void navigate({ to: '/review', search: { package: frozen.hash, view: next } })}
        segments={reviewView.options.map((value) => ({
          value,
          label: t(`views.${value}`),
          ...(value === 'fields' ? { count: frozen.fields.length } : {}),
        }))}
      />
    </>
  );
}

function Queue({ queue, hash }: { queue: readonly PackageSummary[]; hash: string }) {
  const { t } = useTranslation('review');
  const navigate = useNavigate();
  const label = t('queue.label', { count: queue.filter(({ state }) => state === 'frozen').length });
  return (
    <Toolbar>
      <span className="small second">{label}</span>
      <SegmentedFilter
        label={label}
        value={hash}
        onChange={(next) => void navigate({ to: '/review', search: { package: next } })}
        segments={queue.map((waiting) => ({
          value: waiting.hash,
          label: [
            waiting.name,
            t('round', { round: waiting.round }),
            ...(waiting.state === 'changes-requested' ? [t('queue.changes')] : []),
          ].join(' · '),
        }))}
      />
    </Toolbar>
  );
}

function BytesRemoved({ at }: { at: string }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  return (
    <Empty icon={<IconFileOff aria-hidden />} title={t('bytes.removed')}>
      {t('bytes.removedText', { when: format.when(at) })}
    </Empty>
  );
}

function NothingWaits() {
  const { t } = useTranslation('review');
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { data } = useQuery(queries.federation.status.queryOptions());
  const outside = data !== undefined && data.consortium === null;
  return (
    <Empty
      icon={<IconEyeCheck aria-hidden />}
      title={t('empty.title')}
      action={
        outside ? (
          <Button variant="primary" onClick={() => void navigate({ to: '/settings' })}>
            {t('empty.join')}
          </Button>
        ) : (
          <>
            <Button onClick={() => void navigate({ to: '/train' })}>{t('empty.toTrain')}</Button>
            <Button onClick={() => void navigate({ to: '/submissions' })}>{t('empty.toSubmissions')}</Button>
          </>
        )
      }
    >
      {outside ? t('empty.noConsortium') : t('empty.text')}
    </Empty>
  );
}
