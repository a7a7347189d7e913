/** One submission: what it was, who decided, the receipt, and the proof that can be made from the escrow. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PackageSummary } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { copyText } from '../../parts/copy.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { stateTones } from '../review/Decisions.tsx';
import { readReceipt } from './receipt.ts';
import classes from './SubmissionPanel.module.css';

export function SubmissionPanel({ submission }: { submission: PackageSummary }) {
  const { t } = useTranslation(['submissions', 'review']);
  const format = useFormat();
  const navigate = useNavigate();
  const { name, hash, state, recipientHost, round, attempt, bytes, frozenAt, preparedBy } = submission;
  const { decidedAt, decidedBy, sentAt } = submission;
  const at = (when: string, person: string | null) =>
    person === null ? format.exact(when) : t('detail.by', { when: format.exact(when), person });
  return (
    <SidePanel label={t('detail.label', { name })}>
      <Section title={name} end={<Status tone={stateTones[state]}>{t(`review:state.${state}`)}</Status>}>
        <KeyValue
          facts={[
            { label: t('detail.hash'), value: <Hash value={hash} icon /> },
            { label: t('detail.to'), value: recipientHost },
            {
              label: t('detail.round'),
              value: attempt > 1 ? `${format.count(round)}, ${t('review:attempt', { attempt })}` : format.count(round),
            },
            { label: t('detail.bytes'), value: format.count(bytes) },
            { label: t('detail.frozen'), value: at(frozenAt, preparedBy) },
            ...(decidedAt === null ? [] : [{ label: t('detail.decided'), value: at(decidedAt, decidedBy) }]),
            ...(sentAt === null ? [] : [{ label: t('detail.sent'), value: format.exact(sentAt) }]),
          ]}
        />
        <div className={classes.action}>
          <Button size="small" onClick={() => void navigate({ to: '/review', search: { package: hash } })}>
            {t('detail.open')}
          </Button>
        </div>
      </Section>
      {state === 'sent' && <Receipt receipt={submission.receipt} />}
      <Proof submission={submission} />
    </SidePanel>
  );
}

function Receipt({ receipt }: { receipt: string | null }) {
  const { t } = useTranslation('submissions');
  return (
    <Section title={t('receiptText.title')} facts={receipt === null ? undefined : t('receiptText.countersigned')}>
      {receipt === null ? (
        <Status tone="wait">{t('receiptText.waits')}</Status>
      ) : (
        <>
          <Countersigned receipt={receipt} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key */}
          <pre className={`${classes.receipt} code`} tabIndex={0}>
            {receipt}
          </pre>
          <Button size="small" onClick={() => void copyText(receipt)}>
            {t('receiptText.copy')}
          </Button>
        </>
      )}
    </Section>
  );
}

function Countersigned({ receipt }: { receipt: string }) {
  const { t } = useTranslation('submissions');
  const format = useFormat();
  const said = readReceipt(receipt);
  if (said === null) return null;
  return (
    <div className={classes.said}>
      <KeyValue
        facts={[
          { label: t('receiptText.at'), value: format.exact(said.at) },
          { label: t('receiptText.position'), value: format.count(said.position) },
          { label: t('receiptText.message'), value: <Hash value={said.message} icon /> },
          { label: t('receiptText.plan'), value: <Hash value={said.planHash} icon /> },
        ]}
      />
    </div>
  );
}

/** What an auditor does: from the escrow to the commitment and to the hash of the masked bytes. */
function Proof({ submission }: { submission: PackageSummary }) {
  const { t } = useTranslation('submissions');
  const { client } = useEngine();
  const format = useFormat();
  const rebuild = useMutation({ mutationFn: () => client.release.rebuild({ hash: submission.hash }) });
  const verdict = (agrees: boolean) => (
    <Status tone={agrees ? 'ok' : 'bad'}>{t(agrees ? 'proof.agrees' : 'proof.differs')}</Status>
  );
  if (submission.filesRemovedAt !== null) {
    return (
      <Section title={t('proof.title')}>
        <p className="small second">{t('proof.removed', { when: format.when(submission.filesRemovedAt) })}</p>
      </Section>
    );
  }
  return (
    <Section title={t('proof.title')}>
      <p className="small second">{t('proof.text')}</p>
      <div className={classes.action}>
        <Button size="small" disabled={rebuild.isPending} onClick={() => rebuild.mutate()}>
          {rebuild.isPending ? t('proof.running') : t('proof.run')}
        </Button>
      </div>
      <div aria-live="polite">
        {rebuild.data && (
          <KeyValue
            labelWidth={168}
            facts={[
              { label: t('proof.commitment'), value: verdict(rebuild.data.commitmentAgrees) },
              { label: t('proof.merkleRoot'), value: verdict(rebuild.data.merkleRootAgrees) },
            ]}
          />
        )}
        {rebuild.error && <ErrorLine error={rebuild.error} />}
      </div>
    </Section>
  );
}
