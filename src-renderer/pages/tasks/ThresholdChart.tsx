/** The decision itself: how many compounds have which value, and the thresholds as flags to drag or to nudge by key. */
import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssayDetail } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { decimalsOf, linearScale, niceTop, type Scale, ticks } from '../../parts/axis.ts';
import classes from './ThresholdChart.module.css';
import {
  edgesOf,
  type Grid,
  gridOf,
  levelColour,
  levelInk,
  levelOf,
  mainOf,
  moved,
  pieces,
  type Side,
  sideOf,
  thresholdText,
} from './threshold.ts';

type Props = {
  readonly detail: AssayDetail;
  /** Ascending; what a person has in hand, before the engine has counted. */
  readonly thresholds: readonly number[];
  /** `settled` once the drag has ended or a key was pressed. */
  readonly onChange: (thresholds: readonly number[], settled: boolean) => void;
};

const room = { left: 46, right: 20, top: 64, bottom: 40 };
const flagWidth = 58;

export function ThresholdChart({ detail, thresholds, onChange }: Props) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const { ref, width } = useElementSize();
  const low = useMediaQuery('(max-height: 859px)') ?? false;
  const height = low ? 232 : 320;
  const svg = useRef<SVGSVGElement>(null);
  const hatch = useId();
  const [dragged, setDragged] = useState<number | null>(null);
  const { assay, histogram } = detail;

  const side = sideOf(detail);
  const grid = gridOf(histogram.width);
  const edges = edgesOf(thresholds, side);
  const from = Math.min(histogram.from, ...edges);
  const to = Math.max(histogram.from + histogram.width * histogram.bins.length, ...edges);
  /** A threshold for both signs is a size. */
  const least = side === 'both' ? grid.step : from;
  const x = linearScale(from, to, [room.left, Math.max(width - room.right, room.left + 1)]);
  const tallest = Math.max(...histogram.bins.map((bin) => bin.equal + bin.less + bin.greater), 1);
  const y = linearScale(0, niceTop(tallest, 4), [height - room.bottom, room.top]);
  const values = ticks(from, to, Math.max(2, Math.floor(width / 90)));
  const decimals = decimalsOf(values);
  const counts = ticks(0, y.to, 4).filter(Number.isInteger);
  const censored = histogram.bins.some((bin) => bin.less + bin.greater > 0);

  const set = (index: number, value: number, settled: boolean) => {
    const next = moved(thresholds, index, Math.min(Math.max(value, least), to), grid);
    onChange(next.thresholds, settled);
    return next.index;
  };
  const valueUnder = (event: PointerEvent): number => {
    const left = svg.current?.getBoundingClientRect().left ?? 0;
    return Math.round(x.valueAt(event.clientX - left) / grid.step) * grid.step;
  };

  return (
    <figure
      ref={ref}
      className={classes.chart}
      aria-label={t('chart.label', { assay: assay.code, compounds: t('compounds', { count: assay.compounds }) })}
    >
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure around it has the name, and a title would cover the chart */}
      <svg ref={svg} width={width} height={height}>
        <defs>
          <pattern id={hatch} width={4} height={4} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={4} height={4} fill="var(--surface)" opacity={0.25} />
            <rect width={1.75} height={4} fill="var(--surface)" opacity={0.55} />
          </pattern>
        </defs>
        <g aria-hidden>
          <text x={room.left - 30} y={16} className={classes.axis}>
            {t('chart.compounds')}
          </text>
          {counts.map((count) => (
            <g key={count}>
              <line x1={room.left} x2={x.range[1]} y1={y.at(count)} y2={y.at(count)} className={classes.grid} />
              <text x={room.left - 8} y={y.at(count) + 4} textAnchor="end" className={classes.axis}>
                {format.count(count)}
              </text>
            </g>
          ))}
          {values.map((value) => (
            <text
              key={value}
              x={x.at(value)}
              y={height - room.bottom + 18}
              textAnchor="middle"
              className={classes.axis}
            >
              {format.decimal(value, decimals)}
            </text>
          ))}
          <text x={(x.range[0] + x.range[1]) / 2} y={height - 4} textAnchor="middle" className={classes.axis}>
            {t(`scale.${scaleKey(assay.scale)}`, { scale: assay.scale })}
            {t('reason.shareJoin')}
            {t(`direction.${side}`)}
          </text>
        </g>
        <g>
          {histogram.bins.map((bin, index) => {
            const start = histogram.from + index * histogram.width;
            return (
              <Bar
                key={start}
                x={x}
                y={y}
                start={start}
                end={start + histogram.width}
                exact={bin.equal}
                beyond={bin.less + bin.greater}
                thresholds={thresholds}
                side={side}
                hatch={hatch}
              />
            );
          })}
        </g>
        <ClassCounts detail={detail} thresholds={thresholds} side={side} x={x} />
        {edges
          .filter((edge) => !thresholds.includes(edge))
          .map((edge) => (
            <Mirrored key={edge} text={thresholdText(format, edge)} x={x.at(edge)} foot={height - room.bottom} />
          ))}
        {thresholds.map((threshold, index) => (
          <Flag
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the flag's identity while it passes another one
            key={`${assay.assayId} ${index}`}
            label={t('chart.flag', { number: index + 1, assay: assay.code })}
            text={thresholdText(format, threshold)}
            x={x.at(threshold)}
            raised={thresholds.some((other, at) => at < index && x.at(threshold) - x.at(other) < flagWidth + 4)}
            foot={height - room.bottom}
            dragged={dragged === index}
            value={threshold}
            from={least}
            to={to}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDragged(index);
            }}
            onPointerMove={(event) => {
              if (dragged !== null) setDragged(set(dragged, valueUnder(event), false));
            }}
            onPointerUp={(event) => {
              if (dragged === null) return;
              set(dragged, valueUnder(event), true);
              setDragged(null);
            }}
            onKeyDown={(event) => {
              const by = nudge(event, grid);
              if (by === undefined) return;
              event.preventDefault();
              set(index, by === 'start' ? least : by === 'end' ? to : threshold + by, true);
            }}
          />
        ))}
      </svg>
      {censored && <p className={classes.note}>{t('chart.censored')}</p>}
    </figure>
  );
}

type BarProps = {
  readonly x: Scale;
  readonly y: Scale;
  readonly start: number;
  readonly end: number;
  readonly exact: number;
  /** Censored compounds, drawn hatched on top. */
  readonly beyond: number;
  readonly thresholds: readonly number[];
  readonly side: Side;
  readonly hatch: string;
};

function Bar({ x, y, start, end, exact, beyond, thresholds, side, hatch }: BarProps) {
  const all = exact + beyond;
  if (all === 0) return null;
  return (
    <g>
      {pieces(start, end, thresholds, side).map(({ from, to, level }) => {
        const left = x.at(from) + (from === start ? 0.75 : 0);
        const width = Math.max(x.at(to) - left - (to === end ? 0.75 : 0), 0.5);
        return (
          <g key={from}>
            <rect
              x={left}
              y={y.at(all)}
              width={width}
              height={Math.max(y.at(0) - y.at(all), 1)}
              rx={1}
              fill={levelColour(level)}
            />
            {beyond > 0 && (
              <rect x={left} y={y.at(all)} width={width} height={y.at(exact) - y.at(all)} fill={`url(#${hatch})`} />
            )}
          </g>
        );
      })}
    </g>
  );
}

type ClassCountsProps = {
  readonly detail: AssayDetail;
  readonly thresholds: readonly number[];
  readonly side: Side;
  readonly x: Scale;
};

/** How many compounds are in each class, above its own part of the chart; of two parts of one class, above the right one. */
function ClassCounts({ detail, thresholds, side, x }: ClassCountsProps) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const tasks = mainOf(detail.tasks);
  const half = 0.5 * 10 ** -gridOf(detail.histogram.width).decimals;
  const counted = thresholds.map((threshold) => tasks.find((task) => Math.abs(task.threshold - threshold) <= half));
  const edges = side === 'both' ? [-thresholds[0]!, ...thresholds, x.to] : [x.from, ...thresholds, x.to];
  return (
    <g>
      {edges.slice(1).map((end, part) => {
        const start = edges[part]!;
        const isInactive = part === (side === 'low' ? thresholds.length : 0);
        const at = side === 'low' ? Math.min(part, thresholds.length - 1) : Math.max(part - 1, 0);
        const task = counted[at];
        if (task === undefined) return null;
        const middle = (x.at(start) + x.at(end)) / 2;
        const threshold =
          task.threshold % 1 === 0 ? format.count(task.threshold) : thresholdText(format, task.threshold);
        return (
          <text
            key={end}
            x={Math.min(Math.max(middle, x.range[0] + 44), x.range[1] - 44)}
            y={50}
            textAnchor="middle"
            className={classes.count}
            fill={levelInk(isInactive ? 0 : levelOf(at, thresholds.length, side))}
          >
            {isInactive
              ? t('chart.inactive', { count: task.total.inactives })
              : t('chart.active', {
                  count: task.total.actives,
                  threshold: side === 'both' ? t('chart.eitherSign', { threshold }) : threshold,
                })}
          </text>
        );
      })}
    </g>
  );
}

/** Where a threshold for both signs stands on the other side; it follows the flag. */
function Mirrored({ text, x, foot }: { text: string; x: number; foot: number }) {
  return (
    <g aria-hidden>
      <line x1={x} x2={x} y1={2} y2={foot} className={classes.mirroredPole} />
      <rect x={x - flagWidth / 2} y={2} width={flagWidth} height={22} rx={4} className={classes.mirroredCloth} />
      <text x={x} y={17} textAnchor="middle" className={classes.mirroredText}>
        {text}
      </text>
    </g>
  );
}

type FlagProps = {
  readonly label: string;
  readonly text: string;
  readonly x: number;
  readonly raised: boolean;
  /** Where the pole stands on the axis, in pixels from the top. */
  readonly foot: number;
  readonly dragged: boolean;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly onPointerDown: (event: PointerEvent<SVGGElement>) => void;
  readonly onPointerMove: (event: PointerEvent<SVGGElement>) => void;
  readonly onPointerUp: (event: PointerEvent<SVGGElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent<SVGGElement>) => void;
};

function Flag({ label, text, x, raised, foot, dragged, value, from, to, ...handlers }: FlagProps) {
  const top = raised ? 26 : 2;
  const isLong = text.length > 6; // then the grip has no room
  return (
    <g
      className={classes.flag}
      data-dragged={dragged || undefined}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuenow={value}
      aria-valuetext={text}
      aria-valuemin={from}
      aria-valuemax={to}
      {...handlers}
    >
      <line x1={x} x2={x} y1={top} y2={foot} className={classes.pole} />
      <rect x={x - flagWidth / 2} y={top} width={flagWidth} height={22} rx={4} className={classes.cloth} />
      <text x={isLong ? x : x - 7} y={top + 15} textAnchor="middle" className={classes.flagText}>
        {text}
      </text>
      {!isLong && <path d={`M${x + 17} ${top + 7}v8m4 -8v8`} className={classes.grip} />}
    </g>
  );
}

function nudge(event: KeyboardEvent, { step, largeStep }: Grid): number | 'start' | 'end' | undefined {
  const by = event.shiftKey ? largeStep : step;
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return by;
    case 'ArrowLeft':
    case 'ArrowDown':
      return -by;
    case 'PageUp':
      return largeStep;
    case 'PageDown':
      return -largeStep;
    case 'Home':
      return 'start';
    case 'End':
      return 'end';
    default:
      return undefined;
  }
}

export const scaleKey = (scale: string): 'p' | 'log10' | 'linear' | 'other' =>
  scale === 'p' || scale === 'log10' || scale === 'linear' ? scale : 'other';
