/** All rounds of the series: what they cost and brought, the curve with the rounds that failed, and the one that is chosen. */
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consortium, RoundSummary } from '../../../src-main/contract/federation.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid } from '../../parts/DataGrid.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Leave } from '../../parts/Membership.tsx';
import { Note } from '../../parts/Note.tsx';
import { Columns, SidePanel } from '../../parts/Page.tsx';
import { LearningCurve } from './LearningCurve.tsx';
import { RoundPanel } from './RoundPanel.tsx';
import classes from './Rounds.module.css';
import { useRoundColumns } from './round-columns.tsx';
import { changesOf, keyOf, listedRounds, totalsOf } from './round-figures.ts';

const route = getRouteApi('/train');

export function Rounds() {
  const { t } = useTranslation('train');
  const navigate = useNavigate();
  const federation = useFederation();
  if (federation === undefined) return null;
  if (federation.consortium === null) {
    return (
      <Empty
        icon={<IconRefresh aria-hidden />}
        title={t('list.noConsortium')}
        action={<Button onClick={() => void navigate({ to: '/settings' })}>{t('join')}</Button>}
      >
        {t('list.noConsortiumText')}
      </Empty>
    );
  }
  return <OfSeries consortium={federation.consortium} />;
}

function OfSeries({ consortium }: { consortium: Consortium }) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { round: chosen } = route.useSearch();
  const { series, members } = consortium;
  const { data, error, refetch } = useQuery(
    queries.federation.rounds.queryOptions({ input: { series, limit: listedRounds } }),
  );
  const changes = useMemo(() => changesOf(data ?? []), [data]);
  const columns = useRoundColumns(members, changes);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const selected = data?.find((summary) => keyOf(summary) === chosen) ?? data?.[0];
  return (
    <Columns
      side={
        selected ? (
          <RoundPanel key={keyOf(selected)} series={series} summary={selected} left={consortium.state === 'left'} />
        ) : (
          data === undefined && (
            <SidePanel label={t('views.rounds')} width={376}>
              {null}
            </SidePanel>
          )
        )
      }
    >
      <div className={classes.rounds}>
        <Totals consortium={consortium} rounds={data} />
        <Standing consortium={consortium} />
        <LearningCurve height={236} />
        <div className={classes.list}>
          <DataGrid
            label={t('list.label')}
            columns={columns}
            rows={data ?? grey}
            rowKey={keyOf}
            selected={selected === undefined ? null : keyOf(selected)}
            onSelect={(summary) => void navigate({ to: '/train', search: { view: 'rounds', round: keyOf(summary) } })}
            quiet={({ state }) => state === 'refused' || state === 'voided'}
            empty={<p className={classes.none}>{t('list.none')}</p>}
          />
        </div>
      </div>
    </Columns>
  );
}

const grey = Array.from({ length: 4 }, () => undefined);

/** What all of it comes to, and the way out at the end of the line. */
function Totals({ consortium, rounds }: { consortium: Consortium; rounds: readonly RoundSummary[] | undefined }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const { bytesOut, bytesIn, pace } = useMemo(() => totalsOf(rounds ?? []), [rounds]);
  const { roundsDone, plan, state } = consortium;
  const left = plan.rounds - roundsDone;
  const over = state === 'finished' || state === 'left';
  return (
    <div className={classes.totals}>
      <dl className={classes.figures}>
        <Figure label={t('totals.done')}>{t('totals.of', { done: roundsDone, all: plan.rounds })}</Figure>
        <Figure label={t('totals.sent')}>{rounds === undefined ? '–' : format.bytes(bytesOut)}</Figure>
        <Figure label={t('totals.fetched')}>{rounds === undefined ? '–' : format.bytes(bytesIn)}</Figure>
        <Figure label={t('totals.pace')} title={t('totals.paceText')}>
          {pace === null ? '–' : format.duration(pace)}
        </Figure>
        <Figure label={t('totals.left')} title={t('totals.leftText')}>
          {over || left === 0 || pace === null ? '–' : t('totals.about', { time: format.duration(left * pace) })}
        </Figure>
      </dl>
      {!over && <Leave consortium={consortium} />}
    </div>
  );
}

function Figure({ label, title, children }: { label: string; title?: string; children: ReactNode }) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What stands in the way of further rounds, if anything does. */
function Standing({ consortium }: { consortium: Consortium }) {
  const { t } = useTranslation('train');
  const navigate = useNavigate();
  const { state, halted, roundsDone, name } = consortium;
  if (state !== 'left' && state !== 'finished' && !halted) return null;
  const toSettings = (
    <Button size="small" onClick={() => void navigate({ to: '/settings' })}>
      {t('standing.invitation')}
    </Button>
  );
  return (
    <div className={classes.note}>
      {state === 'left' ? (
        <Note tone="plain">{t('standing.left', { name })}</Note>
      ) : state === 'finished' ? (
        <Note tone="ok" action={toSettings}>
          {t('standing.finished', { count: roundsDone })}
        </Note>
      ) : (
        halted && <Note tone="warn">{t(`standing.halted.${halted}`, { round: roundsDone + 1 })}</Note>
      )}
    </div>
  );
}
