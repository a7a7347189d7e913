import { describe, expect, it } from 'vitest';
import { callOf, countLines, isLarge, probabilityOf } from '../../src-renderer/pages/score/call.ts';
import { nearest } from '../../src-renderer/pages/score/ScatterPlot.tsx';
import { linearScale } from '../../src-renderer/parts/axis.ts';

describe('a call', () => {
  it('is made by the global model where there is one, and by the own model where there is none', () => {
    expect(probabilityOf({ global: 0.8, own: 0.1 })).toBe(0.8);
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
    expect([0.29, 0.3, -0.31, null].map((difference) => isLarge({ difference }))).toEqual([false, true, true, false]);
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
