/** A new head on the global trunk: what it came to beside the head that learnt with the trunk. */
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Retraining } from '../../../src-main/contract/tuning.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { useNewest } from './models.ts';
import classes from './Scan.module.css';

export function NewHead() {
  const { t } = useTranslation(['tuning', 'train']);
  const { client, queries } = useEngine();
  const { running } = useJobs();
  const federation = useFederation();
  const { globalModel } = useNewest(federation?.consortium?.series);
  const input = { globalModelId: globalModel?.id ?? '' };
  const { data: outcome } = useQuery({
    ...queries.tuning.retraining.queryOptions({ input }),
    enabled: globalModel !== undefined,
  });
  const start = useMutation({ mutationFn: () => client.tuning.retrain(input) });
  const trains = running.some(({ kind }) => kind === 'retrain');
  if (globalModel === undefined) return null;
  return (
    <Section title={t('newHead.title')} facts={t('newHead.facts')}>
      {outcome ? <Outcome outcome={outcome} /> : <p className="small second">{t('newHead.text')}</p>}
      <div className={classes.action}>
        <Button size="small" disabled={trains || start.isPending} onClick={() => start.mutate()}>
          {t(trains ? 'newHead.running' : outcome ? 'newHead.again' : 'newHead.start')}
        </Button>
        {start.error && <ErrorLine error={start.error} />}
      </div>
    </Section>
  );
}

function Outcome({ outcome: { globalAucPr, aucPr, against, modelId } }: { outcome: Retraining }) {
  const { t } = useTranslation(['tuning', 'train']);
  const format = useFormat();
  const figure = (value: number | null) => (value === null ? '–' : format.decimal(value, 3));
  const { difference, interval } = against;
  const clear = interval !== null && interval.low > 0;
  const range = interval && { low: format.signed(interval.low, 3), high: format.signed(interval.high, 3) };
  return (
    <>
      <KeyValue
        labelWidth={132}
        facts={[
          { label: t('newHead.own'), value: figure(globalAucPr) },
          { label: t('newHead.new'), value: figure(aucPr) },
          {
            label: t('newHead.difference'),
            value:
              difference === null
                ? '–'
                : `${format.signed(difference, 3)}${range ? ` ${t('train:benefit.range', range)}` : ''}`,
          },
        ]}
      />
      <div className={classes.figures}>
        <Status tone={clear ? 'ok' : 'aside'} strong>
          {t(clear ? 'newHead.clearly' : (difference ?? 0) > 0 ? 'newHead.notClearly' : 'newHead.notBetter')}
        </Status>
      </div>
      <p className="small third">{t(modelId === null ? 'newHead.dropped' : 'newHead.kept')}</p>
    </>
  );
}
