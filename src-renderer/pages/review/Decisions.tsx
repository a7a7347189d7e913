/** What has been decided about a package, by whom, and what follows from it. */
import { useTranslation } from 'react-i18next';
import type { PackageState, PackageView } from '../../../src-main/contract/release.ts';
import { role } from '../../../src-main/contract/settings.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './Decisions.module.css';

export const stateTones: Readonly<Record<PackageState, Tone>> = {
  frozen: 'wait',
  approved: 'ok',
  refused: 'wait',
  'changes-requested': 'warn',
  sent: 'ok',
  void: 'bad',
};

export function Decisions({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation(['review', 'frame']);
  const format = useFormat();
  const { state, decisions, sentAt } = frozen;
  if (state === 'frozen' && decisions.length === 0) return null;
  const known = (name: string) => role.options.find((option) => option === name);
  return (
    <Section title={t('decisions.title')} end={<Status tone={stateTones[state]}>{t(`state.${state}`)}</Status>}>
      {state !== 'frozen' && (
        <p className="small second">{t(`stateText.${state}`, { when: sentAt === null ? '' : format.when(sentAt) })}</p>
      )}
      <ul className={classes.decisions}>
        {decisions.map((decision) => {
          const itsRole = known(decision.role);
          return (
            <li key={decision.id}>
              <span className="name">{t(`decisions.verdict.${decision.verdict}`)}</span>
              <span className={classes.when} title={format.exact(decision.decidedAt)}>
                {format.when(decision.decidedAt)}
              </span>
              <span className={classes.who}>
                {t('decisions.by', {
                  person: decision.person,
                  role: itsRole === undefined ? decision.role : t(`frame:roles.${itsRole}`),
                })}
                {decision.standingApproval !== null && ` · ${t('decisions.standing')}`}
              </span>
              {decision.comment !== '' && <q className={classes.comment}>{decision.comment}</q>}
              <span className={classes.who}>
                <Status tone={decision.signatureValid ? 'ok' : 'bad'}>
                  {t(decision.signatureValid ? 'decisions.signature' : 'decisions.signatureWrong')}
                </Status>
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
