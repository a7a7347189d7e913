import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resources } from '../../src-main/catalog/open.ts';

describe('the migrations', () => {
  it('are numbered from 1 without a gap: one put in between later would be passed over by workspaces beyond it', () => {
    const numbers = readdirSync(join(resources, 'migrations'))
      .map((name) => Number(/^(\d{4})-.+\.sql$/.exec(name)?.[1]))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from(numbers, (_, at) => at + 1));
  });
});
