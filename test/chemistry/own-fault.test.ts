import { describe, expect, it } from 'vitest';
import { answerEach } from '../../src-main/chemistry/own-fault.ts';

const failing = (error: Error) => (item: number) => {
  if (item === 2) throw error;
  return String(item);
};
const answers = (error: Error) => answerEach([1, 2, 3], failing(error), ({ message }) => message);

describe('a mistake of the rules over one structure', () => {
  it('costs that structure and no other', () => {
    expect(answers(new RangeError('offset is out of bounds'))).toEqual(['1', 'offset is out of bounds', '3']);
    expect(answers(new TypeError('resonanceOf'))).toEqual(['1', 'resonanceOf', '3']);
  });

  it('is told from what may have broken the toolkit', () => {
    expect(() => answers(new WebAssembly.RuntimeError('memory access out of bounds'))).toThrow(/memory/);
    expect(() => answers(new RangeError('Maximum call stack size exceeded'))).toThrow(/stack/);
    expect(() => answers(new Error('anything else'))).toThrow(/else/);
  });
});
