/** One batch: where it came from, what became of its rows, and the way to withdraw it. */
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './BatchPanel.module.css';
import { RejectedDownload } from './RejectedDownload.tsx';
import { expectedWords } from './words.ts';

export function BatchPanel({ batch }: { batch: Batch }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { rows } = batch;
  const parts = [
    { label: t('check.ready'), value: rows.ready, tone: 'ok' },
    { label: t('check.warned'), value: rows.warned, tone: 'warn' },
    { label: t('batches.rejected'), value: rows.rejected, tone: 'bad' },
    { label: t('check.ignored'), value: rows.ignored, tone: 'aside' },
  ] as const;
  return (
    <>
      <Section title={t('batches.detail', { id: batch.id })} end={t(`batches.states.${batch.state}`)}>
        <KeyValue
          labelWidth={124}
          facts={[
            { label: t('batches.file'), value: batch.name },
            {
              label: t('batches.format'),
              value: [t(`formats.${batch.format}`), batch.sheet].filter(Boolean).join(' · '),
            },
            { label: t('batches.fingerprint'), value: <Hash value={batch.sha256} ends={8} icon /> },
            { label: t('batches.measurements'), value: format.count(batch.measurements) },
            { label: t('batches.compounds'), value: format.count(batch.compounds) },
            { label: t('batches.assays'), value: format.count(batch.assays) },
            { label: t('batches.person'), value: batch.person },
            { label: t('batches.when'), value: format.exact(batch.committedAt ?? batch.createdAt) },
          ]}
        />
      </Section>
      <Section title={t('batches.rows')} end={t('batches.in', { count: rows.in })}>
        <ul className={classes.rows}>
          {parts.map(({ label, value, tone }) => (
            <li key={label}>
              <Status tone={value === 0 ? 'aside' : tone}>{label}</Status>
              <span>{format.count(value)}</span>
            </li>
          ))}
        </ul>
        <div className={classes.actions}>
          <RejectedDownload from={{ batchId: batch.id }} name={batch.name} rejected={rows.rejected} />
        </div>
      </Section>
      <Findings batch={batch} />
      {batch.state === 'committed' && <Withdraw batch={batch} />}
    </>
  );
}

function Findings({ batch }: { batch: Batch }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { queries } = useEngine();
  const { data } = useQuery(queries.intake.findings.queryOptions({ input: { batchId: batch.id, limit: 50 } }));
  return (
    <Section title={t('batches.findings')} end={data && format.count(data.total)}>
      {data?.rows.length === 0 && <p className="small third">{t('batches.noFindings')}</p>}
      <ul>
        {data?.rows.map((finding) => (
          <li key={`${finding.line} ${finding.column} ${finding.reason}`} className={classes.finding}>
            <Status tone={finding.severity === 'rejected' ? 'bad' : 'warn'}>{t(`reasons.${finding.reason}`)}</Status>
            <span className={classes.place}>
              {t('check.line', { line: finding.line })}
              {finding.column !== '' && ` · ${finding.column}`}
            </span>
            <span className={`${classes.found} code`}>{finding.found}</span>
            <span className="small third">{expectedWords(t, finding.expected)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Withdraw({ batch }: { batch: Batch }) {
  const { t } = useTranslation('intake');
  const { client } = useEngine();
  const cache = useQueryClient();
  const [asked, setAsked] = useState(false);
  const withdraw = useMutation({
    mutationFn: () => client.intake.withdraw({ id: batch.id }),
    onSuccess: () => cache.invalidateQueries(),
  });
  if (!asked) {
    return (
      <Section>
        <Button onClick={() => setAsked(true)}>{t('batches.withdraw', { id: batch.id })}</Button>
      </Section>
    );
  }
  return (
    <Section>
      <Note
        tone="warn"
        live
        action={
          <>
            <Button size="small" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
              {t('batches.withdrawSure', { count: batch.measurements })}
            </Button>
            <Button size="small" variant="quiet" onClick={() => setAsked(false)}>
              {t('batches.keep')}
            </Button>
          </>
        }
      >
        {t('batches.withdrawText', { count: batch.measurements })}
      </Note>
      {withdraw.isError && <ErrorLine error={withdraw.error} />}
    </Section>
  );
}
