/** The settings of the next run alone, with what ends it earlier; a scan that finds better ones; a new head. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AloneSettings } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Page.tsx';
import { NewHead } from './NewHead.tsx';
import classes from './NextRun.module.css';
import { Scan } from './Scan.tsx';

type Props = { readonly settings: AloneSettings; readonly onSettings: (settings: AloneSettings) => void };

export function NextRun({ settings, onSettings }: Props) {
  const { t } = useTranslation(['train', 'settings']);
  const { queries } = useEngine();
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  const { data: provider } = useQuery(queries.providers.state.queryOptions());
  const change = (part: Partial<AloneSettings>) => onSettings({ ...settings, ...part });
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
                  <NumberField
                    label={t('next.hidden')}
                    value={settings.hidden[0] ?? 256}
                    step={64}
                    min={16}
                    max={4096}
                    onChange={(units) => change({ hidden: [units, ...settings.hidden.slice(1)] })}
                  />
                ),
              },
              {
                label: t('next.dropout'),
                value: (
                  <NumberField
                    label={t('next.dropout')}
                    value={settings.dropout}
                    step={0.1}
                    decimals={2}
                    min={0}
                    max={0.95}
                    onChange={(dropout) => change({ dropout })}
                  />
                ),
              },
              {
                label: t('next.inputDropout'),
                value: (
                  <NumberField
                    label={t('next.inputDropout')}
                    value={settings.inputDropout}
                    step={0.1}
                    decimals={2}
                    min={0}
                    max={0.95}
                    onChange={(inputDropout) => change({ inputDropout })}
                  />
                ),
              },
              {
                label: t('next.steps'),
                value: (
                  <NumberField
                    label={t('next.steps')}
                    value={settings.steps}
                    step={500}
                    min={settings.evaluateEvery}
                    max={100_000}
                    onChange={(steps) => change({ steps })}
                  />
                ),
              },
              {
                label: t('next.seed'),
                value: (
                  <NumberField
                    label={t('next.seed')}
                    value={settings.seed}
                    step={1}
                    min={0}
                    max={0xffff_ffff}
                    onChange={(seed) => change({ seed })}
                  />
                ),
              },
              ...(provider
                ? [{ label: t('next.runsOn'), value: t(`settings:providers.names.${provider.next.name}`) }]
                : []),
            ]}
          />
        </div>
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
