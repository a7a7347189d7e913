/** A number between two ends with its interval: a track, a bar for the interval, a dot (global) or a square (own) for the estimate. */
import type { ReactNode } from 'react';
import classes from './IntervalBar.module.css';

type Props = {
  readonly value: number;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly from?: number;
  readonly to?: number;
  readonly series: 'global' | 'own';
  /** The number as text, at the left of the track. */
  readonly text: string;
  /** The interval in words, below. */
  readonly below?: ReactNode;
  /** Outside of what can be said: drawn in grey. */
  readonly quiet?: boolean;
  readonly width?: number;
};

const half = 4.5;

export function IntervalBar({
  value,
  low,
  high,
  from = 0,
  to = 1,
  series,
  text,
  below,
  quiet = false,
  width = 104,
}: Props) {
  const x = (at: number) => half + ((Math.max(from, Math.min(to, at)) - from) / (to - from)) * (width - 2 * half);
  const hasInterval = low !== null && low !== undefined && high !== null && high !== undefined;
  return (
    <span className={classes.interval} data-series={series} data-quiet={quiet || undefined}>
      <span className={classes.text}>{text}</span>
      <svg width={width} height={12} aria-hidden>
        <line className={classes.track} x1={half} x2={width - half} y1={6} y2={6} />
        <line className={classes.middle} x1={width / 2} x2={width / 2} y1={2} y2={10} />
        {hasInterval && <line className={classes.bar} x1={x(low)} x2={x(high)} y1={6} y2={6} />}
        {series === 'global' ? (
          <circle className={classes.dot} cx={x(value)} cy={6} r={4} />
        ) : (
          <rect className={classes.square} x={x(value) - 3.25} y={2.75} width={6.5} height={6.5} />
        )}
      </svg>
      {below && <span className={classes.below}>{below}</span>}
    </span>
  );
}
