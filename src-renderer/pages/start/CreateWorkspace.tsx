/** First start: a passphrase, twice, makes the workspace. */
import { Button, Checkbox, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkspaceStatus } from '../../../src-main/contract/workspace.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import classes from './Doors.module.css';

export function CreateWorkspace({ status }: { status: WorkspaceStatus }) {
  const { t } = useTranslation('start');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [remember, setRemember] = useState(false);
  const create = useMutation({
    mutationFn: () => client.workspace.create({ passphrase, remember }),
    onSuccess: (made) => cache.setQueryData(queries.workspace.status.queryKey(), made),
  });

  const missing = status.passphraseAtLeast - [...passphrase].length;
  const different = again !== '' && passphrase !== again;
  const ready = missing <= 0 && passphrase === again;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !create.isPending) create.mutate();
  };
  return (
    <>
      <h1 className={classes.title}>{t('create.title')}</h1>
      <p className={classes.text}>{t('create.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <KeyValue
          facts={[
            {
              label: t('create.folder'),
              value: (
                <span className="code" title={status.folder}>
                  {status.folder}
                </span>
              ),
            },
          ]}
          labelWidth={72}
        />
        <PasswordInput
          label={t('create.passphrase')}
          description={
            passphrase !== '' && missing > 0
              ? t('create.tooShort', { count: missing })
              : t('create.passphraseHelp', { count: status.passphraseAtLeast })
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="new-password"
          autoFocus
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
        />
        <PasswordInput
          label={t('create.again')}
          description={different ? undefined : t('create.noReset')}
          error={different && t('create.different')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="new-password"
          value={again}
          onChange={({ currentTarget }) => setAgain(currentTarget.value)}
        />
        {status.canRemember && (
          <Checkbox
            label={t('create.remember')}
            checked={remember}
            onChange={({ currentTarget }) => setRemember(currentTarget.checked)}
          />
        )}
        <div className={classes.end}>
          <Button type="submit" variant="primary" disabled={!ready || create.isPending}>
            {create.isPending ? t('create.busy') : t('create.action')}
          </Button>
          {create.isError && <ErrorLine error={create.error} />}
        </div>
      </form>
    </>
  );
}
