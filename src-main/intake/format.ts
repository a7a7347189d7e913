/** Which format a file has, by its content; the ending of its name does not count. */
import { ChoraleError } from '../contract/errors.ts';
import type { FileFormat } from '../contract/intake.ts';
import { fileName, unreadable } from './file.ts';

/**
 * @param head the first bytes of the content, gzip undone
 * @throws FORMAT_UNKNOWN, or FILE_UNREADABLE with the reason `old-excel-or-encrypted` for a file that Excel can save as
 *   an open workbook
 */
export function formatOf(path: string, head: Uint8Array, text: string): FileFormat {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, at) => head[at] === byte);
  if (starts(0x50, 0x4b, 3, 4)) return 'xlsx';
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) throw unreadable(path, 'old-excel-or-encrypted');
  const utf16 = starts(0xff, 0xfe) || starts(0xfe, 0xff);
  if (starts(0x50, 0x41, 0x52, 0x31) || starts(0x25, 0x50, 0x44, 0x46) || (!utf16 && looksBinary(text))) {
    throw new ChoraleError('FORMAT_UNKNOWN', { file: fileName(path) });
  }
  return /^M {2}END\s*$/m.test(text) || /^\$\$\$\$/m.test(text) || /^.*V[23]000\s*$/m.test(text) ? 'sdf' : 'csv';
}

/** Control characters that no text holds, in more than a stray place. */
function looksBinary(text: string): boolean {
  let odd = 0;
  for (const character of text.slice(0, 4096)) {
    const code = character.charCodeAt(0);
    if ((code < 32 && ![1, 9, 10, 12, 13, 26, 27, 31].includes(code)) || code === 0xfffd) odd += 1;
  }
  return odd > 8 && odd * 50 > Math.min(text.length, 4096);
}
