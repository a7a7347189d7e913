/** Differences with their intervals, one below the other on one scale. Where zero lies inside, the dot is hollow. */
import type { ReactNode } from 'react';
import { useFormat } from '../app/format.ts';
import { decimalsOf, linearScale, ticks } from './axis.ts';
import classes from './IntervalDots.module.css';

export type IntervalRow = {
  readonly id: string;
  readonly label: ReactNode;
  /** Such as the number of tasks. */
  readonly count?: number;
  readonly value: number;
  /** Null where there are too few values for an interval; the dot is then hollow. */
  readonly low: number | null;
  readonly high: number | null;
};

type Props = {
  readonly label: string;
  readonly rows: readonly IntervalRow[];
  /** Written under the zero line. */
  readonly zero: string;
  readonly rowHeight?: number;
  readonly decimals?: number;
  /** Ticks with figures under the rows instead of the word at zero. */
  readonly axis?: boolean;
};

const width = 136;
const edge = 6;

export function IntervalDots({ label, rows, zero, rowHeight = 20, decimals = 3, axis = false }: Props) {
  const format = useFormat();
  const from = Math.min(0, ...rows.map(({ low, value }) => low ?? value));
  const to = Math.max(0, ...rows.map(({ high, value }) => high ?? value));
  const scale = linearScale(from, to === from ? from + 1 : to, [edge, width - edge]);
  // One figure alone tells no scale.
  const steps = [3, 4, 6].map((count) => ticks(from, to, count)).find(({ length }) => length > 1) ?? [0];
  return (
    <figure className={classes.dots} aria-label={label}>
      {rows.map(({ id, label: name, count, value, low, high }, index) => (
        <div key={id} className={classes.row} style={{ height: rowHeight }}>
          <span className={`${classes.name} cut`}>{name}</span>
          {count !== undefined && <span className={classes.count}>{format.count(count)}</span>}
          <svg className={classes.plot} width={width} height={rowHeight} aria-hidden>
            {axis &&
              steps.map((step) => (
                <line
                  key={step}
                  className={classes.grid}
                  x1={scale.at(step)}
                  x2={scale.at(step)}
                  y1={0}
                  y2={rowHeight}
                />
              ))}
            <line className={classes.zero} x1={scale.at(0)} x2={scale.at(0)} y1={index === 0 ? 2 : 0} y2={rowHeight} />
            {low !== null && high !== null && (
              <line
                className={classes.bar}
                x1={scale.at(low)}
                x2={scale.at(high)}
                y1={rowHeight / 2}
                y2={rowHeight / 2}
              />
            )}
            <circle
              className={low === null || high === null || (low <= 0 && high >= 0) ? classes.hollow : classes.dot}
              cx={scale.at(value)}
              cy={rowHeight / 2}
              r={4}
            />
          </svg>
          <span className={classes.value}>
            {format.signed(value, decimals)}
            {low !== null && high !== null && (
              <span className="unseen">
                {' '}
                ({format.signed(low, decimals)} – {format.signed(high, decimals)})
              </span>
            )}
          </span>
        </div>
      ))}
      <div className={classes.row} aria-hidden>
        <span className={classes.name} />
        {rows.some(({ count }) => count !== undefined) && <span className={classes.count} />}
        <svg className={classes.plot} width={width} height={16} overflow="visible" aria-hidden>
          {axis ? (
            steps.map((step) => (
              <text key={step} className={classes.tick} x={scale.at(step)} y={12}>
                {step === 0 ? '0' : format.signed(step, decimalsOf(steps))}
              </text>
            ))
          ) : (
            <text className={classes.tick} x={scale.at(0)} y={12}>
              {zero}
            </text>
          )}
        </svg>
        <span className={classes.value} />
      </div>
    </figure>
  );
}
