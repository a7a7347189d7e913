/** The consortium: joined by an invitation that is shown before it is accepted, then its plan, coordinator and members. */
import { useTranslation } from 'react-i18next';
import type { Consortium } from '../../../src-main/contract/federation.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Leave, Rejoin } from '../../parts/Membership.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { AgreementFacts, Members } from './Agreement.tsx';
import { Join } from './Join.tsx';
import classes from './SettingsPage.module.css';
import { SignRoster } from './SignRoster.tsx';

export function ConsortiumSettings() {
  const { t } = useTranslation('settings');
  const federation = useFederation();
  if (federation === undefined) return <Section title={t('sections.consortium')} />;
  const { consortium, identity } = federation;
  if (consortium !== null && consortium.state !== 'left') {
    return (
      <>
        <Joined consortium={consortium} />
        {consortium.state === 'finished' && <Join hasIdentity />}
      </>
    );
  }
  return (
    <>
      <Section title={t('sections.consortium')}>
        {consortium === null ? (
          <p className={classes.text}>{t('consortium.none')}</p>
        ) : (
          <>
            <p className={classes.text}>{t('membership.left', { name: consortium.name })}</p>
            <Rejoin consortium={consortium} />
          </>
        )}
      </Section>
      {identity !== null && <SignRoster />}
      <Join hasIdentity={identity !== null} />
    </>
  );
}

function Joined({ consortium }: { consortium: Consortium }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  return (
    <>
      <Section
        title={t('sections.consortium')}
        end={
          <Status tone={consortium.state === 'finished' ? 'ok' : 'now'}>
            {t(`consortium.states.${consortium.state}`)}
          </Status>
        }
      >
        <AgreementFacts
          agreement={consortium}
          withChemistry={false}
          extra={[
            {
              label: t('consortium.joined'),
              value: <span title={format.exact(consortium.joinedAt)}>{format.ago(consortium.joinedAt)}</span>,
            },
            {
              label: t('consortium.rounds'),
              value: t('consortium.roundsValue', { done: consortium.roundsDone, all: consortium.plan.rounds }),
            },
          ]}
        />
        <div className={classes.gap} />
        {consortium.state !== 'finished' && <Leave consortium={consortium} />}
      </Section>
      <Members members={consortium.members} />
    </>
  );
}
