/** The consortium's clock: the steps of the newest round, who is in, and whom it waits for, by name. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { PartnerProgress, Round, WaitedFor } from '../../../src-main/contract/federation.ts';
import { currentStep, roundStepKey, useFederation } from '../../app/federation.ts';
import { type Format, useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './RoundPanel.module.css';

export function RoundPanel() {
  const { t } = useTranslation(['home', 'frame']);
  const format = useFormat();
  const federation = useFederation();
  const round = federation?.round;
  if (!round) {
    return (
      <Section title={federation?.consortium?.name ?? t('round.none')}>
        <p className="small second">{t(federation?.consortium ? 'round.noRound' : 'round.noConsortium')}</p>
      </Section>
    );
  }
  return (
    <Section
      title={round.kind === 'counting' ? t('frame:counting') : t('round.title', { round: round.round })}
      end={
        round.closesAt &&
        round.state === 'running' && (
          <span title={format.exact(round.closesAt)}>
            {t('round.closes', {
              time: format.deadline(round.closesAt),
              left: format.duration(Math.max(0, Date.parse(round.closesAt) - Date.now())),
            })}
          </span>
        )
      }
    >
      <ol className={classes.steps}>
        {round.steps.map((step) => (
          <li key={step.name} data-state={step.state} className={classes.step}>
            <Status tone={step.state === 'done' ? 'ok' : step.name === currentStep(round) ? 'now' : 'todo'} />
            <span className={classes.stepName}>
              {t(`frame:roundSteps.${roundStepKey(step.name, round.kind)}`, { round: round.round })}
            </span>
            <span className={classes.stepCount}>
              {step.count > 0 || step.state !== 'waiting'
                ? t('round.of', { count: step.count, total: step.total })
                : step.name === 'model'
                  ? t('way.none')
                  : t('round.needs', { count: step.needed })}
            </span>
          </li>
        ))}
      </ol>
      <ul className={classes.partners}>
        {round.partners.map((partner) => (
          <li
            key={partner.id}
            className={classes.partner}
            data-in={isIn(partner) || undefined}
            title={t(isIn(partner) ? 'round.in' : 'round.out', { name: partner.name })}
          >
            <span aria-hidden>{partner.name.slice(0, 2).toUpperCase()}</span>
            <span className="unseen">{t(isIn(partner) ? 'round.in' : 'round.out', { name: partner.name })}</span>
          </li>
        ))}
      </ul>
      {round.waitedFor.length > 0 && (
        <p className="small second">{t('round.waited', { who: whoIsWaitedFor(t, format, round) })}</p>
      )}
    </Section>
  );
}

const isIn = ({ state }: PartnerProgress): boolean =>
  state === 'uploaded' || state === 'confirmed' || state === 'unmasked';

function whoIsWaitedFor(t: TFunction<['home', 'frame']>, format: Format, round: Round): string {
  const nameOf = (id: string) => round.partners.find((partner) => partner.id === id)?.name ?? id;
  const own = round.partners.find(({ you }) => you)?.name ?? '';
  const words = (waited: WaitedFor): string => {
    switch (waited.kind) {
      case 'approval':
        return t('round.you', { name: own });
      case 'training':
        return t('round.training');
      case 'upload':
        return t('round.uploading', {
          name: nameOf(waited.partner),
          share: format.percent(waited.bytesTotal === 0 ? 0 : waited.bytesSent / waited.bytesTotal),
        });
      case 'partner':
        return nameOf(waited.partner);
      case 'coordinator':
        return t('round.coordinator');
    }
  };
  return format.list(round.waitedFor.map(words));
}
