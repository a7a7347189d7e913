import { describe, expect, it } from 'vitest';
import { decoded } from '../../src-renderer/pages/tasks/text-file.ts';

describe('the text of a file that was chosen in the page', () => {
  it('is read as UTF-8, as UTF-16 with its mark, or as an older spreadsheet wrote it', () => {
    const text = 'Größe;µM';
    expect(decoded(new TextEncoder().encode(text))).toBe(text);
    expect(decoded(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))).toBe(text);
    expect(decoded(Buffer.from(text, 'latin1'))).toBe(text);
    expect(decoded(new Uint8Array())).toBe('');
  });
});
