import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { lettersOf } from '../../src-main/release/bundle-letters.ts';

describe('the letters of the report', () => {
  const letters = lettersOf(new PDFDocument());
  const shown = (text: string) => letters.runsOf(text).map((run) => run.text);

  it('are of one face for usual texts of both languages', () => {
    expect(shown('Müller & Söhne, 田中 花子、承認')).toEqual(['Müller & Söhne, 田中 花子、承認']);
    expect(shown('')).toEqual(['']);
  });

  it('come from another part of the face where a name has a rare one', () => {
    expect(shown('髙橋と濵﨑')).toEqual(['髙', '橋と', '濵', '﨑']);
    expect(new Set(letters.runsOf('髙橋').map(({ face }) => face)).size).toBe(2);
  });

  it('are told by their code where no part has them, so that none is an empty box', () => {
    expect(shown('α-Synuclein')).toEqual(['[U+03B1]-Synuclein']);
  });

  it('take the room that they are given', () => {
    expect(letters.heightOf('髙'.repeat(100), 100)).toBeGreaterThan(5 * letters.heightOf('髙', 100));
  });
});
