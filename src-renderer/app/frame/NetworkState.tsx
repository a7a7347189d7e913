/** What the network does right now, in the top bar: nothing, unless a package that was approved is on its way. */
import { IconLock, IconPlugConnectedX, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../engine.tsx';
import { useJobs } from '../jobs.tsx';
import classes from './TopBar.module.css';

export function NetworkState() {
  const { t } = useTranslation('frame');
  const { reachable } = useEngine();
  const { running } = useJobs();
  const sending = running.find(({ step }) => step === 'participate.send');
  if (!reachable) {
    return (
      <span className={classes.network} data-state="lost" role="status">
        <IconPlugConnectedX aria-hidden />
        <span className="cut">{t('network.lost')}</span>
      </span>
    );
  }
  return (
    <span className={classes.network} data-state={sending ? 'sending' : 'quiet'} role="status">
      {sending ? <IconSend aria-hidden /> : <IconLock aria-hidden />}
      <span className="cut">{sending ? t('network.sending') : t('network.quiet')}</span>
    </span>
  );
}
