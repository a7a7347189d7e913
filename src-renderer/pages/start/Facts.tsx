/** Three facts for somebody who sees the product for the first time: what stays, what leaves, what comes back. */
import { IconDatabase, IconEyeCheck, IconGauge } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Boundary } from '../../parts/Boundary.tsx';
import classes from './Doors.module.css';

export function Facts() {
  const { t } = useTranslation('start');
  return (
    <div className={classes.facts}>
      <section className={classes.fact}>
        <h2>
          <IconDatabase aria-hidden />
          {t('facts.here')}
        </h2>
        <p>{t('facts.hereText')}</p>
      </section>
      <Boundary />
      <section className={classes.fact}>
        <h2>
          <IconEyeCheck aria-hidden />
          {t('facts.leaves')}
        </h2>
        <p>{t('facts.leavesText')}</p>
      </section>
      <span className={classes.plain} />
      <section className={classes.fact}>
        <h2>
          <IconGauge aria-hidden />
          {t('facts.back')}
        </h2>
        <p>{t('facts.backText')}</p>
      </section>
    </div>
  );
}
