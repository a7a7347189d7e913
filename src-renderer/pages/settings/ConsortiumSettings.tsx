/** The consortium: joined by an invitation that is shown before it is accepted, then its plan, coordinator and members. */
import { Button, Popover } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consortium } from '../../../src-main/contract/federation.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
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
  if (consortium !== null && consortium.state !== 'left') return <Joined consortium={consortium} />;
  return (
    <>
      <Section title={t('sections.consortium')}>
        <p className={classes.text}>{t('consortium.none')}</p>
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
        <Leave consortium={consortium} />
      </Section>
      <Members members={consortium.members} />
    </>
  );
}

/** Leaving is for good, so what it does and does not undo is said before it is done. */
function Leave({ consortium }: { consortium: Consortium }) {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const leave = useMutation({
    mutationFn: () => client.federation.leave({ series: consortium.series }),
    onSuccess: () => {
      setOpen(false);
      void cache.invalidateQueries();
    },
  });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus width={340}>
      <Popover.Target>
        <Button onClick={() => setOpen(!open)}>{t('consortium.leave')}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <p className={classes.text}>{t('consortium.leaveText')}</p>
        <div className={classes.actions}>
          <Button size="small" disabled={leave.isPending} onClick={() => leave.mutate()}>
            {t('consortium.leaveAct', { name: consortium.name })}
          </Button>
          <Button size="small" variant="quiet" onClick={() => setOpen(false)}>
            {t('consortium.stay')}
          </Button>
        </div>
        {leave.error && <ErrorLine error={leave.error} />}
      </Popover.Dropdown>
    </Popover>
  );
}
