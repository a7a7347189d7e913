/** Settings of a run beyond the usual ones: what it learns, layers of heads, rates and their fall, batches, and when it ends. */
import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AloneSettings, HeadSettings } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './NextRun.module.css';
import { NumbersField } from './NumbersField.tsx';

type Props = { readonly settings: AloneSettings; readonly onSettings: (settings: AloneSettings) => void };

export function MoreSettings({ settings, onSettings }: Props) {
  const { t } = useTranslation('train');
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className={classes.more}>
        <Button size="small" variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('next.more')}
        </Button>
      </div>
      {open && <Fields settings={settings} onSettings={onSettings} />}
    </>
  );
}

function Fields({ settings, onSettings }: Props) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  const { heads = {} } = settings;
  const set = (change: Partial<AloneSettings>) => onSettings({ ...settings, ...change });
  const setHeads = (change: HeadSettings) => set({ heads: { ...heads, ...change } });
  const row = (name: Parameters<typeof labelOf>[1], field: (label: string) => ReactNode) => {
    const label = labelOf(t, name);
    return { label, value: field(label) };
  };
  const ofHead = (name: 'classHidden' | 'valueHidden') =>
    row(name, (label) => (
      <NumbersField
        label={label}
        values={heads[name] ?? []}
        {...{ min: 1, max: 4096, most: 3 }}
        placeholder={t('next.none')}
        onChange={(widths) => setHeads({ [name]: widths })}
      />
    ));
  const ofNumber = (name: keyof typeof numberFields) =>
    row(name, (label) => (
      <NumberField
        label={label}
        value={settings[name] ?? numberFields[name].usual}
        {...numberFields[name].limits}
        onChange={(value) => set({ [name]: value })}
      />
    ));
  const hasValues = (ready?.valueTasks ?? 0) > 0;
  return (
    <>
      <div className={classes.fields}>
        <KeyValue
          labelWidth={132}
          facts={[
            ...(ready && hasValues
              ? [
                  row('learns', (label) => (
                    <SegmentedFilter
                      label={label}
                      value={heads.values === true ? 'both' : 'classes'}
                      onChange={(value) => setHeads({ values: value === 'both' })}
                      segments={[
                        { value: 'classes', label: t('next.classes'), count: ready.tasks },
                        { value: 'both', label: t('next.classesAndValues'), count: ready.tasks + ready.valueTasks },
                      ]}
                    />
                  )),
                ]
              : []),
            ...(hasValues && heads.values === true
              ? [
                  row('regressionWeight', (label) => (
                    <NumberField
                      label={label}
                      value={heads.regressionWeight ?? 0.5}
                      {...{ step: 0.1, decimals: 2, min: 0, max: 1 }}
                      onChange={(regressionWeight) => setHeads({ regressionWeight })}
                    />
                  )),
                  ofHead('valueHidden'),
                ]
              : []),
            ofHead('classHidden'),
            ...(ready && ready.catalogueTasks > 0
              ? [
                  row('catalogue', () => (
                    <Switch
                      label={t('next.catalogueOn', { count: ready.catalogueTasks })}
                      checked={heads.catalogue === true}
                      onChange={({ currentTarget }) => setHeads({ catalogue: currentTarget.checked })}
                    />
                  )),
                ]
              : []),
            ofNumber('trunkRate'),
            ofNumber('headRate'),
            row('decaySteps', (label) => (
              <NumbersField
                label={label}
                values={settings.decaySteps ?? []}
                {...{ min: 1, max: settings.steps, most: 20 }}
                placeholder={t('next.never')}
                onChange={(decaySteps) => set({ decaySteps })}
              />
            )),
            ...((settings.decaySteps ?? []).length > 0 ? [ofNumber('decayFactor')] : []),
            ofNumber('weightDecay'),
            row('batch', (label) => (
              <NumbersField
                label={label}
                values={settings.batch === null ? [] : [settings.batch]}
                {...{ min: 1, max: 8192, most: 1 }}
                placeholder={t('next.chosen')}
                onChange={([batch = null]) => set({ batch })}
              />
            )),
            ofNumber('partSize'),
            ofNumber('evaluateEvery'),
            ofNumber('patience'),
            ofNumber('minimumPerClass'),
          ]}
        />
      </div>
      <p className={`${classes.note} small third`}>{t('next.numbers')}</p>
    </>
  );
}

type Translate = ReturnType<typeof useTranslation<'train'>>['t'];
type Name = keyof typeof numberFields | 'learns' | 'regressionWeight' | 'valueHidden' | 'classHidden' | 'catalogue';

const labelOf = (t: Translate, name: Name | 'decaySteps' | 'batch'): string => t(`next.${name}`);

/** `usual` where the settings say nothing. */
const numberFields = {
  trunkRate: { usual: 1e-3, limits: { step: 5e-4, decimals: 4, min: 1e-4, max: 1 } },
  headRate: { usual: 3e-4, limits: { step: 1e-4, decimals: 4, min: 1e-4, max: 1 } },
  decayFactor: { usual: 0.3, limits: { step: 0.1, decimals: 2, min: 0.01, max: 1 } },
  weightDecay: { usual: 0, limits: { step: 1e-5, decimals: 6, min: 0, max: 1 } },
  partSize: { usual: 512, limits: { step: 64, min: 1, max: 8192 } },
  evaluateEvery: { usual: 50, limits: { step: 10, min: 1, max: 10_000 } },
  patience: { usual: 12, limits: { step: 1, min: 1, max: 1000 } },
  minimumPerClass: { usual: 5, limits: { step: 1, min: 1, max: 1000 } },
} as const;
