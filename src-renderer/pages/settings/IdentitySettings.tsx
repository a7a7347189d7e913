/** The identity of this partner: made once, then shown with the words by which others recognise it. */
import { Button, TextInput } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Identity, partnerId as partnerIdRule } from '../../../src-main/contract/federation.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './SettingsPage.module.css';
import { Words } from './Words.tsx';

export function IdentitySettings() {
  const { t } = useTranslation('settings');
  const federation = useFederation();
  if (federation === undefined) return <Section title={t('sections.identity')} />;
  return (
    <Section title={t('sections.identity')}>
      {federation.identity === null ? <MakeIdentity /> : <ShowIdentity identity={federation.identity} />}
    </Section>
  );
}

function MakeIdentity() {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const cache = useQueryClient();
  const [partnerId, setPartnerId] = useState('');
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: () => client.federation.createIdentity({ partnerId, name: name.trim() }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  const wrong = partnerId !== '' && !partnerIdRule.safeParse(partnerId).success;
  return (
    <>
      <p className={classes.text}>{t('identity.none')}</p>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <div className={classes.pair}>
          <TextInput
            label={t('identity.partnerId')}
            description={t('identity.partnerIdHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={wrong && t('identity.partnerIdWrong')}
            autoComplete="off"
            value={partnerId}
            onChange={({ currentTarget }) => setPartnerId(currentTarget.value.trim())}
          />
          <TextInput
            label={t('identity.name')}
            description={t('identity.nameHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="organization"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        </div>
        <div className={classes.actions}>
          <Button type="submit" disabled={partnerId === '' || wrong || name.trim() === '' || make.isPending}>
            {t('identity.create')}
          </Button>
          {make.error && <ErrorLine error={make.error} />}
        </div>
      </form>
    </>
  );
}

function ShowIdentity({ identity }: { identity: Identity }) {
  const { t } = useTranslation('settings');
  const [copied, setCopied] = useState(false);
  const forRoster = JSON.stringify({
    partnerId: identity.partnerId,
    name: identity.name,
    publicKey: identity.publicKey,
  });
  return (
    <>
      <KeyValue
        labelWidth={140}
        facts={[
          { label: t('identity.partnerId'), value: <span className="strong">{identity.partnerId}</span> },
          { label: t('identity.name'), value: identity.name },
          { label: t('identity.publicKey'), value: <Hash value={identity.publicKey} ends={8} icon /> },
          { label: t('identity.fingerprint'), value: <Hash value={identity.fingerprint.hex} ends={8} icon /> },
          { label: t('identity.words'), value: <Words fingerprint={identity.fingerprint} /> },
        ]}
      />
      <div className={classes.gap} />
      <p className={classes.text}>{t('identity.wordsHelp')}</p>
      <p className={classes.text}>{t('identity.send')}</p>
      <Button
        leftSection={<IconCopy aria-hidden />}
        onClick={() => {
          void navigator.clipboard.writeText(forRoster).then(() => setCopied(true));
        }}
      >
        {copied ? t('identity.copied') : t('identity.copy')}
      </Button>
    </>
  );
}
