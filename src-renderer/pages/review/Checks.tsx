/** The disclosure checks: measured value with its interval, limit with its source, outcome, and what it means. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DisclosureCheck, PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './Checks.module.css';
import { checkValue } from './check-values.ts';

const tones: Readonly<Record<DisclosureCheck['outcome'], Tone>> = { pass: 'ok', warn: 'warn', block: 'bad' };

export function Checks({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const format = useFormat();
  const [explains, setExplains] = useState(false);
  const { checks, notMeasured, content } = frozen.manifest;
  const counts = frozen.checks;
  return (
    <Section
      title={t('title')}
      facts={t('source', { plan: format.short(content.planHash) })}
      end={
        <span className={classes.counts}>
          <Status tone="ok">{t('pass', { count: counts.pass })}</Status>
          {counts.warn > 0 && <Status tone="warn">{t('warn', { count: counts.warn })}</Status>}
          {counts.block > 0 && <Status tone="bad">{t('block', { count: counts.block })}</Status>}
        </span>
      }
      flush
    >
      <ul className={classes.checks}>
        {checks.map((check) => (
          <CheckLine key={check.name} check={check} explains={explains || check.outcome !== 'pass'} />
        ))}
      </ul>
      <div className={classes.foot}>
        <Button size="small" variant="quiet" aria-pressed={explains} onClick={() => setExplains(!explains)}>
          {t('explain')}
        </Button>
        {notMeasured.length > 0 && (
          <p className={classes.missing}>
            {t('notMeasured', { checks: notMeasured.map((name) => t(`name.${name}`)).join(t('join')) })}
          </p>
        )}
      </div>
    </Section>
  );
}

function CheckLine({ check, explains }: { check: DisclosureCheck; explains: boolean }) {
  const { t } = useTranslation('checks');
  const format = useFormat();
  const { name, measured, limit, unit, outcome, facts } = check;
  const equal = unit === 'hash';
  const agrees = outcome === 'pass' ? t('equal') : t('differs');
  const value = (amount: number | string, withUnit: boolean) => checkValue(check, amount, withUnit, format, t);
  const explanation = t(`explanation.${name}`, {
    texts: Number(facts.texts ?? 0),
    falseRate: format.percent(Number(facts.falseRate ?? 0), 1),
  });
  const details = [
    ...(typeof facts.low === 'number' && typeof facts.high === 'number'
      ? [t('interval', { low: value(facts.low, false), high: value(facts.high, false) })]
      : []),
    ...(typeof facts.red === 'number' ? [t('red', { value: value(facts.red, false) })] : []),
    ...(typeof facts.round === 'number' ? [t('fromRound', { round: facts.round })] : []),
  ];
  return (
    <li className={classes.check} title={equal ? `${explanation} ${measured}` : explanation}>
      <span className="cut">{t(`name.${name}`)}</span>
      <span className={`${classes.measured} strong`}>{equal ? agrees : value(measured, true)}</span>
      <span className={classes.limit}>
        {equal ? t('equal') : t(`limit.${limit.is}`, { value: value(limit.value, false) })}
      </span>
      <Status tone={tones[outcome]}>{t(`outcome.${outcome}`)}</Status>
      {explains && (
        <p className={classes.explanation}>
          {explanation}
          {details.length > 0 && ` ${details.join(t('join'))}`}
        </p>
      )}
    </li>
  );
}
