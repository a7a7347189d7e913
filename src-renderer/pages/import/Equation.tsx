/** One equation whose parts add up to the file, and a bar with the same parts. */
import { useElementSize } from '@mantine/hooks';
import { Trans, useTranslation } from 'react-i18next';
import type { CheckReport } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Status } from '../../parts/Status.tsx';
import classes from './Equation.module.css';

const parts = ['ready', 'warned', 'rejected', 'ignored'] as const;
const tones = { ready: 'ok', warned: 'warn', rejected: 'bad', ignored: 'aside' } as const;

/** Parts below it are drawn at it, in pixels, so that one row in a million can be seen. */
const narrowest = 10;

/** @param stored the rows are in the catalogue, so what would go there is not said again */
export function Equation({ report, stored = false }: { report: CheckReport; stored?: boolean }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const { rows, measurements, compounds, assays, censored } = report;
  const alone = measurements === 0 && compounds > 0;
  const cameIn = [
    t('check.compounds', { count: compounds }),
    t('check.assays', { count: assays }),
    t('check.censored', { count: censored }),
  ];
  return (
    <section className={classes.equation} aria-label={t('check.equation', rows)}>
      <div className={classes.sum}>
        <p>
          <span className="figure">{format.count(rows.in)}</span>
          <span className={classes.what}>{t('check.rowsInFile')}</span>
        </p>
        {parts.map((part, index) => (
          <p key={part} className={classes.part}>
            <span className={classes.sign} aria-hidden>
              {index === 0 ? '=' : '+'}
            </span>
            <span>
              <span className="figure">{format.count(rows[part])}</span>
              <Status tone={rows[part] === 0 && part !== 'ready' ? 'aside' : tones[part]}>{t(`check.${part}`)}</Status>
            </span>
          </p>
        ))}
        <p className={classes.result}>
          {!stored && (
            <>
              <span>
                {alone ? (
                  <Trans t={t} i18nKey="check.compoundsGoIn" count={compounds} components={{ b: <b /> }} />
                ) : (
                  <Trans t={t} i18nKey="check.goIn" count={measurements} components={{ b: <b /> }} />
                )}
              </span>
              <br />
            </>
          )}
          {alone ? stored && cameIn[0] : cameIn.join(' · ')}
        </p>
      </div>
      <Bar rows={rows} />
    </section>
  );
}

function Bar({ rows }: Pick<CheckReport, 'rows'>) {
  const { ref, width } = useElementSize();
  const there = parts.filter((part) => rows[part] > 0);
  const room = width - (there.length - 1) * 2;
  const small = there.filter((part) => (rows[part] / rows.in) * room < narrowest);
  const large = there.filter((part) => !small.includes(part));
  const largeRows = large.reduce((sum, part) => sum + rows[part], 0);
  const widthOf = (part: (typeof parts)[number]) =>
    small.includes(part) ? narrowest : (rows[part] / largeRows) * (room - small.length * narrowest);
  return (
    <div ref={ref} className={classes.bar} aria-hidden>
      {there.map((part) => (
        <span key={part} data-part={part} style={{ width: widthOf(part) }} />
      ))}
    </div>
  );
}
