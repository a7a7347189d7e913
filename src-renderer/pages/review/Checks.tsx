/** The disclosure checks: measured value, limit with its source, and what the outcome means. */
import { useTranslation } from 'react-i18next';
import type { DisclosureCheck, PackageView } from '../../../src-main/contract/release.ts';
import { type Format, useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './Checks.module.css';

const tones: Readonly<Record<DisclosureCheck['outcome'], Tone>> = { pass: 'ok', warn: 'warn', block: 'bad' };

export function Checks({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const { checks, notMeasured, content } = frozen.manifest;
  const counts = frozen.checks;
  return (
    <Section
      title={t('checks.title')}
      facts={t('checks.source', { plan: format.short(content.planHash) })}
      end={
        <span className={classes.counts}>
          <Status tone="ok">{t('checks.pass', { count: counts.pass })}</Status>
          {counts.warn > 0 && <Status tone="warn">{t('checks.warn', { count: counts.warn })}</Status>}
          {counts.block > 0 && <Status tone="bad">{t('checks.block', { count: counts.block })}</Status>}
        </span>
      }
      flush
    >
      <ul className={classes.checks}>
        {checks.map((check) => (
          <CheckLine key={check.name} check={check} format={format} />
        ))}
      </ul>
      {notMeasured.length > 0 && (
        <p className={classes.missing}>
          {t('checks.notMeasured', {
            checks: notMeasured.map((name) => t(`checks.name.${name}`)).join(t('checks.join')),
          })}
        </p>
      )}
    </Section>
  );
}

function CheckLine({ check, format }: { check: DisclosureCheck; format: Format }) {
  const { t } = useTranslation('review');
  const { name, measured, limit, unit, outcome, facts } = check;
  const explanation = isExplained(name) ? t(`checks.explanation.${name}`, { texts: Number(facts.texts ?? 0) }) : '';
  const equal = unit === 'hash';
  const ofRange = name === 'vector-range' && typeof limit.value === 'number' && limit.value > 0 ? limit.value : null;
  const agrees = outcome === 'pass' ? t('checks.equal') : t('checks.differs');
  return (
    <li className={classes.check} title={equal || ofRange !== null ? `${explanation} ${measured}` : explanation}>
      <span className="cut">{t(`checks.name.${name}`)}</span>
      <span className={`${classes.measured} strong`}>{equal ? agrees : value(measured, true)}</span>
      <span className={classes.limit}>
        {equal ? t('checks.equal') : t(`checks.limit.${limit.is}`, { value: value(limit.value, false) })}
      </span>
      <Status tone={tones[outcome]}>{t(`checks.outcome.${outcome}`)}</Status>
    </li>
  );

  /** The unit stands once, after the measured value. */
  function value(amount: number | string, withUnit: boolean): string {
    if (typeof amount === 'string') return format.short(amount);
    if (ofRange !== null) return format.percent(amount / ofRange, 1);
    if (unit === 'share') return format.percent(amount, 2);
    if (unit === 'occurrences' && amount === 0) return t('checks.none');
    const text = Number.isInteger(amount) ? format.count(amount) : format.decimal(amount, 2);
    return withUnit ? t(`checks.unit.${unit}`, { value: text }) : text;
  }
}

const explained = [
  'smallest-task',
  'clipped-numbers',
  'vector-range',
  'encoding',
  'catalog-text',
  'masked-bytes',
  'commitment',
  'plan-and-roster',
  'read-back',
  'rare-rows',
] as const;

const isExplained = (name: string): name is (typeof explained)[number] =>
  (explained as readonly string[]).includes(name);
