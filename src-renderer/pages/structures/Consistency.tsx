/** The reference structures run through this machine's chemistry, one hash per stage, beside what the consortium agreed on. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Consistency as Comparison } from '../../../src-main/contract/chemistry.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Note } from '../../parts/Note.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './StructuresPage.module.css';

export function Consistency({ inConsortium }: { inConsortium: boolean }) {
  const { t } = useTranslation('structures');
  const { client } = useEngine();
  const run = useMutation({ mutationFn: () => client.chemistry.consistency() });
  return (
    <div className={classes.consistency}>
      <Button size="small" disabled={run.isPending} onClick={() => run.mutate()}>
        {run.isPending ? t('panel.checking') : t(inConsortium ? 'panel.compare' : 'panel.checkHere')}
      </Button>
      {run.error && <ErrorLine error={run.error} />}
      {run.data && <Compared comparison={run.data} />}
    </div>
  );
}

function Compared({ comparison: { molecules, stages, differing } }: { comparison: Comparison }) {
  const { t } = useTranslation('structures');
  const alone = stages.every(({ expected }) => expected === null);
  const [cause] = differing;
  return (
    <>
      <p className="small third">{t('panel.checked', { count: molecules })}</p>
      <KeyValue
        labelWidth={124}
        facts={stages.map(({ stage, hash, expected }) => ({
          label: t(`panel.stages.${stage}`),
          value: (
            <span className={classes.stage}>
              <Hash value={hash} ends={6} />
              {expected !== null && (
                <Status tone={expected === hash ? 'ok' : 'bad'}>
                  {t(expected === hash ? 'panel.stageAgrees' : 'panel.stageDiffers')}
                </Status>
              )}
            </span>
          ),
        }))}
      />
      <Note tone={cause !== undefined ? 'bad' : alone ? 'plain' : 'ok'} live>
        {cause !== undefined
          ? t('panel.differs', { stage: t(`panel.stages.${cause}`) })
          : t(alone ? 'panel.alone' : 'panel.agrees')}
      </Note>
    </>
  );
}
