/** Asks once who works in this workspace, since every decision is logged under a name and a role. */
import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, role as roles } from '../../../src-main/contract/settings.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import classes from './Doors.module.css';

export function PersonForm() {
  const { t } = useTranslation(['start', 'frame']);
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('steward');
  const enter = useMutation({
    mutationFn: () => client.settings.setPerson({ name, role }),
    onSuccess: (person) => cache.setQueryData(queries.settings.person.queryKey(), person),
  });
  const ready = name.trim() !== '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !enter.isPending) enter.mutate();
  };
  return (
    <>
      <h1 className={classes.title}>{t('person.title')}</h1>
      <p className={classes.text}>{t('person.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('person.name')}
          autoComplete="name"
          autoFocus
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Radio.Group label={t('person.role')} value={role} onChange={(value) => setRole(roles.parse(value))}>
          <div className={classes.roles}>
            {roles.options.map((option) => (
              <Radio
                key={option}
                value={option}
                label={t(`frame:roles.${option}`)}
                description={t(`person.roles.${option}`)}
              />
            ))}
          </div>
        </Radio.Group>
        <div className={classes.end}>
          <Button type="submit" variant="primary" disabled={!ready || enter.isPending}>
            {t('person.action')}
          </Button>
          {enter.isError && <ErrorLine error={enter.error} />}
        </div>
      </form>
    </>
  );
}
