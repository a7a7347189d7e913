/** All that a decision binds to, from top to bottom: to whom, which bytes, who could read it; then comment and three equal buttons. */
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageView, Verdict } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Amend } from './Amend.tsx';
import classes from './DecisionPanel.module.css';
import { Decisions } from './Decisions.tsx';
import { newPaths } from './Difference.tsx';
import { Override } from './Override.tsx';
import { useReadFields } from './read-fields.tsx';
import { Standing } from './Standing.tsx';
import { useStay } from './useStay.ts';

export function DecisionPanel({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const thread = useRef<HTMLDivElement>(null);
  return (
    <SidePanel label={t('decision.title')} width={376}>
      <Recipient frozen={frozen} />
      <PackageHash frozen={frozen} />
      <Readers frozen={frozen} />
      <div ref={thread} tabIndex={-1}>
        <Decisions frozen={frozen} />
      </div>
      <Amend frozen={frozen} />
      <Override frozen={frozen} />
      {(frozen.may.approve.allowed || frozen.may.refuse.allowed || frozen.state === 'frozen') && (
        <Decide frozen={frozen} onDecided={() => thread.current?.focus()} />
      )}
      <Standing frozen={frozen} />
    </SidePanel>
  );
}

function Recipient({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { recipient } = frozen.manifest.content;
  return (
    <Section title={t('to.title')}>
      <p className="strong">{recipient.name}</p>
      <p className="small second">{recipient.host}</p>
      <p className={`${classes.compare} small third`}>{t('to.compare')}</p>
      <ol className={classes.words}>
        {recipient.words.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place, and may occur twice
          <li key={index}>
            <span className={classes.place}>{index + 1}</span>
            <span className="strong">{word}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function PackageHash({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const groups = frozen.hash.match(/.{1,4}/g) ?? [];
  return (
    <Section title={t('hash.title')}>
      <p className={`${classes.hash} code`}>
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place, and may occur twice
          <span key={index}>{group}</span>
        ))}
      </p>
      <p className="small second">
        {t('hash.binds', {
          plan: format.short(frozen.manifest.content.planHash),
          policy: format.short(frozen.policy.hash),
        })}
      </p>
    </Section>
  );
}

function Readers({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { partners, threshold } = frozen.manifest.content;
  const partner = usePartnerName();
  return (
    <Section title={t('readers.title')}>
      <p className="small second">{t('readers.text', { threshold, count: partners - 1, partner })}</p>
    </Section>
  );
}

/** @param onDecided the buttons are gone then, and with them the place of whoever works by keyboard */
function Decide({ frozen, onDecided }: { frozen: PackageView; onDecided: () => void }) {
  const { t } = useTranslation(['review', 'frame']);
  const { client, queries } = useEngine();
  const { person } = useWorkspace();
  const format = useFormat();
  const cache = useQueryClient();
  const { stayWith } = useStay();
  const { read } = useReadFields();
  const partner = usePartnerName();
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState<'comment' | 'fields' | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { data: status } = useQuery(queries.federation.status.queryOptions());
  const closesAt = status?.round?.round === frozen.round ? status.round.closesAt : null;

  const fresh = newPaths(frozen.difference);
  const unread = fresh.filter((path) => !read.has(path)).length;
  const decide = useMutation({
    mutationFn: (verdict: Verdict) =>
      client.release.decide({ hash: frozen.hash, verdict, comment: comment.trim(), fieldsRead: [...read] }),
    onSuccess: (decided) => {
      if (decided.state !== 'changes-requested') stayWith(frozen.hash);
      cache.setQueryData(queries.release.read.queryKey({ input: { hash: frozen.hash } }), decided);
      setComment('');
      onDecided();
      void cache.invalidateQueries();
    },
  });

  function answer(verdict: Verdict): void {
    if (verdict === 'approve' && unread > 0) {
      setMissing('fields');
      return;
    }
    if (verdict !== 'approve' && comment.trim() === '') {
      setMissing('comment');
      field.current?.focus();
      return;
    }
    setMissing(null);
    decide.mutate(verdict);
  }

  const verdicts = ['approve', 'request-changes', 'refuse'] as const;
  const reasons = new Set(verdicts.flatMap((verdict) => frozen.may[verdict].reason ?? []));
  return (
    <Section
      title={t('decision.title')}
      end={closesAt === null ? null : t('decision.closes', { time: format.deadline(closesAt) })}
    >
      <Textarea
        ref={field}
        aria-label={t('decision.comment', { person: frozen.preparedBy })}
        placeholder={t('decision.comment', { person: frozen.preparedBy })}
        rows={2}
        value={comment}
        error={missing === 'comment' && t('decision.needsComment', { person: frozen.preparedBy })}
        onChange={({ currentTarget }) => {
          setComment(currentTarget.value);
          setMissing(null);
        }}
      />
      {fresh.length > 0 && frozen.may.approve.allowed && (
        <p className={classes.fields}>
          {unread === 0 ? (
            <Status tone="ok">{t('decision.allRead', { count: fresh.length })}</Status>
          ) : (
            <Status tone={missing === 'fields' ? 'warn' : 'todo'}>{t('decision.unread', { count: unread })}</Status>
          )}
        </p>
      )}
      <div className={classes.answers}>
        {verdicts.map((verdict) => (
          <Button
            key={verdict}
            variant="decision"
            size="decision"
            disabled={!frozen.may[verdict].allowed || decide.isPending}
            onClick={() => answer(verdict)}
          >
            {t(`decision.${verdict}`)}
          </Button>
        ))}
      </div>
      <div aria-live="polite">
        {[...reasons].map((reason) => (
          <p key={reason} className={classes.reason}>
            <Status tone="wait">
              {t(`decision.may.${reason}`, { role: person === null ? '' : t(`frame:roles.${person.role}`) })}
            </Status>
          </p>
        ))}
        {decide.error && (
          <p className={classes.reason}>
            <ErrorLine error={decide.error} /> <span className="small second">{t('decision.nothingDone')}</span>
          </p>
        )}
      </div>
      <p className={`${classes.consequence} small third`}>
        {t('decision.consequence', { partner, round: frozen.round })}
      </p>
    </Section>
  );
}

function usePartnerName(): string {
  const { t } = useTranslation('review');
  const { queries } = useEngine();
  const { data } = useQuery(queries.federation.status.queryOptions());
  return data?.identity?.name ?? t('readers.you');
}
