/** What the consortium has added, by group of tasks: dots with intervals on the test fold, hollow where zero is inside. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Gain, largeTask } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { IntervalDots } from '../../parts/IntervalDots.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './Gains.module.css';
import { useNewest } from './models.ts';

export function Gains() {
  const { t } = useTranslation(['train', 'tasks']);
  const { queries } = useEngine();
  const federation = useFederation();
  const { pair, aloneModel, globalModel } = useNewest(federation?.consortium?.series);
  const { data: gains = [], error } = useQuery({
    ...queries.training.gains.queryOptions({ input: pair ?? { aloneModelId: '', globalModelId: '' } }),
    enabled: pair !== undefined,
  });
  const name = (group: Gain['group']): string => {
    if (group === 'all') return t('gains.all');
    if (group === 'large' || group === 'small') return t(`gains.${group}`, { limit: largeTask });
    return t(`tasks:type.${group}`);
  };
  const differ = aloneModel !== undefined && globalModel !== undefined && pair === undefined;
  return (
    <Section title={t('gains.title')} end={t('gains.facts')}>
      {error && <ErrorLine error={error} />}
      {gains.length === 0 && !error && (
        <p className="small second">{t(differ ? 'gains.otherTasks' : 'gains.needsBoth')}</p>
      )}
      {gains.length > 0 && (
        <div className={classes.gains}>
          <IntervalDots
            label={t('gains.title')}
            rows={gains.map(({ group, tasks, difference, interval }) => ({
              id: group,
              label: name(group),
              count: tasks,
              value: difference,
              low: interval?.low ?? null,
              high: interval?.high ?? null,
            }))}
            zero={t('gains.zero')}
            rowHeight={36}
            axis
          />
          <p className="small third">{t('gains.hollow')}</p>
        </div>
      )}
    </Section>
  );
}
