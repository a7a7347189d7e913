/** The settings of the next run alone, with what ends it earlier; a scan that finds better ones; a new head. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AloneSettings } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Page.tsx';
import { MoreSettings } from './MoreSettings.tsx';
import { NewHead } from './NewHead.tsx';
import classes from './NextRun.module.css';
import { NumbersField } from './NumbersField.tsx';
import { Scan } from './Scan.tsx';

type Props = { readonly settings: AloneSettings; readonly onSettings: (settings: AloneSettings) => void };

export function NextRun({ settings, onSettings }: Props) {
  const { t } = useTranslation(['train', 'settings']);
  const { queries } = useEngine();
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  const { data: provider } = useQuery(queries.providers.state.queryOptions());
  return (
    <>
      <Section title={t('next.title')} facts={t('next.facts')}>
        <div className={classes.fields}>
          <KeyValue
            labelWidth={132}
            facts={[
              {
                label: t('next.hidden'),
                value: (
                  <NumbersField
                    label={t('next.hidden')}
                    values={settings.hidden}
                    {...{ min: 4, max: 4096, fewest: 1, most: 4 }}
                    onChange={(hidden) => onSettings({ ...settings, hidden })}
                  />
                ),
              },
              ...fieldsOf(settings).map(({ name, ...limits }) => ({
                label: t(`next.${name}`),
                value: (
                  <NumberField
                    label={t(`next.${name}`)}
                    value={settings[name]}
                    {...limits}
                    onChange={(value) => onSettings({ ...settings, [name]: value })}
                  />
                ),
              })),
              ...(provider
                ? [{ label: t('next.runsOn'), value: t(`settings:providers.names.${provider.next.name}`) }]
                : []),
            ]}
          />
        </div>
        <MoreSettings settings={settings} onSettings={onSettings} />
        <p className={`${classes.note} small third`}>
          {t('next.stops', { looks: settings.patience, every: settings.evaluateEvery })}
          {ready && ` ${t('next.folds', ready.compounds)}`}
        </p>
      </Section>
      <Scan settings={settings} onSettings={onSettings} />
      <NewHead />
    </>
  );
}

type Field = {
  readonly name: 'dropout' | 'inputDropout' | 'steps' | 'seed';
  readonly step: number;
  readonly decimals?: number;
  readonly min: number;
  readonly max: number;
};

const fieldsOf = ({ evaluateEvery }: AloneSettings): readonly Field[] => [
  { name: 'dropout', step: 0.1, decimals: 2, min: 0, max: 0.95 },
  { name: 'inputDropout', step: 0.1, decimals: 2, min: 0, max: 0.95 },
  { name: 'steps', step: 500, min: evaluateEvery, max: 100_000 },
  { name: 'seed', step: 1, min: 0, max: 0xffff_ffff },
];
