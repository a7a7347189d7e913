/** What the round waits for: what a person here can act on, and what happens if nobody does. */
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Round, WaitedFor as Waited } from '../../../src-main/contract/federation.ts';
import { roundStepKey } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Meter } from '../../parts/Meter.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './WaitedFor.module.css';

export function WaitedFor({ round, stopped }: { round: Round; stopped: boolean }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  return (
    <Section
      title={t('waited.title')}
      end={
        round.closesAt !== null &&
        round.state === 'running' && (
          <span title={format.exact(round.closesAt)}>
            {t('waited.until', { time: format.deadline(round.closesAt) })}
          </span>
        )
      }
    >
      {round.waitedFor.length === 0 && (
        <p className="small second">{t(stopped ? 'waited.stopped' : 'waited.nothing')}</p>
      )}
      <ul className={classes.list}>
        {round.waitedFor.map((waited) => (
          <li key={keyOf(waited)} className={classes.item}>
            <Line waited={waited} round={round} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

const keyOf = (waited: Waited): string => `${waited.kind} ${'partner' in waited ? waited.partner : ''}`;

function Line({ waited, round }: { waited: Waited; round: Round }) {
  const { t } = useTranslation(['train', 'frame']);
  const format = useFormat();
  const navigate = useNavigate();
  const nameOf = (id: string) => round.partners.find((partner) => partner.id === id)?.name ?? id;
  switch (waited.kind) {
    case 'approval': {
      const partner = round.partners.find(({ you }) => you)?.name ?? '';
      const time = format.time(waited.since);
      return (
        <>
          <Status tone="wait" strong>
            {t('waited.approval')}
          </Status>
          <p className={classes.text}>
            {round.closesAt === null
              ? t('waited.approvalText', { time, partner })
              : t('waited.approvalTextBy', { time, partner, closes: format.deadline(round.closesAt) })}
          </p>
          <div className={classes.action}>
            <Button
              size="small"
              onClick={() => void navigate({ to: '/review', search: { package: waited.packageHash } })}
            >
              {t('waited.openReview')}
            </Button>
          </div>
        </>
      );
    }
    case 'training':
      return (
        <>
          <Status tone="now" strong>
            {t('waited.training')}
          </Status>
          <p className={classes.text}>{t('waited.trainingText', { time: format.time(waited.since) })}</p>
        </>
      );
    case 'upload': {
      const name = t('waited.upload', { partner: nameOf(waited.partner) });
      return (
        <>
          <Status tone="moves" strong>
            {name}
          </Status>
          <p className={classes.text}>
            <Meter label={name} done={waited.bytesSent} total={waited.bytesTotal} width={150} />{' '}
            {t('waited.uploaded', { sent: format.bytes(waited.bytesSent), total: format.bytes(waited.bytesTotal) })}
          </p>
        </>
      );
    }
    case 'partner':
      return (
        <>
          <Status tone="wait" strong>
            {t('waited.partner', { partner: nameOf(waited.partner) })}
          </Status>
          <p className={classes.text}>
            {t('waited.partnerText', {
              step: t(`frame:roundSteps.${roundStepKey(waited.step, round.kind)}`, { round: round.round }),
            })}
          </p>
        </>
      );
    case 'coordinator':
      return (
        <>
          <Status tone="wait" strong>
            {t('waited.coordinator')}
          </Status>
          <p className={classes.text}>
            {t('waited.coordinatorText', {
              step: t(`frame:roundSteps.${roundStepKey(waited.step, round.kind)}`, { round: round.round }),
            })}
          </p>
        </>
      );
  }
}
