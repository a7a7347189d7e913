/** This machine: the workspace's folder, its key, and how updates come. */
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './SettingsPage.module.css';

export function MachineSettings() {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const { status, lock } = useWorkspace();
  const forget = useMutation({ mutationFn: () => client.workspace.forget() });
  return (
    <Section title={t('sections.machine')}>
      <KeyValue
        facts={[
          { label: t('machine.folder'), value: <Hash value={status.folder} ends={14} icon /> },
          { label: t('machine.version'), value: status.version },
          { label: t('machine.host'), value: t(`machine.hosts.${status.host}`) },
          { label: t('machine.key'), value: t(status.remembered ? 'machine.remembered' : 'machine.asked') },
          { label: t('machine.updates'), value: t('machine.updatesValue') },
        ]}
      />
      <div className={classes.gap} />
      <div className={classes.actions}>
        <Button leftSection={<IconLock aria-hidden />} onClick={lock}>
          {t('machine.lock')}
        </Button>
        {status.remembered && <Button onClick={() => forget.mutate()}>{t('machine.forget')}</Button>}
        {forget.error && <ErrorLine error={forget.error} />}
      </div>
    </Section>
  );
}
