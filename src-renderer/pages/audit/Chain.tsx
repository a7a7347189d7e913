/** The state of the chain in one line: intact or broken, how many entries, when recomputed, and its head. */
import { IconLink, IconUnlink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditState, Verification } from '../../../src-main/contract/audit.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Chain.module.css';

type Props = { readonly state: AuditState | undefined; readonly verification: Verification | null };

export function Chain({ state, verification }: Props) {
  const { t } = useTranslation(['audit', 'bundle']);
  const format = useFormat();
  if (state === undefined) return <div className={classes.chain} />;
  return (
    <div className={classes.chain}>
      <Verdict state={state} verification={verification} />
      <span className={classes.head}>
        <span className="small second">{t('chain.head')}</span>
        <Hash value={state.head.hash} />
        {state.told === null ? (
          <span className="small third">{t('bundle:toldNone')}</span>
        ) : (
          <span
            className="small third"
            title={t('bundle:toldSince', { seq: state.told.seq, when: format.exact(state.told.at) })}
          >
            {t('bundle:told', { seq: state.told.seq })}
          </span>
        )}
      </span>
    </div>
  );
}

function Verdict({ state, verification }: { state: AuditState; verification: Verification | null }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  if (verification === null) return <Status tone="todo">{t('chain.unchecked')}</Status>;
  if (verification.state === 'running') {
    const progress = { done: verification.checked, total: verification.total };
    return (
      <>
        <span className={classes.running}>{t('chain.running')}</span>
        <Meter label={t('chain.running')} {...progress} width={160} />
        <span className="small second">{t('chain.progress', progress)}</span>
      </>
    );
  }
  if (verification.broken !== null) {
    return (
      <>
        <strong className={classes.broken} role="alert">
          <IconUnlink aria-hidden />
          {t('chain.broken', { seq: verification.broken.seq })}
        </strong>
        <span className="small second">
          {t(`chain.brokenText.${verification.broken.reason}`)} {t('chain.brokenWay')}
        </span>
      </>
    );
  }
  const later = state.entries - verification.total;
  return (
    <>
      <strong className={classes.intact}>
        <IconLink aria-hidden />
        {t('chain.intact')}
      </strong>
      <span className="small second" title={format.exact(verification.at)}>
        {t('chain.intactText', { count: verification.total, when: format.when(verification.at) })}
        {later > 0 && ` ${t('chain.later', { count: later })}`}
      </span>
    </>
  );
}
