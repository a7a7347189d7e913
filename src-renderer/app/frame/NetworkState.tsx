/** What the network does right now, in the top bar: nothing, unless a package that was approved is on its way. */
import { IconLock, IconPlugConnectedX, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../engine.tsx';
import { useFederation } from '../federation.ts';
import classes from './TopBar.module.css';

export function NetworkState() {
  const { t } = useTranslation('frame');
  const { reachable } = useEngine();
  const sending = useFederation()?.connection.sending ?? false;
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
