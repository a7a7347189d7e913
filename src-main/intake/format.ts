/** Which format a file has, by its content; the ending of its name does not count. */
import { ChoraleError } from '../contract/errors.ts';
import type { FileFormat } from '../contract/intake.ts';
import { fileName, unreadable } from './bytes.ts';
import { beginsRejectedCsv } from './csv-text.ts';
import type { FileReason } from './file-reasons.ts';

/** What a file is that Chorale does not read, with the way out that the reason's words name. */
const refused: readonly (readonly [FileReason, readonly number[]])[] = [
  ['old-excel-or-encrypted', [0xd0, 0xcf, 0x11, 0xe0]],
  ['old-excel-or-encrypted', [0x09, 0x08, 0x10, 0x00]], // BIFF without a compound file around it
  ['old-excel-or-encrypted', [0x09, 0x04, 0x06, 0x00]],
  ['old-excel-or-encrypted', [0x09, 0x02, 0x06, 0x00]],
  ['document', [...'%PDF'].map((letter) => letter.charCodeAt(0))],
  ['document', [...'{\\rtf'].map((letter) => letter.charCodeAt(0))],
  ['other-archive', [0x37, 0x7a, 0xbc, 0xaf]], // 7z
  ['other-archive', [...'Rar!'].map((letter) => letter.charCodeAt(0))],
  ['other-archive', [...'BZh91AY'].map((letter) => letter.charCodeAt(0))],
  ['other-archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]], // xz
  ['other-archive', [0x28, 0xb5, 0x2f, 0xfd]], // Zstandard
  ['archive-in-archive', [0x1f, 0x8b]],
];

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, at) => head[at] === byte);
const isZip = (head: Uint8Array): boolean =>
  startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6]);
const isParquet = (head: Uint8Array): boolean => startsWith(head, [0x50, 0x41, 0x52, 0x31]);
/** Parquet whose footer is encrypted; `PARENT_ID` begins alike. */
const isEncryptedParquet = (head: Uint8Array): boolean =>
  startsWith(head, [0x50, 0x41, 0x52, 0x45]) && head.includes(0);
const isTar = (head: Uint8Array): boolean =>
  startsWith(
    head.subarray(257),
    [...'ustar'].map((letter) => letter.charCodeAt(0)),
  );

/** Whether the encoding of the content is worth finding out. */
export const isTextual = (head: Uint8Array): boolean =>
  !isZip(head) && !isParquet(head) && !isTar(head) && refused.every(([, bytes]) => !startsWith(head, bytes));

/**
 * @param head the first bytes of the content, unpacked
 * @param text the same, decoded
 * @throws FORMAT_UNKNOWN, or FILE_UNREADABLE with a reason for what can be brought into a format that is read
 */
export function formatOf(path: string, head: Uint8Array, text: string): Exclude<FileFormat, 'smi'> {
  if (isZip(head)) return 'xlsx';
  if (isParquet(head)) return 'parquet';
  if (isEncryptedParquet(head)) throw unreadable(path, 'encrypted-parquet');
  const other = refused.find(([, bytes]) => startsWith(head, bytes));
  if (other !== undefined) throw unreadable(path, other[0]);
  if (isTar(head)) throw unreadable(path, 'other-archive');
  const utf16 = startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff]);
  if (!utf16 && looksBinary(text)) throw new ChoraleError('FORMAT_UNKNOWN', { file: fileName(path) });
  if (isMarkup(text)) throw unreadable(path, 'web-page');
  // Rows that were rejected from an SDF come back as a table with mol blocks in it.
  if (beginsRejectedCsv(text)) return 'csv';
  return /^M {2}END\s*$/m.test(text) || /^\$\$\$\$/m.test(text) || /^.*V[23]000\s*$/m.test(text) ? 'sdf' : 'csv';
}

/** HTML, and the XML that Excel once wrote, both often saved under .xls or .csv. */
const isMarkup = (text: string): boolean =>
  /^\s*(<!doctype|<html\b|<\?xml\b|<head\b|<body\b|<table\b|<!--|<workbook\b)/i.test(text.slice(0, 2048)) ||
  /^MIME-Version:/i.test(text);

/** Control characters that no text holds, in more than a stray place. */
function looksBinary(text: string): boolean {
  let odd = 0;
  for (const character of text.slice(0, 4096)) {
    const code = character.charCodeAt(0);
    if ((code < 32 && ![1, 9, 10, 11, 12, 13, 26, 27, 31].includes(code)) || code === 0xfffd) odd += 1;
  }
  return odd > 4 && odd * 50 > Math.min(text.length, 4096);
}
