/** An assay whose thresholds are nobody's to set: why, and how many compounds stand in each class. */
import { useTranslation } from 'react-i18next';
import type { AssayDetail } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { Note } from '../../parts/Note.tsx';
import classes from './FixedClasses.module.css';
import { useReason } from './reason.ts';
import { levelColour, mainOf } from './threshold.ts';

export function FixedClasses({ detail }: { detail: AssayDetail }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const reason = useReason();
  const [task] = mainOf(detail.tasks);
  const counted =
    task === undefined
      ? []
      : [
          { name: t('fixed.active'), count: task.total.actives, colour: levelColour(1) },
          { name: t('fixed.inactive'), count: task.total.inactives, colour: levelColour(0) },
        ];
  const all = counted.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={classes.fixed}>
      <Note tone="plain">{reason(detail.reason)}</Note>
      {all > 0 && (
        <figure className={classes.chart} aria-label={t('fixed.label', { assay: detail.assay.code })}>
          <div className={classes.bar} aria-hidden>
            {counted.map(({ name, count, colour }) => (
              <span key={name} style={{ flexGrow: count, background: colour }} />
            ))}
          </div>
          <figcaption className={classes.counts}>
            {counted.map(({ name, count, colour }) => (
              <span key={name}>
                <span className={classes.key} style={{ background: colour }} aria-hidden />
                <span className="strong">{format.count(count)}</span> {name}{' '}
                <span className="third">{format.percent(count / all, 1)}</span>
              </span>
            ))}
          </figcaption>
        </figure>
      )}
    </div>
  );
}
