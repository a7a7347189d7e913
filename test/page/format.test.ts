import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src-renderer/app/format.ts';
import { cellAfter } from '../../src-renderer/parts/grid-keys.ts';

const english = formatOf('en');
const japanese = formatOf('ja');

describe('figures', () => {
  it('are grouped, with a true minus and a thin space before the percent sign', () => {
    expect(english.count(16_918)).toBe('16,918');
    expect(english.decimal(-0.05, 2)).toBe('−0.05');
    expect(english.signed(0.0174, 3)).toBe('+0.017');
    expect(english.percent(0.614)).toBe('61\u2009%');
  });

  it('give bytes in the unit that keeps them short', () => {
    expect([640, 54_508, 10_379_608, 3_100_000_000].map(english.bytes)).toEqual([
      '640\u2009B',
      '55\u2009KB',
      '10.4\u2009MB',
      '3.1\u2009GB',
    ]);
  });

  it('give a span of time in its two largest units', () => {
    expect([380, 9_400, 42_000, 240_000, 12_480_000].map(english.duration)).toEqual([
      '0.4 s',
      '9.4 s',
      '42 s',
      '4 min',
      '3 h 28 min',
    ]);
    expect(japanese.duration(12_480_000)).toBe('3 時間 28 分');
    expect(english.duration(604_799_000)).toBe('7 days');
  });

  it('name the day of a deadline that is not today', () => {
    const now = new Date(2026, 10, 23, 11, 12);
    expect(english.deadline(new Date(2026, 10, 23, 18, 0), now)).toBe('18:00');
    expect(english.deadline(new Date(2026, 10, 30, 11, 12), now)).toBe('30 Nov 11:12');
    expect(japanese.deadline(new Date(2026, 10, 30, 11, 12), now)).toBe('11 月 30 日 11:12');
  });

  it('shorten a hash in the middle and leave a short text alone', () => {
    expect(english.short('3f0a22bbc19d')).toBe('3f0a…c19d');
    expect(english.short('CCO')).toBe('CCO');
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 25, 14, 32);

  it('are a clock today, a day before, and have their year when it is another one', () => {
    expect(english.when(new Date(2026, 10, 25, 13, 52), now)).toBe('13:52');
    expect(english.when(new Date(2026, 10, 24, 13, 52), now)).toBe('24 Nov');
    expect(english.when(new Date(2025, 10, 24, 13, 52), now)).toBe('24 Nov 2025');
    expect(japanese.when(new Date(2026, 10, 24), now)).toBe('11 月 24 日');
    expect(english.exact(new Date(2026, 10, 25, 13, 52, 19))).toBe('25 November 2026 at 13:52:19');
    expect(english.date(new Date(2026, 2, 1))).toBe('1 Mar 2026');
    expect(japanese.exact(new Date(2026, 10, 25, 13, 52, 19))).toBe('2026 年 11 月 25 日 13:52:19');
    expect(japanese.moment(new Date(2026, 10, 24, 13, 52), now)).toBe('11 月 24 日 13:52');
    expect([english.month('2026-11'), japanese.month('2026-11')]).toEqual(['Nov', '11 月']);
  });

  it('are relative up to one day', () => {
    expect(english.ago(new Date(2026, 10, 25, 14, 29), now)).toBe('3 minutes ago');
    expect(english.ago(new Date(2026, 10, 20), now)).toBe('20 Nov 2026');
  });
});

describe('the active cell of a grid', () => {
  const size = { rows: 40, columns: 5, page: 9 };

  it('never leaves the grid, whatever key is pressed', () => {
    const key = fc.constantFrom('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End');
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean())), (presses) => {
        let cell = { row: 0, column: 0 };
        for (const [pressed, control] of presses) cell = cellAfter(pressed, cell, size, control) ?? cell;
        expect(cell.row).toBeGreaterThanOrEqual(0);
        expect(cell.row).toBeLessThan(size.rows);
        expect(cell.column).toBeGreaterThanOrEqual(0);
        expect(cell.column).toBeLessThan(size.columns);
      }),
    );
  });

  it('goes to the first and last row with Control, and leaves other keys alone', () => {
    expect(cellAfter('End', { row: 3, column: 1 }, size, true)).toEqual({ row: 39, column: 4 });
    expect(cellAfter('Home', { row: 3, column: 1 }, size, false)).toEqual({ row: 3, column: 0 });
    expect(cellAfter('x', { row: 3, column: 1 }, size, false)).toBeUndefined();
  });
});
