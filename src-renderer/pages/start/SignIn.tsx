/** Signing in to an open workspace, and unlocking a session that was idle: a name and the own passphrase. */
import { Button, PasswordInput, Radio } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../src-main/contract/people.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import classes from './Doors.module.css';

export function SignIn({ session }: { session: Session }) {
  const { t } = useTranslation(['people', 'frame']);
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [only] = session.people;
  const [chosen, setChosen] = useState(session.person?.id ?? (session.people.length === 1 ? (only?.id ?? '') : ''));
  const [passphrase, setPassphrase] = useState('');
  const keep = (now: Session) => cache.setQueryData(queries.people.session.queryKey(), now);
  const enter = useMutation({
    mutationFn: () => client.people.signIn({ id: chosen, passphrase }),
    onSuccess: keep,
    onError: () => setPassphrase(''),
  });
  const other = useMutation({ mutationFn: () => client.people.signOut(), onSuccess: keep });
  const lock = useMutation({ mutationFn: () => client.workspace.lock() });
  const locked = session.state === 'locked' ? session.person : null;
  const ready = chosen !== '' && passphrase !== '' && !enter.isPending;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) enter.mutate();
  };
  return (
    <>
      <h1 className={classes.title}>{locked === null ? t('signIn.title') : t('locked.title')}</h1>
      <p className={classes.text}>{locked === null ? t('signIn.text') : t('locked.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        {locked === null ? (
          <Radio.Group label={t('signIn.who')} value={chosen} onChange={setChosen}>
            <div className={classes.people}>
              {session.people.map(({ id, name, role }) => (
                <Radio key={id} value={id} label={name} description={t(`frame:roles.${role}`)} />
              ))}
            </div>
          </Radio.Group>
        ) : (
          <p>
            <span className="strong">{locked.name}</span>{' '}
            <span className="third">{t(`frame:roles.${locked.role}`)}</span>
          </p>
        )}
        <PasswordInput
          label={t('signIn.passphrase')}
          description={t('signIn.forgotten')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="current-password"
          autoFocus={chosen !== ''}
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
        />
        {enter.isError && <ErrorLine error={enter.error} />}
        <div className={classes.end}>
          <Button type="submit" variant="primary" disabled={!ready}>
            {enter.isPending ? t('signIn.busy') : locked === null ? t('signIn.action') : t('locked.action')}
          </Button>
          {locked !== null && (
            <Button disabled={other.isPending} onClick={() => other.mutate()}>
              {t('locked.other')}
            </Button>
          )}
          <Button variant="quiet" disabled={lock.isPending} onClick={() => lock.mutate()}>
            {t('signIn.lockWorkspace')}
          </Button>
        </div>
      </form>
    </>
  );
}
