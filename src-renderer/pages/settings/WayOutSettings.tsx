/** The way to the coordinator: directly, or through a proxy that sees only its name. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProxySetting } from '../../../src-main/contract/exchange.ts';
import { useEngine } from '../../app/engine.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './SettingsPage.module.css';

const modes = ['environment', 'address', 'none'] as const;

export function WayOutSettings() {
  const { t } = useTranslation('care');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const { person } = useWorkspace();
  const options = queries.exchange.wayOut.queryOptions();
  const { data } = useQuery(options);
  const [chosen, setChosen] = useState<ProxySetting['mode'] | null>(null);
  const [address, setAddress] = useState('');
  const set = useMutation({
    mutationFn: (setting: ProxySetting) => client.exchange.setProxy(setting),
    onSuccess: (way) => {
      cache.setQueryData(options.queryKey, way);
      setChosen(null);
      setAddress('');
    },
  });
  if (data === undefined) return <Section title={t('wayOut.title')} />;
  const mode = chosen ?? data.setting.mode;
  const mayChange = person.role === 'administrator' || person.role === 'compliance';
  return (
    <Section title={t('wayOut.title')}>
      <p className={classes.text}>{t('wayOut.text')}</p>
      <KeyValue
        labelWidth={96}
        facts={[
          {
            label: t('wayOut.proxy'),
            value: mayChange ? (
              <SegmentedFilter
                label={t('wayOut.proxy')}
                value={mode}
                onChange={(next) => (next === 'address' ? setChosen(next) : set.mutate({ mode: next }))}
                segments={modes.map((value) => ({ value, label: t(`wayOut.modes.${value}`) }))}
              />
            ) : (
              t(`wayOut.modes.${mode}`)
            ),
          },
          { label: t('wayOut.next'), value: data.proxy ?? t('wayOut.direct') },
        ]}
      />
      {mode === 'address' && mayChange && (
        <form
          className={classes.fields}
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate({ mode: 'address', address });
          }}
        >
          <TextInput
            label={t('wayOut.address')}
            description={t('wayOut.addressHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder={data.setting.mode === 'address' ? data.setting.address : ''}
            autoComplete="off"
            spellCheck={false}
            value={address}
            onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <div className={classes.actions}>
            <Button type="submit" disabled={address.trim() === '' || set.isPending}>
              {t('wayOut.act')}
            </Button>
          </div>
        </form>
      )}
      {set.error && <ErrorLine error={set.error} />}
    </Section>
  );
}
