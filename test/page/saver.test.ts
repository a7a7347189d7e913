import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSaver } from '../../src-renderer/pages/import/saver.ts';

describe('saving what changes often', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for a pause and saves the newest state only', async () => {
    const stored: number[] = [];
    const saver = makeSaver<number>({
      delay: 400,
      save: async (value) => void stored.push(value),
      onFailed: () => {},
    });
    for (const value of [1, 2, 3]) saver.changed(value);
    await vi.advanceTimersByTimeAsync(399);
    expect(stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(stored).toEqual([3]);
  });

  it('sends one call at a time, so that an older state never arrives last', async () => {
    const stored: number[] = [];
    const pending: (() => void)[] = [];
    const saver = makeSaver<number>({
      delay: 0,
      save: (value) =>
        new Promise((resolve) => {
          pending.push(() => {
            stored.push(value);
            resolve();
          });
        }),
      onFailed: () => {},
    });
    saver.changed(1);
    await vi.advanceTimersByTimeAsync(0);
    saver.changed(2);
    saver.changed(3);
    const flushed = saver.flush();
    expect(pending).toHaveLength(1);
    pending[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    pending[1]?.();
    await flushed;
    expect(stored).toEqual([1, 3]);
  });

  it('tells what went wrong and goes on saving', async () => {
    const stored: number[] = [];
    const errors: unknown[] = [];
    const saver = makeSaver<number>({
      delay: 0,
      save: async (value) => {
        if (value === 1) throw new Error('full');
        stored.push(value);
      },
      onFailed: (error) => errors.push(error),
    });
    saver.changed(1);
    await saver.flush();
    saver.changed(2);
    await saver.flush();
    expect(errors).toHaveLength(1);
    expect(stored).toEqual([2]);
  });

  it('has nothing to do when nothing waits', async () => {
    const save = vi.fn();
    await makeSaver({ delay: 0, save, onFailed: () => {} }).flush();
    expect(save).not.toHaveBeenCalled();
  });

  it('keeps back what changes after it was closed, until it is reopened', async () => {
    const kept: number[] = [];
    const saver = makeSaver<number>({
      delay: 0,
      save: async (value) => void kept.push(value),
      onFailed: (error) => expect.unreachable(String(error)),
    });
    saver.changed(1);
    await saver.close();
    saver.changed(2);
    await saver.flush();
    await vi.advanceTimersByTimeAsync(1);
    expect(kept).toEqual([1]);
    saver.reopen();
    await vi.advanceTimersByTimeAsync(1);
    expect(kept).toEqual([1, 2]);
  });
});
