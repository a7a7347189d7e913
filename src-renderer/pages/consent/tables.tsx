/** The tables of the charter: partners, parameters, limits, rounds, retention, contacts. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CharterView } from '../../../src-main/contract/consent.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Charter.module.css';
import type { Say } from './usePlaceWords.ts';

type Props = { readonly charter: CharterView };

export function PartnerTable({ charter: { partners, language } }: Props) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  return (
    <>
      <p className="small third">{t('partners.compare')}</p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('partners.name')}</th>
            <th scope="col">{t('partners.words')}</th>
            <th scope="col" className={classes.right}>
              {t('partners.weight')}
            </th>
            <th scope="col">{t('partners.signature')}</th>
          </tr>
        </thead>
        <tbody>
          {partners.map(({ id, name, you, fingerprint, share, signed }) => (
            <tr key={id}>
              <th scope="row" className={classes.name} lang={language}>
                {name}
                {you && <span className="third"> · {t('partners.you')}</span>}
              </th>
              <td lang="en">{fingerprint.words.join(' ')}</td>
              <td className={classes.right}>{format.percent(share)}</td>
              <td className={classes.once}>
                <Status tone={signed ? 'ok' : 'wait'}>{t(signed ? 'partners.signed' : 'partners.unsigned')}</Status>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

export function ParameterTable({ charter: { parameters } }: Props) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const { hidden, numbers, rounds, localSteps, batchSize, ringBits, valueBits } = parameters;
  const encoding =
    valueBits === null ? t('parameters.grid', { ringBits }) : t('parameters.values', { ringBits, valueBits });
  return (
    <FactTable
      label={t('article.parameters')}
      rows={[
        [t('parameters.layers'), hidden.map(format.count).join(' → ')],
        [t('parameters.numbers'), format.count(numbers)],
        [t('parameters.rounds'), format.count(rounds)],
        [
          t('parameters.steps'),
          t('parameters.stepsValue', { steps: format.count(localSteps), batch: format.count(batchSize) }),
        ],
        [t('parameters.encoding'), encoding],
        [t('parameters.chemistry'), <Hash key="chemistry" value={parameters.chemistryHash} ends={8} />],
        ...Object.entries(parameters.consistency).map(
          ([name, hash]) => [consistencyName(t as Say, name), <Hash key={name} value={hash} ends={8} />] as const,
        ),
        [t('parameters.build'), parameters.build],
      ]}
    />
  );
}

/** Stages are added with the application, so one without a word of its own stands under its name. */
const consistencyName = (say: Say, name: string): string =>
  say(`consistency.${name.replace('chemistry.', '')}`, { defaultValue: name });

export function LimitTable({ charter: { limits } }: Props) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const { smallestTask, clippedShare, fewestCompounds, membershipAuc, membershipTpr, membershipTrunk } = limits;
  const share = (value: number) => format.percent(value, 2);
  const area = (value: number) => format.decimal(value, 2);
  const rows: readonly (readonly [string, string, string])[] = [
    ...(smallestTask === undefined
      ? []
      : [[t('limits.smallestTask'), '', t('limits.atLeast', { value: format.count(smallestTask) })] as const]),
    ...(fewestCompounds === undefined
      ? []
      : [[t('limits.fewestCompounds'), '', t('limits.atLeast', { value: format.count(fewestCompounds) })] as const]),
    ...(clippedShare === undefined
      ? []
      : [[t('limits.clippedShare'), t('limits.atMost', { value: share(clippedShare) }), ''] as const]),
    ...both(t('limits.membershipAuc'), membershipAuc, area),
    ...both(t('limits.membershipTpr'), membershipTpr, share),
    ...both(t('limits.membershipTrunk'), membershipTrunk, area),
  ];
  if (rows.length === 0) return <p className={classes.own}>{t('limits.application')}</p>;
  return (
    <>
      <table className={`${classes.table} ${classes.narrow}`}>
        <thead>
          <tr>
            <th scope="col">{t('limits.measure')}</th>
            <th scope="col" className={classes.right}>
              {t('limits.look')}
            </th>
            <th scope="col" className={classes.right}>
              {t('limits.block')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, amber, red]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={classes.right}>{amber || '–'}</td>
              <td className={classes.right}>{red || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.own}>{t('limits.rest')}</p>
    </>
  );

  function both(name: string, limit: { amber: number; red: number } | undefined, say: (value: number) => string) {
    if (limit === undefined) return [];
    const over = (value: number) => t('limits.above', { value: say(value) });
    return [[name, over(limit.amber), over(limit.red)] as const];
  }
}

export function RoundTable({ charter: { rounds, partners } }: Props) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const { deadlines, rareRows, voidingShare, threshold, minimumSurvivors } = rounds;
  const all = format.count(partners.length);
  const time = (seconds: number) => format.duration(seconds * 1000);
  return (
    <FactTable
      label={t('article.rounds')}
      rows={[
        [t('rounds.minimum'), t('rounds.ofPartners', { count: minimumSurvivors, all })],
        [t('rounds.threshold'), t('rounds.ofPartners', { count: threshold, all })],
        [t('rounds.gather'), time(deadlines.gather)],
        [t('rounds.keys'), time(deadlines.keys)],
        [t('rounds.shares'), time(deadlines.shares)],
        [t('rounds.upload'), time(deadlines.upload)],
        [
          t('rounds.rareRows'),
          rareRows === null
            ? t('rounds.allRows')
            : t('rounds.rareRowsValue', { partners: format.count(rareRows.partners) }),
        ],
        [
          t('rounds.voiding'),
          voidingShare === null
            ? t('rounds.stands')
            : t('rounds.voidingValue', { share: format.percent(voidingShare) }),
        ],
      ]}
    />
  );
}

export function RetentionTable({ charter: { retention } }: Props) {
  const { t } = useTranslation('consent');
  const months = (value: number | null) =>
    value === null ? t('retention.asLong') : t('retention.months', { count: value });
  return (
    <FactTable
      label={t('article.retention')}
      rows={[
        [t('retention.escrow'), months(retention.escrowMonths)],
        [t('retention.log'), months(retention.logMonths)],
        [t('retention.models'), months(retention.modelMonths)],
      ]}
    />
  );
}

export function ContactTable({ charter: { contacts, partners, language } }: Props) {
  const { t } = useTranslation('consent');
  const nameOf = (id: string) => partners.find((partner) => partner.id === id)?.name ?? id;
  return (
    <table className={classes.table} lang={language}>
      <thead>
        <tr>
          <th scope="col">{t('contacts.partner')}</th>
          <th scope="col">{t('contacts.role')}</th>
          <th scope="col">{t('contacts.name')}</th>
          <th scope="col">{t('contacts.reach')}</th>
        </tr>
      </thead>
      <tbody>
        {contacts.map((contact) => (
          <tr key={`${contact.partner} ${contact.role} ${contact.name}`}>
            <th scope="row" className={classes.name}>
              {nameOf(contact.partner)}
            </th>
            <td>{contact.role}</td>
            <td>{contact.name}</td>
            <td>{contact.reach}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FactTable({ label, rows }: { label: string; rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <table className={`${classes.table} ${classes.narrow}`} aria-label={label}>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
