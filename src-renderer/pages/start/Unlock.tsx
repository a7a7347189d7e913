/** Opens a workspace that is there: by its passphrase, or by the key that this computer keeps. */
import { Button, Checkbox, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkspaceStatus } from '../../../src-main/contract/workspace.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import classes from './Doors.module.css';

export function Unlock({ status }: { status: WorkspaceStatus }) {
  const { t } = useTranslation('start');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [passphrase, setPassphrase] = useState('');
  const [remember, setRemember] = useState(false);
  const opened = (now: WorkspaceStatus) => cache.setQueryData(queries.workspace.status.queryKey(), now);
  const unlock = useMutation({
    mutationFn: () => client.workspace.unlock({ passphrase, remember }),
    onSuccess: opened,
  });
  const withKey = useMutation({ mutationFn: () => client.workspace.unlockRemembered(), onSuccess: opened });
  const busy = unlock.isPending || withKey.isPending;
  const error = unlock.error ?? withKey.error;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passphrase !== '' && !busy) unlock.mutate();
  };
  return (
    <>
      <h1 className={classes.title}>{t('unlock.title')}</h1>
      <p className={`${classes.text} code`}>{status.folder}</p>
      <form className={classes.form} onSubmit={submit}>
        <PasswordInput
          label={t('unlock.passphrase')}
          autoComplete="current-password"
          autoFocus
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
        />
        {status.canRemember && !status.remembered && (
          <Checkbox
            label={t('unlock.remember')}
            checked={remember}
            onChange={({ currentTarget }) => setRemember(currentTarget.checked)}
          />
        )}
        <div className={classes.end}>
          <Button type="submit" variant="primary" disabled={passphrase === '' || busy}>
            {unlock.isPending ? t('unlock.busy') : t('unlock.action')}
          </Button>
          {status.remembered && (
            <Button disabled={busy} onClick={() => withKey.mutate()}>
              {t('unlock.remembered')}
            </Button>
          )}
        </div>
        {error && <ErrorLine error={error} />}
      </form>
    </>
  );
}
