/** Another key for this partner: prepared here, taken with the next series; and what to do when a key is in wrong hands. */
import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { KeyHistory } from '../../../src-main/contract/federation.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './SettingsPage.module.css';
import { Words } from './Words.tsx';

export function KeySettings() {
  const { t } = useTranslation('care');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const { person } = useWorkspace();
  const identity = useFederation()?.identity ?? null;
  const options = queries.federation.readKeys.queryOptions();
  const { data } = useQuery({ ...options, enabled: identity !== null });
  const prepare = useMutation({
    mutationFn: (reason: 'rotation' | 'loss') => client.federation.prepareKey({ reason }),
    onSuccess: (keys) => cache.setQueryData(options.queryKey, keys),
  });
  if (identity === null || data === undefined) return null;
  const mayPrepare = person.role === 'administrator' || person.role === 'compliance';
  return (
    <Section title={t('key.title')}>
      {data.next === null ? <p className={classes.text}>{t('key.text')}</p> : <NextKey next={data.next} />}
      <div className={classes.actions}>
        <Button
          leftSection={<IconKey aria-hidden />}
          disabled={!mayPrepare || prepare.isPending}
          onClick={() => prepare.mutate('rotation')}
        >
          {t('key.prepare')}
        </Button>
        <Button disabled={!mayPrepare || prepare.isPending} onClick={() => prepare.mutate('loss')}>
          {t('key.prepareLost')}
        </Button>
        {!mayPrepare && <span className="small third">{t('key.who')}</span>}
        {prepare.error && <ErrorLine error={prepare.error} />}
      </div>
      <div className={classes.gap} />
      <h3 className="strong">{t('key.stolen.title')}</h3>
      <ol className={classes.steps}>
        {(['tell', 'leave', 'prepare', 'compare', 'sign', 'join'] as const).map((step) => (
          <li key={step}>{t(`key.stolen.${step}`)}</li>
        ))}
      </ol>
      <Replaced keys={data.replaced} />
    </Section>
  );
}

function NextKey({ next }: { next: NonNullable<KeyHistory['next']> }) {
  const { t } = useTranslation('care');
  const format = useFormat();
  return (
    <>
      <p className={classes.text}>{t('key.nextText')}</p>
      <KeyValue
        labelWidth={140}
        facts={[
          { label: t('key.next'), value: <Hash value={next.publicKey} ends={8} icon /> },
          { label: t('key.words'), value: <Words fingerprint={next.fingerprint} /> },
          { label: t('key.prepared'), value: `${format.exact(next.madeAt)}, ${t(`key.reasons.${next.reason}`)}` },
        ]}
      />
      <div className={classes.gap} />
    </>
  );
}

function Replaced({ keys }: { keys: KeyHistory['replaced'] }) {
  const { t } = useTranslation('care');
  const format = useFormat();
  if (keys.length === 0) return null;
  return (
    <KeyValue
      labelWidth={140}
      facts={keys.map(({ fingerprint, reason, replacedAt }) => ({
        label: t('key.replaced'),
        value: (
          <>
            <Hash value={fingerprint.hex} ends={8} icon /> {format.exact(replacedAt)}, {t(`key.reasons.${reason}`)}
          </>
        ),
      }))}
    />
  );
}
