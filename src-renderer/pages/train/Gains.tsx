/** What the consortium has added, by group of tasks: dots with intervals on the test fold, hollow where zero is inside. */
import { useTranslation } from 'react-i18next';
import { useFederation } from '../../app/federation.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { GainDots } from './GainDots.tsx';
import classes from './Gains.module.css';
import { useBenefit, useNewest } from './models.ts';

export function Gains() {
  const { t } = useTranslation('train');
  const federation = useFederation();
  const { pair, aloneModel, globalModel } = useNewest(federation?.consortium?.series);
  const { data, error } = useBenefit(pair, 'aucPr');
  const gains = data?.gains ?? [];
  const differ = aloneModel !== undefined && globalModel !== undefined && pair === undefined;
  return (
    <Section title={t('gains.title')} end={t('gains.facts')}>
      {error && <ErrorLine error={error} />}
      {gains.length === 0 && !error && (
        <p className="small second">{t(differ ? 'gains.otherTasks' : 'gains.needsBoth')}</p>
      )}
      {gains.length > 0 && (
        <div className={classes.gains}>
          <GainDots gains={gains} />
          <p className="small third">{t('gains.hollow')}</p>
        </div>
      )}
    </Section>
  );
}
