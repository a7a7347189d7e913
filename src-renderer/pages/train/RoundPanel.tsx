/** The chosen round: how it ended and why, its steps, who was in it, what it waits for, and what it left behind. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Round, RoundSummary } from '../../../src-main/contract/federation.ts';
import { useEngine } from '../../app/engine.tsx';
import { currentStep, roundStepKey } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { copyText } from '../../parts/copy.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { type Fact, KeyValue } from '../../parts/KeyValue.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { stateTones as packageTones } from '../review/Decisions.tsx';
import { Partners } from './Partners.tsx';
import classes from './RoundPanel.module.css';
import { stateKey, stateTones } from './round-columns.tsx';
import { spanOf } from './round-figures.ts';
import { WaitedFor } from './WaitedFor.tsx';

/** A round that runs is read again this often, in milliseconds. */
const livePace = 1_000;

type Props = {
  readonly series: string;
  readonly summary: RoundSummary;
  /** Whether this partner has left the series: then it waits for nothing. */
  readonly left: boolean;
};

export function RoundPanel({ series, summary, left }: Props) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const { round, attempt } = summary;
  const { data, error } = useQuery({
    ...queries.federation.round.queryOptions({ input: { series, round, attempt } }),
    refetchInterval: summary.finishedAt === null ? livePace : false,
  });
  const label = t(summary.kind === 'counting' ? 'detail.counting' : 'detail.label', { round });
  return (
    <SidePanel label={label} width={376}>
      {error && (
        <Section title={label}>
          <ErrorLine error={error} />
        </Section>
      )}
      {data && <Details round={data} label={label} left={left} />}
    </SidePanel>
  );
}

function Details({ round, label, left }: { round: Round; label: string; left: boolean }) {
  const { t } = useTranslation('train');
  return (
    <>
      <Section
        title={label}
        facts={round.attempt > 1 && t('list.attempt', { attempt: round.attempt })}
        end={<Status tone={stateTones[round.state]}>{t(`list.state.${stateKey(round)}`)}</Status>}
      >
        <Explanation round={round} />
        <KeyValue facts={useFacts(round)} labelWidth={124} />
      </Section>
      {round.state === 'running' && !left && <WaitedFor round={round} stopped={false} />}
      <Steps round={round} />
      <Partners round={round} columns={1} />
      <Packages round={round} />
    </>
  );
}

/** What kind of round it is where that is not plain, whom it waited for in vain, what the others said. */
function Explanation({ round }: { round: Round }) {
  const { t } = useTranslation(['train', 'frame']);
  const format = useFormat();
  const { kind, rows, missing, review, partners, finishedAt, state, reason, objectors } = round;
  const nameOf = (id: string) => partners.find((partner) => partner.id === id)?.name ?? id;
  const step = currentStep(round);
  const lines = [
    ...(reason !== null && (state === 'refused' || state === 'watched' || state === 'voided')
      ? [
          t('detail.sentence', {
            text: t(`round.${state}`, { round: round.round, reason: t(`round.reason.${reason}`) }),
          }),
        ]
      : []),
    ...(objectors.length > 0 ? [t('detail.objected', { names: format.list(objectors.map(nameOf)) })] : []),
    ...(kind === 'counting' ? [t('detail.countingText')] : []),
    ...(rows === null ? [] : [t('detail.rows', { kept: rows.kept, all: rows.of, frozen: rows.of - rows.kept })]),
    ...(missing.length > 0 && step !== undefined && finishedAt !== null
      ? [
          t('detail.missing', {
            time: format.deadline(finishedAt),
            step: t(`frame:roundSteps.${roundStepKey(step, kind)}`, { round: round.round }),
            names: format.list(missing.map(nameOf)),
          }),
        ]
      : []),
    ...(state === 'refused' ? [t('detail.refusedText')] : []),
    ...(state === 'voided' ? [t('detail.voidedText')] : []),
    ...(review === null || review.state === 'voided'
      ? []
      : [
          t(`detail.review.${review.state}`, {
            accepted: review.accepted,
            total: review.total,
            needed: review.needed,
          }),
        ]),
    ...(review?.own == null ? [] : [t(`detail.own.${review.own}`)]),
  ];
  if (lines.length === 0) return null;
  return (
    <div className={`${classes.text} small second`}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function useFacts(round: Round): readonly Fact[] {
  const { t } = useTranslation('train');
  const format = useFormat();
  const { startedAt, finishedAt, survivors, partners, bytesOut, bytesIn, validationAucPr, trunkHash } = round;
  return [
    { label: t('list.column.started'), value: format.exact(startedAt) },
    ...(finishedAt === null
      ? []
      : [
          {
            label: t('list.column.finished'),
            value: t('detail.after', {
              at: format.exact(finishedAt),
              took: format.duration(spanOf(startedAt, finishedAt)),
            }),
          },
        ]),
    ...(survivors === null
      ? []
      : [{ label: t('list.column.survivors'), value: t('list.of', { count: survivors, total: partners.length }) }]),
    ...(validationAucPr === null ? [] : [{ label: t('detail.validation'), value: format.decimal(validationAucPr, 3) }]),
    {
      label: t('detail.bytes'),
      value: t('detail.outIn', { out: format.bytes(bytesOut), in: format.bytes(bytesIn) }),
    },
    ...(trunkHash === null ? [] : [{ label: t('detail.trunk'), value: <Hash value={trunkHash} ends={8} icon /> }]),
  ];
}

function Steps({ round }: { round: Round }) {
  const { t } = useTranslation(['train', 'frame']);
  const format = useFormat();
  const current = currentStep(round);
  return (
    <Section title={t('detail.steps')}>
      <ol className={classes.steps}>
        {round.steps.map(({ name, state, count, needed, total, at }) => (
          <li key={name} aria-current={name === current && round.state === 'running' ? 'step' : undefined}>
            <Status
              tone={state === 'done' ? 'ok' : name !== current ? 'todo' : round.state === 'running' ? 'now' : 'aside'}
            >
              {t(`frame:roundSteps.${roundStepKey(name, round.kind)}`, { round: round.round })}
            </Status>
            <span className={classes.count}>
              {name === 'model'
                ? t('steps.here')
                : count === 0 && state === 'waiting'
                  ? t('steps.needs', { count: needed, total })
                  : t('steps.of', { count, total })}
            </span>
            <span className={classes.at} title={at === null ? undefined : format.exact(at)}>
              {at === null ? '' : format.moment(at)}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** What this partner prepared for it: with the way to the exact bytes, and the coordinator's receipt. */
function Packages({ round: { packages } }: { round: Round }) {
  const { t } = useTranslation(['train', 'review', 'submissions']);
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Section title={t('detail.packages')}>
      {packages.length === 0 && <p className="small second">{t('detail.noPackage')}</p>}
      {packages.map(({ name, hash, state, sentAt, receipt }) => (
        <div key={hash} className={classes.package}>
          <KeyValue
            labelWidth={124}
            facts={[
              {
                label: name,
                key: 'name',
                value: <Status tone={packageTones[state]}>{t(`review:state.${state}`)}</Status>,
              },
              { label: t('submissions:detail.hash'), value: <Hash value={hash} ends={8} icon /> },
              ...(sentAt === null
                ? []
                : [
                    { label: t('submissions:detail.sent'), value: format.exact(sentAt) },
                    {
                      label: t('submissions:column.receipt'),
                      value: (
                        <Status tone={receipt ? 'ok' : 'wait'}>
                          {t(receipt ? 'detail.receipt' : 'submissions:receipt.missing')}
                        </Status>
                      ),
                    },
                  ]),
            ]}
          />
          <div className={classes.actions}>
            <Button size="small" onClick={() => void navigate({ to: '/review', search: { package: hash } })}>
              {t('submissions:detail.open')}
            </Button>
            {receipt && (
              <Button size="small" variant="quiet" onClick={() => void copyText(receipt)}>
                {t('submissions:receiptText.copy')}
              </Button>
            )}
          </div>
        </div>
      ))}
    </Section>
  );
}
