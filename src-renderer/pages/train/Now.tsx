/** What happens now: the steps of the round, the curve beside the gain, who is in beside what is waited for. */

import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AloneSettings } from '../../../src-main/contract/training.ts';
import { useFederation } from '../../app/federation.ts';
import { Note } from '../../parts/Note.tsx';
import { Regions } from '../../parts/Regions.tsx';
import { Gains } from './Gains.tsx';
import { LearningCurve } from './LearningCurve.tsx';
import { Means } from './Means.tsx';
import { NextRun } from './NextRun.tsx';
import classes from './Now.module.css';
import { Partners } from './Partners.tsx';
import { RoundSteps } from './RoundSteps.tsx';
import { WaitedFor } from './WaitedFor.tsx';

type Props = { readonly settings: AloneSettings; readonly onSettings: (settings: AloneSettings) => void };

export function Now({ settings, onSettings }: Props) {
  const federation = useFederation();
  const consortium = federation?.consortium ?? null;
  const round = federation?.round ?? null;
  const inConsortium = consortium !== null && consortium.state !== 'left';
  return (
    <>
      {inConsortium && round && <RoundSteps round={round} />}
      <Regions
        side={
          <>
            {inConsortium && <Gains />}
            {inConsortium && round && <WaitedFor round={round} stopped={consortium.participation === 'stopped'} />}
            <NextRun settings={settings} onSettings={onSettings} />
            {federation !== undefined && consortium === null && <Join />}
          </>
        }
      >
        <LearningCurve />
        {inConsortium && round && <Partners round={round} />}
        <Means />
      </Regions>
    </>
  );
}

function Join() {
  const { t } = useTranslation('train');
  const navigate = useNavigate();
  return (
    <div className={classes.join}>
      <Note
        tone="plain"
        action={
          <Button size="small" onClick={() => void navigate({ to: '/settings' })}>
            {t('join')}
          </Button>
        }
      >
        {t('joinNote')}
      </Note>
    </div>
  );
}
