import { expect, it } from 'vitest';
import { fileReasons } from '../../src-main/intake/file-reasons.ts';
import { frame as english } from '../../src-renderer/app/words/en/frame.ts';
import { frame as japanese } from '../../src-renderer/app/words/ja/frame.ts';

it('says in both languages why a file is refused, for every reason there is', () => {
  expect(Object.keys(english.fileReasons)).toEqual(expect.arrayContaining([...fileReasons]));
  expect(Object.keys(japanese.fileReasons).sort()).toEqual(Object.keys(english.fileReasons).sort());
});
