/** The rules of chemistry: chosen here before joining a consortium, whose plan sets them from then on. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { foldRule, tautomerRule } from '../../../src-main/contract/chemistry.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './SettingsPage.module.css';

export function ChemistrySettings() {
  const { t } = useTranslation(['settings', 'structures']);
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const { data } = useQuery(queries.chemistry.summary.queryOptions());
  const choose = useMutation({
    mutationFn: (chosen: Parameters<typeof client.chemistry.setParameters>[0]) =>
      client.chemistry.setParameters(chosen),
    onSuccess: () => void cache.invalidateQueries(),
  });
  if (data === undefined) return <Section title={t('sections.chemistry')} />;
  const { foldRule: folds, tautomer, keyOrigin } = data.parameters;
  const [foldLabel, tautomerLabel] = [t('structures:panel.foldRule'), t('structures:panel.tautomer')];
  const local = keyOrigin === 'local';
  return (
    <Section title={t('sections.chemistry')}>
      <p className={classes.text}>{t(local ? 'chemistry.local' : 'chemistry.agreed')}</p>
      <KeyValue
        labelWidth={96}
        facts={[
          {
            label: foldLabel,
            value: local ? (
              <SegmentedFilter
                label={foldLabel}
                value={folds}
                onChange={(chosen) => choose.mutate({ foldRule: chosen })}
                segments={foldRule.options.map((value) => ({ value, label: t(`chemistry.foldRules.${value}`) }))}
              />
            ) : (
              t(`structures:panel.foldRules.${folds}`)
            ),
          },
          {
            label: tautomerLabel,
            value: local ? (
              <SegmentedFilter
                label={tautomerLabel}
                value={tautomer}
                onChange={(chosen) => choose.mutate({ tautomer: chosen })}
                segments={tautomerRule.options.map((value) => ({
                  value,
                  label: t(`structures:panel.tautomers.${value}`),
                }))}
              />
            ) : (
              t(`structures:panel.tautomers.${tautomer}`)
            ),
          },
        ]}
      />
      {choose.error && <ErrorLine error={choose.error} />}
    </Section>
  );
}
