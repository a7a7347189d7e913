import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resources } from '../../src-main/catalog/open.ts';

const numbers = readdirSync(join(resources, 'migrations'))
  .map((name) => Number(/^(\d{4})-.+\.sql$/.exec(name)?.[1]))
  .sort((a, b) => a - b);

describe('the migrations', () => {
  it('never come to the number 12, which workspaces that are at 13 already would pass over', () => {
    // A workspace takes those above its own number, in order; one that is put in between later reaches new ones only.
    expect(numbers.slice(0, 13)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]);
    expect(numbers).not.toContain(12);
  });

  it('have a number each, and go on without a gap', () => {
    expect(numbers).toEqual([...new Set(numbers)]);
    expect(numbers.slice(11)).toEqual(Array.from({ length: numbers.length - 11 }, (_, i) => 13 + i));
  });
});
