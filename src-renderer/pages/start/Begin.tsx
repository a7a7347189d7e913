/** The first account of an open workspace: its name and own passphrase make the administrator. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../src-main/contract/people.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { NewPassphrase } from '../../parts/NewPassphrase.tsx';
import classes from './Doors.module.css';

export function Begin({ session }: { session: Session }) {
  const { t } = useTranslation('people');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState<string | null>(null);
  const begin = useMutation({
    mutationFn: (chosen: string) => client.people.begin({ name, passphrase: chosen }),
    onSuccess: (now) => cache.setQueryData(queries.people.session.queryKey(), now),
  });
  const ready = name.trim() !== '' && passphrase !== null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !begin.isPending) begin.mutate(passphrase);
  };
  return (
    <>
      <h1 className={classes.title}>{t('begin.title')}</h1>
      <p className={classes.text}>{t('begin.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('begin.name')}
          description={t('begin.nameHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="name"
          autoFocus
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NewPassphrase
          label={t('begin.passphrase')}
          again={t('begin.again')}
          help={t('begin.help', { count: session.passphraseAtLeast })}
          note={t('begin.only')}
          atLeast={session.passphraseAtLeast}
          onChange={setPassphrase}
        />
        <div className={classes.end}>
          <Button type="submit" variant="primary" disabled={!ready || begin.isPending}>
            {begin.isPending ? t('begin.busy') : t('begin.action')}
          </Button>
          {begin.isError && <ErrorLine error={begin.error} />}
        </div>
      </form>
    </>
  );
}
