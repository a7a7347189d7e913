import { expect, it } from 'vitest';
import { rememberRecent } from '../../src-main/chemistry/recent.ts';

it('makes an answer again only when it has not been asked for lately', () => {
  const made: string[] = [];
  const ask = rememberRecent(4, (text) => {
    made.push(text);
    return text.length;
  });
  for (const text of ['a', 'bb', 'a', 'bb', 'a']) expect(ask(text)).toBe(text.length);
  expect(made).toEqual(['a', 'bb']);
  for (const text of ['c', 'a', 'd', 'a', 'e', 'a']) ask(text);
  expect(made).toEqual(['a', 'bb', 'c', 'd', 'e']);
  ask('bb');
  expect(made.at(-1)).toBe('bb');
});
