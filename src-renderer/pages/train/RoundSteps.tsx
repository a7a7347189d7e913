/** The steps of the round across the page, in words that a steward can say aloud. */
import { useTranslation } from 'react-i18next';
import type { Round } from '../../../src-main/contract/federation.ts';
import { currentStep, roundStepKey } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Note } from '../../parts/Note.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './RoundSteps.module.css';

export function RoundSteps({ round }: { round: Round }) {
  const { t } = useTranslation(['train', 'frame']);
  const format = useFormat();
  const current = currentStep(round);
  const over = round.state === 'running' || round.state === 'finished' ? undefined : round.state;
  return (
    <>
      <ol
        className={classes.steps}
        aria-label={t(round.kind === 'counting' ? 'steps.counting' : 'steps.label', { round: round.round })}
      >
        {round.steps.map((step) => {
          const now = step.name === current && round.state === 'running';
          return (
            <li
              key={step.name}
              className={classes.step}
              data-state={now ? 'now' : step.state}
              aria-current={now ? 'step' : undefined}
            >
              <span className={classes.mark}>
                <Status tone={step.state === 'done' ? 'ok' : now ? 'now' : 'todo'} />
              </span>
              <span className={classes.name}>
                {t(`frame:roundSteps.${roundStepKey(step.name, round.kind)}`, { round: round.round })}
              </span>
              <span className={classes.fact}>
                {step.name === 'model' ? (
                  <>
                    {t('steps.here')}
                    {step.state === 'done' && step.at !== null && ` ${format.time(step.at)}`}
                  </>
                ) : step.state === 'waiting' && step.count === 0 ? (
                  t('steps.needs', { count: step.needed, total: step.total })
                ) : (
                  <>
                    <b>{t('steps.of', { count: step.count, total: step.total })}</b>
                    {step.at !== null && (
                      <span title={format.exact(step.at)}>
                        {' '}
                        {now ? t('steps.since', { time: format.time(step.at) }) : format.time(step.at)}
                      </span>
                    )}
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {over !== undefined && round.reason !== null && (
        <div className={classes.note}>
          <Note tone={over === 'watched' ? 'plain' : 'warn'}>
            {t(`round.${over}`, { round: round.round, reason: t(`round.reason.${round.reason}`) })}
          </Note>
        </div>
      )}
    </>
  );
}
