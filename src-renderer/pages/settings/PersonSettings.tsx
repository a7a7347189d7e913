/** Who works in this workspace and in which role: both stand in every entry of the log. */
import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, role as roles } from '../../../src-main/contract/settings.ts';
import { useEngine } from '../../app/engine.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './SettingsPage.module.css';

export function PersonSettings() {
  const { t } = useTranslation(['settings', 'frame', 'start']);
  const { client } = useEngine();
  const { person } = useWorkspace();
  const cache = useQueryClient();
  const [name, setName] = useState(person?.name ?? '');
  const [role, setRole] = useState<Role>(person?.role ?? 'steward');
  const save = useMutation({
    mutationFn: () => client.settings.setPerson({ name: name.trim(), role }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  const changed = person === null || person.name !== name.trim() || person.role !== role;
  return (
    <Section title={t('sections.person')}>
      <p className={classes.text}>{t('person.note')}</p>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label={t('person.name')}
          autoComplete="name"
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
                description={t(`start:person.roles.${option}`)}
              />
            ))}
          </div>
        </Radio.Group>
        <div className={classes.actions}>
          <Button type="submit" disabled={!changed || name.trim() === '' || save.isPending}>
            {t('person.save')}
          </Button>
          {save.isSuccess && !changed && <Status tone="ok">{t('person.saved')}</Status>}
          {save.error && <ErrorLine error={save.error} />}
        </div>
      </form>
    </Section>
  );
}
