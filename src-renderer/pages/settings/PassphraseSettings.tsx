/** Another passphrase for the workspace: the key is sealed anew, what it holds stays as it is. */
import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { NewPassphrase } from '../../parts/NewPassphrase.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './SettingsPage.module.css';

export function PassphraseSettings() {
  const { t } = useTranslation('care');
  const { client } = useEngine();
  const { status, person } = useWorkspace();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState<string | null>(null);
  const [changes, setChanges] = useState(0);
  const change = useMutation({
    mutationFn: (chosen: string) => client.workspace.changePassphrase({ current, next: chosen }),
    onSuccess() {
      setCurrent('');
      setNext(null);
      setChanges((before) => before + 1);
    },
  });
  if (person.role !== 'administrator') {
    return (
      <Section title={t('passphrase.title')}>
        <p className={classes.text}>{t('administrators')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('passphrase.title')}>
      <p className={classes.text}>{t('passphrase.text')}</p>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (next !== null) change.mutate(next);
        }}
      >
        <PasswordInput
          label={t('passphrase.current')}
          autoComplete="current-password"
          value={current}
          onChange={({ currentTarget }) => {
            change.reset();
            setCurrent(currentTarget.value);
          }}
        />
        <NewPassphrase
          key={changes}
          label={t('passphrase.next')}
          again={t('passphrase.again')}
          help={t('passphrase.help', { count: status.passphraseAtLeast })}
          atLeast={status.passphraseAtLeast}
          onChange={setNext}
        />
        <div className={classes.actions}>
          <Button type="submit" disabled={current === '' || next === null || change.isPending}>
            {t('passphrase.act')}
          </Button>
          {change.isSuccess && <Status tone="ok">{t('passphrase.done')}</Status>}
          {change.error && <ErrorLine error={change.error} />}
        </div>
      </form>
      <div className={classes.gap} />
      <p className={classes.text}>{t('passphrase.copies')}</p>
    </Section>
  );
}
