/** A small distribution: bars of this time, a line of another time over them, clipped ends in the warning colour. */
import classes from './Histogram.module.css';

type Props = {
  /** Said instead of the picture: what is distributed, and what is unusual about it. */
  readonly label: string;
  readonly bins: readonly number[];
  /** The same bins of what it is compared with. */
  readonly line?: readonly number[] | undefined;
  /** The first and last bin hold what lies outside. */
  readonly clippedEnds?: boolean;
  readonly width?: number;
  readonly height?: number;
};

export function Histogram({ label, bins, line, clippedEnds = false, width = 112, height = 26 }: Props) {
  const scaleOf = (counts: readonly number[]) => Math.max(1, ...counts);
  const barWidth = width / bins.length;
  const gap = Math.min(1, barWidth * 0.25);
  const top = scaleOf(bins);
  const lineTop = line ? scaleOf(line) : 1;
  const y = (count: number, most: number) => height - 1 - (count / most) * (height - 2);
  return (
    <svg className={classes.histogram} width={width} height={height} role="img" aria-label={label}>
      {bins.map((count, index) => {
        const isEnd = clippedEnds && (index === 0 || index === bins.length - 1);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its position
            key={index}
            className={isEnd ? classes.clipped : classes.bar}
            x={index * barWidth}
            y={y(count, top)}
            width={Math.max(0.5, barWidth - gap)}
            height={Math.max(count > 0 ? 1 : 0, height - 1 - y(count, top))}
          />
        );
      })}
      {line && (
        <polyline
          className={classes.line}
          points={line.map((count, index) => `${(index + 0.5) * barWidth},${y(count, lineTop)}`).join(' ')}
        />
      )}
      <line className={classes.base} x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}
