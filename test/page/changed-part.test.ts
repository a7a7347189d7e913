import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedPart } from '../../src-renderer/pages/consent/changed-part.ts';

describe('the changed part of a text', () => {
  it('is the sentences that differ, in either language', () => {
    const changed = changedPart('One thing. Twelve months. Nobody else.', 'One thing. Twenty months. Nobody else.');
    expect(changed).toEqual({ before: '… Twelve months. …', after: '… Twenty months. …' });
    expect(changedPart('一つ。十二か月。', '一つ。二十か月。')).toEqual({
      before: '… 十二か月。',
      after: '… 二十か月。',
    });
  });

  it('is empty on the side where sentences were only added', () => {
    expect(changedPart('One thing.', 'One thing.\nAnother thing.').after).toContain('Another thing.');
  });

  it('never hides a difference: texts with the same part are the same', () => {
    const text = fc
      .array(fc.constantFrom('A. ', 'B. ', 'C.\n', 'D。'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const { before, after } = changedPart(one, other);
        if (one.trim() !== other.trim()) expect(before).not.toBe(after);
      }),
    );
  });
});
