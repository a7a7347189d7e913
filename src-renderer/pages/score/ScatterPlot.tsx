/** Own against global: the same rows as the table, a selection in one is a selection in the other. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type PointerEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Domain } from '../../../src-main/contract/scoring.ts';
import { useFormat } from '../../app/format.ts';
import axes from '../../parts/axes.module.css';
import { decimalsOf, linearScale, type Scale, ticks } from '../../parts/axis.ts';
import type { Ends } from './call.ts';
import classes from './ScatterPlot.module.css';

export type ScatterPoint = {
  readonly position: number;
  readonly companyId: string;
  readonly own: number;
  readonly global: number;
  readonly domain: Domain;
};

type Props = {
  readonly names: { readonly global: string; readonly own: string };
  readonly ends: Ends;
  readonly points: readonly ScatterPoint[];
  /** Null where nothing is called active. */
  readonly cutoff: number | null;
  readonly selected: number | null;
  readonly onSelect: (position: number) => void;
};

const height = 300;
const room = { left: 42, right: 14, top: 10, bottom: 34 };
/** A click takes the nearest point within this many pixels. */
const reach = 12;

export function ScatterPlot({ names, ends: { from, to }, points, cutoff, selected, onSelect }: Props) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const theme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const x = linearScale(from, to, [room.left, Math.max(width - room.right, room.left + 1)]);
  const y = linearScale(from, to, [height - room.bottom, room.top]);
  const chosen = points.find(({ position }) => position === selected);

  useEffect(() => {
    if (canvas.current !== null && width > 0 && theme) draw(canvas.current, width, points, { from, to });
  }, [width, points, theme, from, to]);

  function pick(event: PointerEvent<HTMLCanvasElement>): void {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const near = nearest(points, event.clientX - left, event.clientY - top, x, y);
    if (near !== undefined) onSelect(near.position);
  }

  /** The line's name gives way to the name of the chosen compound. */
  const nameAtStart =
    chosen !== undefined &&
    cutoff !== null &&
    chosen.own > 0.4 &&
    Math.abs(y.at(chosen.global) - 7 - (y.at(cutoff) - 5)) < 18;
  const steps = ticks(from, to, 3);
  const decimals = decimalsOf(steps);
  const farRight = chosen !== undefined && chosen.own > from + 0.7 * (to - from);
  return (
    <div ref={ref} className={classes.plot}>
      <svg width={width} height={height} aria-hidden className={classes.frame}>
        {steps.map((tick) => (
          <g key={tick}>
            <line x1={x.at(tick)} x2={x.at(tick)} y1={y.at(from)} y2={y.at(to)} className={classes.grid} />
            <line x1={x.at(from)} x2={x.at(to)} y1={y.at(tick)} y2={y.at(tick)} className={classes.grid} />
            <text x={x.at(tick)} y={height - room.bottom + 15} className={axes.tick}>
              {format.decimal(tick, decimals)}
            </text>
            <text x={room.left - 7} y={y.at(tick) + 4} className={axes.tickY}>
              {format.decimal(tick, decimals)}
            </text>
          </g>
        ))}
        <line x1={x.at(from)} x2={x.at(to)} y1={y.at(from)} y2={y.at(to)} className={classes.diagonal} />
        <text x={(x.at(from) + x.at(to)) / 2} y={height - 4} className={axes.tick}>
          {names.own}
        </text>
        <text className={axes.tick} transform={`translate(9 ${(y.at(from) + y.at(to)) / 2}) rotate(-90)`}>
          {names.global}
        </text>
      </svg>
      <canvas
        ref={canvas}
        className={classes.points}
        style={{ width, height }}
        role="img"
        aria-label={t('plot.label', { ...names, count: points.length })}
        onPointerDown={pick}
      />
      <svg width={width} height={height} aria-hidden className={classes.over}>
        {cutoff !== null && (
          <>
            <line x1={x.at(0)} x2={x.at(1)} y1={y.at(cutoff)} y2={y.at(cutoff)} className={classes.cutoff} />
            <text
              x={x.at(nameAtStart ? 0 : 1) + (nameAtStart ? 4 : 0)}
              y={y.at(cutoff) - 5}
              className={classes.cutoffName}
              textAnchor={nameAtStart ? 'start' : 'end'}
            >
              {t('plot.activeFrom', { value: format.decimal(cutoff, 2) })}
            </text>
          </>
        )}
        {chosen && (
          <>
            <circle cx={x.at(chosen.own)} cy={y.at(chosen.global)} r={6} className={classes.chosen} />
            <text
              x={x.at(chosen.own) + (farRight ? -10 : 10)}
              y={y.at(chosen.global) - 7}
              className={classes.chosenName}
              textAnchor={farRight ? 'end' : 'start'}
            >
              {chosen.companyId}
            </text>
          </>
        )}
      </svg>
      <p className={classes.legend}>
        <span>{t('plot.near')}</span>
        <span data-outside>{t('plot.outside')}</span>
      </p>
    </div>
  );
}

/** Outside compounds first and hollow, so that the others lie on top of them. */
function draw(canvas: HTMLCanvasElement, width: number, points: readonly ScatterPoint[], { from, to }: Ends): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const colours = getComputedStyle(canvas);
  const x = linearScale(from, to, [room.left, width - room.right]);
  const y = linearScale(from, to, [height - room.bottom, room.top]);
  pen.scale(ratio, ratio);
  pen.strokeStyle = colours.getPropertyValue('--series-own');
  pen.fillStyle = colours.getPropertyValue('--series-global');
  const radius = points.length > 2000 ? 1.75 : 2.75;
  for (const outside of [true, false]) {
    pen.globalAlpha = outside ? 0.9 : points.length > 2000 ? 0.35 : 0.7;
    for (const point of points) {
      if ((point.domain === 'outside') !== outside) continue;
      pen.beginPath();
      pen.arc(x.at(point.own), y.at(point.global), radius, 0, 2 * Math.PI);
      if (outside) pen.stroke();
      else pen.fill();
    }
  }
}

export function nearest(
  points: readonly ScatterPoint[],
  atX: number,
  atY: number,
  x: Scale,
  y: Scale,
): ScatterPoint | undefined {
  let best: ScatterPoint | undefined;
  let least = reach ** 2;
  for (const point of points) {
    const distance = (x.at(point.own) - atX) ** 2 + (y.at(point.global) - atY) ** 2;
    if (distance <= least) {
      least = distance;
      best = point;
    }
  }
  return best;
}
