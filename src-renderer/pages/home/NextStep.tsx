/** The next step for this person, with what it is good for and the only filled button of Home. */
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Home } from '../../../src-main/contract/home.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { stationPaths } from '../../app/frame/stations.ts';
import { SampleButton } from '../import/SampleButton.tsx';
import classes from './HomePage.module.css';

export function NextStep({ next, stations }: Pick<Home, 'next' | 'stations'>) {
  const { t } = useTranslation('home');
  const format = useFormat();
  const round = useFederation()?.round;
  const facts = {
    waiting: stations.structures.waiting,
    measurements: stations.import.measurements,
    name: '',
    ...next.facts,
  };
  const closes = next.step === 'review-package' ? round?.closesAt : undefined;
  return (
    <section className={classes.next} aria-labelledby="next-step">
      <div className={classes.nextText}>
        <p className={classes.nextLabel}>{t('next.label')}</p>
        <h2 id="next-step" className="statement">
          {t(`next.${next.step}.title`, facts)}
        </h2>
        <p className="second">{t(`next.${next.step}.text`, facts)}</p>
      </div>
      {closes && (
        <p className={classes.nextDate}>
          {t('round.title', { round: round?.round ?? 0 })}
          <br />
          {t('round.closes', { time: format.deadline(closes), left: format.duration(Date.parse(closes) - Date.now()) })}
        </p>
      )}
      {next.step === 'import-file' && <SampleButton />}
      <Button
        variant="primary"
        leftSection={<IconArrowRight aria-hidden />}
        renderRoot={(props) => <Link to={stationPaths[next.station]} {...props} />}
      >
        {t(`next.${next.step}.action`)}
      </Button>
    </section>
  );
}
