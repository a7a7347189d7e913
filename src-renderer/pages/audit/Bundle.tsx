/** The signed export of the log and all that proves what left: what period, how far it is, and the bundle that was made last. */
import { Button, Select } from '@mantine/core';
import { IconDownload, IconFileCertificate } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportedBundle } from '../../../src-main/contract/bundle.ts';
import type { PackageSummary } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { isLive, useJobs } from '../../app/jobs.tsx';
import type { Client } from '../../link/connect.ts';
import { downloadStream } from '../../parts/download.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './Bundle.module.css';
import { type Period, periods, sinceOf } from './period.ts';

export function Bundle() {
  const { t, i18n } = useTranslation('bundle');
  const { client, queries } = useEngine();
  const [period, setPeriod] = useState<Period>('all');
  const [withEscrow, setWithEscrow] = useState(false);
  const { data: last } = useQuery(queries.audit.lastBundle.queryOptions());
  const { data: federation } = useQuery(queries.federation.status.queryOptions());
  const sentPackages = { states: ['sent' as const], limit: mostEscrows };
  const { data: sent = [] } = useQuery(queries.release.list.queryOptions({ input: sentPackages }));
  const kept = escrowsIn(sent, sinceOf(period));
  const start = useMutation({
    mutationFn: () =>
      client.audit.exportBundle({
        from: sinceOf(period),
        escrowOf: withEscrow ? kept : [],
        language: i18n.language.startsWith('ja') ? 'ja' : 'en',
      }),
  });
  const cancel = useMutation({ mutationFn: (id: string) => client.jobs.cancel({ id }) });
  const job = useJobs().all.find(({ kind }) => kind === 'export-bundle');
  const running = job !== undefined && isLive(job);
  const mine = job?.id === start.data?.jobId ? job : undefined;
  return (
    <Section title={t('title')}>
      <p className="small second">{t('what')}</p>
      {federation?.identity === null ? (
        <>
          <p className="small">{t('needsIdentity')}</p>
          <div className={classes.row}>
            <Button size="small" renderRoot={(props) => <Link to="/settings" {...props} />}>
              {t('toSettings')}
            </Button>
          </div>
        </>
      ) : running ? (
        <div className={classes.row}>
          <Meter label={t('running')} done={job.done} total={job.total} width={150} />
          <span className="small second">{t('running')}</span>
          <Button size="small" variant="quiet" onClick={() => cancel.mutate(job.id)}>
            {t('cancel')}
          </Button>
        </div>
      ) : (
        <div className={classes.row}>
          <Select
            className={classes.period}
            aria-label={t('period')}
            allowDeselect={false}
            value={period}
            data={periods.map((value) => ({ value, label: t(`periods.${value}`) }))}
            onChange={(value) => setPeriod((value ?? 'all') as Period)}
          />
          {kept.length > 0 && (
            <Select
              className={classes.period}
              aria-label={t('escrow')}
              allowDeselect={false}
              value={withEscrow ? 'kept' : 'none'}
              data={[
                { value: 'none', label: t('escrows.none') },
                { value: 'kept', label: t('escrows.kept', { count: kept.length }) },
              ]}
              onChange={(value) => setWithEscrow(value === 'kept')}
            />
          )}
          <Button
            leftSection={<IconFileCertificate aria-hidden />}
            disabled={start.isPending}
            onClick={() => start.mutate()}
          >
            {t('run')}
          </Button>
        </div>
      )}
      <div aria-live="polite">
        {mine?.state === 'cancelled' && <p className="small second">{t('cancelled')}</p>}
        {start.error && <ErrorLine error={start.error} />}
        {mine?.state === 'failed' && mine.error && <ErrorLine error={mine.error} />}
      </div>
      {last === null && <p className={`${classes.note} small second`}>{t('none')}</p>}
      {last && <LastBundle bundle={last} />}
    </Section>
  );
}

/** Sealed escrows that one bundle takes. */
const mostEscrows = 200;

/** Names of the packages of this time whose escrow has not been removed. */
const escrowsIn = (sent: readonly PackageSummary[], from: string | null): string[] =>
  sent
    .filter(({ filesRemovedAt, sentAt }) => filesRemovedAt === null && (from === null || (sentAt ?? '') >= from))
    .map(({ name }) => name);

function LastBundle({ bundle }: { bundle: ExportedBundle }) {
  const { t } = useTranslation('bundle');
  const { client } = useEngine();
  const format = useFormat();
  const save = useMutation({
    mutationFn: () => downloadStream(bundle.fileName, partsOf(client, bundle), 'application/zip'),
  });
  const reveal = useMutation({ mutationFn: () => client.audit.escrowKey({ file: bundle.file }) });
  const { entries, sent, receipts } = bundle.counts;
  return (
    <>
      <div className={classes.last}>
        <KeyValue
          labelWidth={96}
          facts={[
            { label: t('last.made'), value: format.exact(bundle.madeAt) },
            { label: t('last.by'), value: bundle.madeBy },
            { label: t('last.holds'), value: t('holds', { entries, sent, receipts }) },
            { label: t('last.head'), value: <Hash value={bundle.head.hash} /> },
            { label: t('last.hash'), value: <Hash value={bundle.sha256} icon /> },
          ]}
        />
      </div>
      <div className={classes.row}>
        <Button
          size="small"
          leftSection={<IconDownload aria-hidden />}
          disabled={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('download', { bytes: format.bytes(bundle.bytes) })}
        </Button>
        {bundle.sealedEscrow && (
          <Button size="small" disabled={reveal.isPending} onClick={() => reveal.mutate()}>
            {t('escrowKey')}
          </Button>
        )}
      </div>
      {reveal.data && (
        <p className="small">
          <Hash value={reveal.data.key} icon /> {t('escrowKeyNote')}
        </p>
      )}
      {(save.error ?? reveal.error) && <ErrorLine error={save.error ?? reveal.error} />}
      <p className={`${classes.note} small third`}>{t('check')}</p>
    </>
  );
}

async function* partsOf(client: Client, { file, bytes }: ExportedBundle): AsyncGenerator<BlobPart> {
  for (let offset = 0; offset < bytes; ) {
    const part = await client.audit.bundleBytes({ file, offset });
    yield part;
    offset += part.size;
  }
}
