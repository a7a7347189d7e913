/** The page Home: the one step for this person, the way of the data, what is blocked, what happened, what has left. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, Scroll, SidePanel } from '../../parts/Page.tsx';
import { Blocked } from './Blocked.tsx';
import { GainPanel } from './GainPanel.tsx';
import { LeftPanel } from './LeftPanel.tsx';
import { NextStep } from './NextStep.tsx';
import { Recent } from './Recent.tsx';
import { RoundPanel } from './RoundPanel.tsx';
import { Way } from './Way.tsx';

export function HomePage() {
  const { t } = useTranslation(['home', 'frame']);
  const format = useFormat();
  const { queries } = useEngine();
  const { data: home, error, refetch } = useQuery({ ...queries.home.read.queryOptions(), refetchInterval: 10_000 });
  const title = t('frame:stations.home');
  const now = new Date();
  const changed = home?.stations.import.lastAt;
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={
          <>
            {format.longDay(now)}, {format.time(now)}
            {changed && <> · {t('changed', { when: format.ago(changed) })}</>}
          </>
        }
      />
      {error && home === undefined && <ErrorState error={error} onRetry={() => void refetch()} />}
      {home && (
        <>
          <NextStep next={home.next} stations={home.stations} />
          <Way stations={home.stations} />
          <Columns
            side={
              <SidePanel label={t('round.none')}>
                <RoundPanel />
                <LeftPanel left={home.left} />
                <GainPanel />
              </SidePanel>
            }
          >
            <Scroll>
              <Blocked blocked={home.blocked} />
              <Recent entries={home.recent} />
            </Scroll>
          </Columns>
        </>
      )}
    </Page>
  );
}
