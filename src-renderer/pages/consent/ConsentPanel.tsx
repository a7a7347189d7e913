/** What this company says of the charter: who has consented under which key, and the two equal answers of whoever reads it. */
import { Button, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Capacity, CharterView, ConsentOverview, ConsentView } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './ConsentPanel.module.css';
import { stateTones } from './state-tones.ts';
import { useConsentLanguage } from './useConsentLanguage.ts';

type Props = { readonly overview: ConsentOverview; readonly charter: CharterView };

const capacities = ['steward', 'compliance'] as const;

export function ConsentPanel({ overview, charter }: Props) {
  const { t } = useTranslation('consent');
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const { queries } = useEngine();
  const cache = useQueryClient();
  const language = useConsentLanguage();
  const [withdrawing, setWithdrawing] = useState(false);
  const company = overview.company ?? t('company');
  const shown = (next: ConsentOverview) => {
    cache.setQueryData(queries.consent.read.queryKey({ input: { language } }), next);
    void cache.invalidateQueries();
  };
  return (
    <SidePanel label={t('panel.title', { company })} width={small ? 352 : 376}>
      <Section
        title={t('panel.title', { company })}
        end={<Status tone={stateTones[overview.state]}>{t(`state.${overview.state}`)}</Status>}
      >
        <p className="small second">{t(`panel.text.${overview.state}`, { version: charter.version })}</p>
        {overview.missing.includes('other-person') && (
          <p className={classes.warning}>
            <Status tone="warn">{t('panel.onePerson')}</Status>
          </p>
        )}
      </Section>
      {withdrawing && overview.may.withdraw.allowed ? (
        <Withdraw
          overview={overview}
          charter={charter}
          onDone={(next) => {
            setWithdrawing(false);
            if (next) shown(next);
          }}
        />
      ) : (
        <>
          {capacities.map((capacity) => (
            <Voice key={capacity} capacity={capacity} overview={overview} />
          ))}
          <Withdrawn overview={overview} />
          <Answer overview={overview} charter={charter} shown={shown} onWithdraw={() => setWithdrawing(true)} />
        </>
      )}
    </SidePanel>
  );
}

function Voice({ capacity, overview: { said } }: { capacity: Capacity; overview: ConsentOverview }) {
  const { t } = useTranslation('consent');
  const given = said.find((one) => one.kind === 'given' && one.stands && one.capacity === capacity);
  return (
    <Section
      title={t(`capacity.${capacity}`)}
      end={<Status tone={given ? 'ok' : 'wait'}>{t(given ? 'panel.consented' : 'panel.waits')}</Status>}
    >
      {given ? <Given said={given} /> : <p className="small third">{t('panel.notYet')}</p>}
    </Section>
  );
}

function Given({ said }: { said: ConsentView }) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  return (
    <div className={classes.given}>
      <p>
        <span className="name">{said.person}</span>{' '}
        <span className="small third" title={format.exact(said.at)}>
          {format.when(said.at)}
        </span>
      </p>
      {said.alone && <p className="small second">{t('panel.alone')}</p>}
      <p className={classes.key}>
        <span className="third">{t('panel.key')}</span> <span lang="en">{said.key.words.join(' ')}</span>
      </p>
      <p className="small">
        <Status tone={said.signatureValid ? 'ok' : 'bad'}>
          {t(said.signatureValid ? 'panel.signature' : 'panel.signatureWrong')}
        </Status>
      </p>
    </div>
  );
}

function Withdrawn({ overview: { said } }: { overview: ConsentOverview }) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const withdrawn = said.find((one) => one.kind === 'withdrawn' && one.stands);
  if (withdrawn === undefined) return null;
  const { person, capacity, at, reason, statement } = withdrawn;
  return (
    <Section title={t('panel.withdrawn')}>
      <p className="small">
        {t('versions.withdrawn', { person, capacity: t(`capacity.${capacity}`) })}{' '}
        <span className="third" title={format.exact(at)}>
          {format.when(at)}
        </span>
      </p>
      <q className={classes.reason}>{reason}</q>
      <p className={classes.statement}>{statement}</p>
    </Section>
  );
}

type AnswerProps = Props & {
  readonly shown: (next: ConsentOverview) => void;
  readonly onWithdraw: () => void;
};

function Answer({ overview, charter, shown, onWithdraw }: AnswerProps) {
  const { t } = useTranslation(['consent', 'frame']);
  const { client, queries } = useEngine();
  const { person } = useWorkspace();
  const cache = useQueryClient();
  const language = useConsentLanguage();
  const { may, statements } = overview;
  const give = useMutation({
    mutationFn: () => client.consent.give({ charterHash: charter.hash, statement: statements.consent ?? '', language }),
    onSuccess: shown,
    onError: () => void cache.invalidateQueries({ queryKey: queries.consent.key() }),
  });
  const reasons = new Set([may.consent.reason, may.withdraw.reason].flatMap((reason) => reason ?? []));
  return (
    <Section title={t('answer.title')}>
      {statements.consent !== null && (
        <>
          <p className="small third">{t('answer.signs')}</p>
          <p className={classes.statement}>{statements.consent}</p>
        </>
      )}
      <div className={classes.answers}>
        <Button
          variant="decision"
          size="decision"
          disabled={!may.consent.allowed || give.isPending}
          onClick={() => give.mutate()}
        >
          {t('answer.consent')}
        </Button>
        <Button
          variant="decision"
          size="decision"
          disabled={!may.withdraw.allowed || give.isPending}
          onClick={onWithdraw}
        >
          {t('answer.withdraw')}
        </Button>
      </div>
      <div aria-live="polite">
        {[...reasons].map((reason) => (
          <p key={reason} className={classes.why}>
            <Status tone="wait">{t(`answer.may.${reason}`, { role: t(`frame:roles.${person.role}`) })}</Status>
          </p>
        ))}
        {give.error && (
          <p className={classes.why}>
            <ErrorLine error={give.error} />
          </p>
        )}
      </div>
      <p className={classes.consequence}>{t('answer.consequence')}</p>
    </Section>
  );
}

function Withdraw({ overview, charter, onDone }: Props & { readonly onDone: (next?: ConsentOverview) => void }) {
  const { t } = useTranslation('consent');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const language = useConsentLanguage();
  const format = useFormat();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { statements, withdrawal } = overview;
  const withdraw = useMutation({
    mutationFn: () =>
      client.consent.withdraw({
        charterHash: charter.hash,
        statement: statements.withdraw ?? '',
        reason: reason.trim(),
        language,
      }),
    onSuccess: onDone,
    onError: () => void cache.invalidateQueries({ queryKey: queries.consent.key() }),
  });
  return (
    <Section title={t('withdraw.title')}>
      <h3 className={classes.head}>{t('withdraw.stops')}</h3>
      <p className={classes.effect} lang={charter.language}>
        {charter.withdrawal.stops}
      </p>
      <p className={classes.counts}>
        {t('withdraw.stopsCounts', {
          rounds: format.count(withdrawal.roundsLeft),
          packages: format.count(withdrawal.packagesHeld),
        })}
      </p>
      <h3 className={classes.head}>{t('withdraw.cannotUndo')}</h3>
      <p className={classes.effect} lang={charter.language}>
        {charter.withdrawal.cannotUndo}
      </p>
      <p className={classes.counts}>{t('withdraw.sumsCount', { packages: format.count(withdrawal.packagesSent) })}</p>
      <Textarea
        ref={field}
        label={t('withdraw.reason')}
        rows={2}
        value={reason}
        error={missing && t('withdraw.needsReason')}
        onChange={({ currentTarget }) => {
          setReason(currentTarget.value);
          setMissing(false);
        }}
      />
      <p className={classes.signs}>{t('answer.signs')}</p>
      <p className={classes.statement}>{statements.withdraw}</p>
      <div className={classes.answers}>
        <Button
          variant="decision"
          size="decision"
          disabled={withdraw.isPending}
          onClick={() => {
            if (reason.trim() !== '') return withdraw.mutate();
            setMissing(true);
            field.current?.focus();
          }}
        >
          {t('withdraw.act')}
        </Button>
        <Button variant="decision" size="decision" disabled={withdraw.isPending} onClick={() => onDone()}>
          {t('withdraw.keep')}
        </Button>
      </div>
      {withdraw.error && (
        <p className={classes.why}>
          <ErrorLine error={withdraw.error} />
        </p>
      )}
    </Section>
  );
}
