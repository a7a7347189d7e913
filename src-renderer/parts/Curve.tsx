/** Values over steps: a line per series named at its end, a band for its interval, the running step shaded without a point. */
import { useElementSize } from '@mantine/hooks';
import { useFormat } from '../app/format.ts';
import axes from './axes.module.css';
import { decimalsOf, linearScale, type Scale, ticks } from './axis.ts';
import classes from './Curve.module.css';
import { curveNames } from './curve-names.ts';

export type CurvePoint = {
  readonly step: number;
  readonly value: number;
  readonly low?: number | null;
  readonly high?: number | null;
};

export type CurveSeries = {
  readonly id: string;
  /** Named at the end of the line, after the last value. */
  readonly name: string;
  readonly look: 'global' | 'own';
  readonly points: readonly CurvePoint[];
  /** Step whose value is named instead of the last one, such as the one that was chosen. */
  readonly namedAt?: number;
};

export type CurveFailure = {
  readonly key: string;
  readonly step: number;
  readonly value: number | null;
  /** Shown when the pointer rests on it. */
  readonly label: string;
};

type Props = {
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly series: readonly CurveSeries[];
  /** What a step is: `round`, `epoch`. */
  readonly stepName: string;
  /** The step under way, shaded. */
  readonly running?: { readonly step: number; readonly label: string } | undefined;
  /** Steps that failed: a cross at their value, or on the axis where they have none. */
  readonly failed?: readonly CurveFailure[];
  /** The axis reaches at least this far. */
  readonly lastStep?: number;
  readonly height?: number;
  readonly decimals?: number;
};

const margin = { top: 12, right: 20, bottom: 40, left: 44 };

export function Curve({
  label,
  series,
  stepName,
  running,
  failed = [],
  lastStep = 1,
  height = 320,
  decimals = 3,
}: Props) {
  const { ref, width } = useElementSize();
  return (
    <div ref={ref} className={axes.frame} style={{ height }}>
      {width > 0 && (
        <Plot
          width={width}
          height={height}
          label={label}
          series={series}
          stepName={stepName}
          running={running}
          failed={failed}
          lastStep={lastStep}
          decimals={decimals}
        />
      )}
    </div>
  );
}

function Plot({
  width,
  height,
  label,
  series,
  stepName,
  running,
  failed,
  lastStep,
  decimals,
}: Required<Omit<Props, 'running'>> & Pick<Props, 'running'> & { readonly width: number }) {
  const format = useFormat();
  const points = series.flatMap(({ points }) => points);
  const values = [
    ...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
    ...failed.flatMap(({ value }) => (value === null ? [] : [value])),
  ];
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const room = (most - least || 0.1) * 0.12;
  const last = Math.max(
    lastStep,
    running?.step ?? 0,
    ...points.map(({ step }) => step),
    ...failed.map(({ step }) => step),
  );
  const first = Math.min(last, ...points.map(({ step }) => step), 0);
  const x = linearScale(first, last, [margin.left, width - margin.right - (running ? 10 : 0)]);
  const y = linearScale(least - room, most + room, [height - margin.bottom, margin.top]);
  const yTicks = ticks(y.from, y.to, 5);
  const xTicks = ticks(first, last, Math.max(2, Math.floor(width / 90))).filter(Number.isInteger);
  const bottom = height - margin.bottom;
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      {yTicks.map((tick) => (
        <g key={tick}>
          <line className={axes.grid} x1={margin.left} x2={width - margin.right} y1={y.at(tick)} y2={y.at(tick)} />
          <text className={axes.tickY} x={margin.left - 8} y={y.at(tick) + 4}>
            {format.decimal(tick, decimalsOf(yTicks))}
          </text>
        </g>
      ))}
      {running && (
        <g>
          <rect
            className={classes.running}
            x={x.at(running.step) - 10}
            y={margin.top}
            width={20}
            height={bottom - margin.top}
          />
          <text
            className={classes.runningLabel}
            transform={`translate(${x.at(running.step) + 4} ${bottom - 10}) rotate(-90)`}
          >
            {running.label}
          </text>
        </g>
      )}
      {xTicks.map((tick) => (
        <text
          key={tick}
          className={tick === running?.step ? classes.nowTick : axes.tick}
          x={x.at(tick)}
          y={bottom + 18}
        >
          {tick}
        </text>
      ))}
      <text className={axes.tick} x={(margin.left + width - margin.right) / 2} y={bottom + 36}>
        {stepName}
      </text>
      {series.map(({ id, look, points: own }) => (
        <g key={id} data-look={look} className={classes.series}>
          {own.length > 1 && <path className={classes.band} d={bandPath(own, x, y)} />}
          <polyline
            className={classes.line}
            points={own.map(({ step, value }) => `${x.at(step)},${y.at(value)}`).join(' ')}
          />
          {look === 'global' &&
            own.map(({ step, value }) => (
              <circle key={step} className={classes.dot} cx={x.at(step)} cy={y.at(value)} r={2.5} />
            ))}
        </g>
      ))}
      {failed.map(({ key, step, value, label: what }) => (
        <path key={key} className={classes.failed} d={crossAt(x.at(step), value === null ? bottom : y.at(value))}>
          <title>{what}</title>
        </path>
      ))}
      {curveNames(series, x, y).map(({ series: { id, look, name }, value, at, side }) => (
        <text key={id} className={classes.name} data-look={look} data-side={side} x={at.x} y={at.y}>
          {format.decimal(value, decimals)} {name}
        </text>
      ))}
    </svg>
  );
}

const crossAt = (x: number, y: number): string => `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`;

function bandPath(points: readonly CurvePoint[], x: Scale, y: Scale): string {
  if (points.some(({ low, high }) => low === null || low === undefined || high === null || high === undefined))
    return '';
  const there = points.map(({ step, high }) => `${x.at(step)} ${y.at(high!)}`);
  const back = [...points].reverse().map(({ step, low }) => `${x.at(step)} ${y.at(low!)}`);
  return `M${[...there, ...back].join('L')}Z`;
}
