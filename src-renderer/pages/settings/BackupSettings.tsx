/** A backup of the workspace in one encrypted file, written as a job and read back; how a workspace comes back from one. */
import { Button, TextInput } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BackupReport, backupReport } from '../../../src-main/contract/workspace.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './SettingsPage.module.css';

export function BackupSettings() {
  const { t } = useTranslation('care');
  const { client } = useEngine();
  const { status, person } = useWorkspace();
  const { all, running } = useJobs();
  const [file, setFile] = useState(() => besides(status.folder, new Date()));
  const make = useMutation({ mutationFn: () => client.workspace.backup({ file: file.trim() }) });
  const isRunning = running.some(({ kind }) => kind === 'backup');
  const last = all.find(({ kind, state }) => kind === 'backup' && state === 'done')?.result;
  const report = backupReport.safeParse(last).data;
  if (person.role !== 'administrator') {
    return (
      <Section title={t('backup.title')}>
        <p className={classes.text}>{t('administrators')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('backup.title')}>
      <p className={classes.text}>{t('backup.text')}</p>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextInput
          label={t('backup.file')}
          description={t('backup.fileHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          spellCheck={false}
          value={file}
          onChange={({ currentTarget }) => setFile(currentTarget.value)}
        />
        <div className={classes.actions}>
          <Button
            type="submit"
            leftSection={<IconArchive aria-hidden />}
            disabled={file.trim() === '' || isRunning || make.isPending}
          >
            {t('backup.act')}
          </Button>
          {isRunning && <span className="small third">{t('backup.running')}</span>}
          {make.error && <ErrorLine error={make.error} />}
        </div>
      </form>
      <div className={classes.gap} />
      {report && <LastBackup report={report} />}
      <p className={classes.text}>{t('backup.restore')}</p>
      <pre className="code">{`npx chorale restore ${t('backup.restoreFile')} --workspace ${t('backup.restoreFolder')}`}</pre>
    </Section>
  );
}

function LastBackup({ report }: { report: BackupReport }) {
  const { t } = useTranslation('care');
  const format = useFormat();
  return (
    <>
      <KeyValue
        facts={[
          { label: t('backup.last'), value: format.exact(report.madeAt) },
          { label: t('backup.where'), value: <Hash value={report.file} ends={16} icon /> },
          {
            label: t('backup.size'),
            value: t('backup.sizeValue', { bytes: format.bytes(report.bytes), count: report.files }),
          },
        ]}
      />
      <div className={classes.gap} />
    </>
  );
}

/** Beside the workspace's folder, under the day and the time. */
function besides(folder: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return `${folder.replace(/[\\/]+$/, '')}-${stamp}.backup`;
}
