import { describe, expect, it } from 'vitest';
import type { ClassCard, ValueCard } from '../../src-main/contract/scoring.ts';
import {
  callOf,
  countLines,
  endsOf,
  isLarge,
  predictionOf,
  predictionText,
} from '../../src-renderer/pages/score/call.ts';
import { nearest } from '../../src-renderer/pages/score/ScatterPlot.tsx';
import { linearScale } from '../../src-renderer/parts/axis.ts';

describe('a call', () => {
  it('is made by the global model where there is one, and by the own model where there is none', () => {
    expect(predictionOf({ global: 0.8, own: 0.1 })).toBe(0.8);
    expect(callOf({ global: 0.8, own: 0.1, domain: 'inside' }, 0.7)).toBe('active');
    expect(callOf({ global: null, own: 0.1, domain: 'edge' }, 0.7)).toBe('inactive');
  });

  it('is not made outside of what this partner has measured, nor without a score', () => {
    expect(callOf({ global: 0.99, own: 0.99, domain: 'outside' }, 0.5)).toBe('none');
    expect(callOf({ global: null, own: null, domain: null }, 0.5)).toBe('none');
  });

  it('counts a probability at the cutoff as active', () => {
    expect(callOf({ global: 0.5, own: null, domain: 'inside' }, 0.5)).toBe('active');
  });

  it('marks a large difference in either direction', () => {
    const card = { kind: 'class' } as ClassCard;
    const large = (difference: number | null) => isLarge({ difference }, card);
    expect([0.29, 0.3, -0.31, null].map(large)).toEqual([false, true, true, false]);
  });
});

describe('a predicted value', () => {
  const result = { values: 40, uncensored: 30, rmse: 0.5, rmseUncensored: 0.5, r2: 0.4 };
  const card = {
    kind: 'value',
    scale: 'p',
    range: { least: 4, most: 9 },
    global: { ...result, interval: 0.8 },
    own: { ...result, interval: 1.1 },
  } as ValueCard;

  it('differs largely between two models only beyond the wider of both intervals', () => {
    const large = (difference: number) => isLarge({ difference }, card);
    expect([0.9, -1.1, -1.2].map(large)).toEqual([false, false, true]);
    expect(isLarge({ difference: 5 }, { ...card, global: null, own: null })).toBe(false);
  });

  it('stands on an axis of the values measured, and further out where one is predicted', () => {
    expect(endsOf(card)).toEqual({ from: 4, to: 9 });
    expect(endsOf(card, [3.5, 6])).toEqual({ from: 3.5, to: 9 });
    expect(endsOf({ ...card, range: { least: 5, most: 5 } })).toEqual({ from: 4, to: 6 });
    expect(endsOf({ kind: 'class' } as ClassCard, [7])).toEqual({ from: 0, to: 1 });
  });

  it('has two decimals as a logarithm, and three figures as a linear value', () => {
    const decimal = (value: number, digits: number) => value.toFixed(digits);
    const linear = { kind: 'value', scale: 'linear' } as const;
    expect(predictionText({ decimal }, card, 6.123)).toBe('6.12');
    expect([0.01234, 3.456, 45.67, 1234.5].map((value) => predictionText({ decimal }, linear, value))).toEqual([
      '0.0123',
      '3.46',
      '45.7',
      '1235',
    ]);
  });
});

describe('pasted text', () => {
  it('counts lines with something in them, whatever ends them', () => {
    expect(countLines('CCO a\r\n\r\n  \nCCN b\rCCC')).toBe(3);
    expect(countLines('')).toBe(0);
  });
});

describe('the plot', () => {
  const scale = linearScale(0, 1, [0, 100]);
  const point = (position: number, own: number, global: number) =>
    ({ position, companyId: `C${position}`, own, global, domain: 'inside' }) as const;

  it('takes the nearest point to a click, and none when all are far', () => {
    const points = [point(0, 0.1, 0.1), point(1, 0.5, 0.5), point(2, 0.55, 0.5)];
    expect(nearest(points, 54, 51, scale, scale)?.position).toBe(2);
    expect(nearest(points, 90, 90, scale, scale)).toBeUndefined();
  });
});
