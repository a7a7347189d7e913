/** The letters of the report: one face for nearly all, its further parts for rare ones as in names, and else the code point. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';

export type Page = InstanceType<typeof PDFDocument>;
export type Run = { readonly face: string; readonly text: string };

export type Letters = {
  /** Parts of a text with the file of the face that has their letters, in order. */
  readonly runsOf: (text: string) => readonly Run[];
  /** Writes it as one text; face and size stay as they were. */
  readonly write: (text: string, x: number, y: number, options?: PDFKit.Mixins.TextOptions) => void;
  /** In points, at the present size. */
  readonly heightOf: (text: string, width: number) => number;
};

const family = '@fontsource/noto-sans-jp';
const find = createRequire(import.meta.url).resolve;
const fileOf = (part: string): string => find(`${family}/files/noto-sans-jp-${part}-400-normal.woff`);

/** Has Latin and Japanese letters; the application's own Latin face cannot be cut down to the letters that are used. */
export function lettersOf(page: Page): Letters {
  const main = fileOf('japanese');
  const faces = new Map<string, string | null>();
  let ranges: readonly (readonly [part: string, has: (code: number) => boolean])[] | undefined;
  const has = (face: string, code: number): boolean => {
    page.font(face);
    return (page as unknown as PageWithFont)._font.font.hasGlyphForCodePoint(code);
  };
  const faceOf = (letter: string): string | null => {
    const known = faces.get(letter);
    if (known !== undefined) return known;
    const code = letter.codePointAt(0)!;
    ranges ??= rangesOfParts();
    const parts = has(main, code) ? [] : ranges.filter(([, within]) => within(code)).map(([part]) => fileOf(part));
    const face = has(main, code) ? main : (parts.find((file) => has(file, code)) ?? null);
    page.font(main);
    faces.set(letter, face);
    return face;
  };
  const runsOf = (text: string): readonly Run[] => {
    const runs: Run[] = [];
    for (const letter of text) {
      const found = letter === '\n' ? main : faceOf(letter);
      const [face, shown] = found === null ? [main, codeOf(letter)] : [found, letter];
      const last = runs.at(-1);
      if (last?.face === face) runs[runs.length - 1] = { face, text: last.text + shown };
      else runs.push({ face, text: shown });
    }
    return runs.length === 0 ? [{ face: main, text: '' }] : runs;
  };
  page.font(main);
  return {
    runsOf,
    write(text, x, y, options = {}) {
      const runs = runsOf(text);
      for (const [i, run] of runs.entries()) {
        page.font(run.face);
        const more = { ...options, continued: i < runs.length - 1 };
        if (i === 0) page.text(run.text, x, y, more);
        else page.text(run.text, more);
      }
      page.font(main);
    },
    heightOf(text, width) {
      const runs = runsOf(text);
      // Rare letters are as wide as any other of their kind.
      const alike = runs.map((run) => (run.face === main ? run.text : '国'.repeat([...run.text].length)));
      return page.heightOfString(alike.join(''), { width });
    },
  };
}

/** What the page knows of its present font, which its types do not say. */
type PageWithFont = { readonly _font: { readonly font: { readonly hasGlyphForCodePoint: (code: number) => boolean } } };

const codeOf = (letter: string): string => `[U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;

/** As the package says which of its files has which letters. */
function rangesOfParts() {
  const parts = JSON.parse(readFileSync(find(`${family}/unicode.json`), 'utf8')) as Readonly<Record<string, string>>;
  return Object.entries(parts).map(([name, list]) => {
    const spans = list.split(',').map((span) => {
      const [from, to = from] = span.replace(/^U\+/i, '').split('-');
      return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)] as const;
    });
    const within = (code: number): boolean => spans.some(([from, to]) => code >= from && code <= to);
    return [name.replace(/[[\]]/g, ''), within] as const;
  });
}
