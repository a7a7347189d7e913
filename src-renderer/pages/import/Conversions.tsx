/** What the unit becomes in the catalogue, on values of the file itself, one of them out of range where there is one. */
import { IconArrowRight, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Conversion, usualPRange } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Conversions.module.css';
import { storedWords, unitSymbol } from './words.ts';

const molar = ['M', 'mM', 'uM', 'nM', 'pM'] as const;

export function Conversions({ conversion }: { conversion: Conversion }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { unit, scale, examples, above, below } = conversion;
  const concentration = molar.find((one) => one === unit);
  const limits = { above: usualPRange.high, below: usualPRange.low };
  return (
    <Section
      title={
        concentration
          ? t('convert.title', { unit: unitSymbol(t, unit), scale: t('convert.p') })
          : t('convert.kept', { unit: unitSymbol(t, unit) })
      }
    >
      {concentration && (
        <p className={classes.formula}>
          {t('convert.p')} = {t(`convert.formula.${concentration}`)}
        </p>
      )}
      <ul>
        {examples.map(({ line, given, relation, stored, range }) => (
          <li key={line} className={classes.example}>
            <span className="code cut" title={t('check.line', { line })}>
              {given}
            </span>
            <IconArrowRight aria-hidden />
            <span className={classes.stored}>
              {relation === '=' ? '' : `${relation} `}
              {storedWords(format, stored)}
            </span>
            {scale === 'p' &&
              (range === 'in' ? (
                <span className={classes.inRange}>
                  <IconCheck aria-hidden />
                  {t('convert.in')}
                </span>
              ) : (
                <Status tone="warn">{t(`convert.${range}`, { limit: limits[range] })}</Status>
              ))}
          </li>
        ))}
      </ul>
      {above > 0 && <p className={classes.help}>{t('convert.aboveCount', { count: above, limit: limits.above })}</p>}
      {below > 0 && <p className={classes.help}>{t('convert.belowCount', { count: below, limit: limits.below })}</p>}
      {concentration && examples.some(({ relation }) => relation !== '=') && (
        <p className={classes.help}>{t('convert.flip')}</p>
      )}
    </Section>
  );
}
