/** A new account: name, role, and the passphrase that is handed over in person. */
import { Button, PasswordInput, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, ownPassphraseAtLeast } from '../../../src-main/contract/people.ts';
import { type Role, role as roles } from '../../../src-main/contract/settings.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import classes from './PeoplePage.module.css';

type Props = { readonly onAdded: (account: Account) => void; readonly onCancel: () => void };

export function AddPerson({ onAdded, onCancel }: Props) {
  const { t } = useTranslation(['people', 'frame']);
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('compliance');
  const [passphrase, setPassphrase] = useState('');
  const add = useMutation({
    mutationFn: () => client.people.add({ name, role, passphrase }),
    onSuccess: async (account) => {
      await cache.invalidateQueries({ queryKey: queries.people.key() });
      onAdded(account);
    },
  });
  const missing = ownPassphraseAtLeast - [...passphrase].length;
  const ready = name.trim() !== '' && missing <= 0 && !add.isPending;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) add.mutate();
  };
  return (
    <SidePanel label={t('add.title')}>
      <Section title={t('add.title')}>
        <p className={classes.text}>{t('add.text')}</p>
        <form className={classes.fields} onSubmit={submit}>
          <TextInput
            label={t('add.name')}
            autoComplete="off"
            autoFocus
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Radio.Group label={t('add.role')} value={role} onChange={(value) => setRole(roles.parse(value))}>
            <div className={classes.roles}>
              {roles.options.map((option) => (
                <Radio
                  key={option}
                  value={option}
                  label={t(`frame:roles.${option}`)}
                  description={t(`roles.${option}`)}
                />
              ))}
            </div>
          </Radio.Group>
          <PasswordInput
            label={t('add.passphrase')}
            description={
              passphrase !== '' && missing > 0
                ? t('own.missing', { count: missing })
                : t('add.help', { count: ownPassphraseAtLeast })
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="new-password"
            value={passphrase}
            onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
          />
          {add.isError && <ErrorLine error={add.error} />}
          <div className={classes.actions}>
            <Button type="submit" variant="primary" disabled={!ready}>
              {add.isPending
                ? t('add.busy')
                : name.trim() === ''
                  ? t('add.actionEmpty')
                  : t('add.action', { name: name.trim() })}
            </Button>
            <Button variant="quiet" onClick={onCancel}>
              {t('add.cancel')}
            </Button>
          </div>
        </form>
      </Section>
    </SidePanel>
  );
}
