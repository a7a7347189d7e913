/** How sure a proposal is: three bars and the word. */
import { useTranslation } from 'react-i18next';
import classes from './Confidence.module.css';

export type ConfidenceLevel = 'high' | 'middle' | 'low';

const bars: Readonly<Record<ConfidenceLevel, number>> = { high: 3, middle: 2, low: 1 };

export function Confidence({ level }: { level: ConfidenceLevel }) {
  const { t } = useTranslation('frame');
  return (
    <span className={classes.confidence} data-level={level}>
      <span className={classes.bars} aria-hidden>
        {[1, 2, 3].map((bar) => (
          <span key={bar} data-on={bar <= bars[level] || undefined} />
        ))}
      </span>
      {t(`confidence.${level}`)}
    </span>
  );
}
