/** What every reader gives: rows of untouched text with the line they begin in. */
import type { RowReason } from '../contract/intake.ts';

/** What a spreadsheet says about a cell beyond its text. */
export type CellMark = 'date' | 'error' | 'formula';

export type Row = {
  /** From 1, of the file or sheet as a person sees it. */
  readonly line: number;
  readonly cells: readonly string[];
  /** By position; only spreadsheets have them. */
  readonly marks?: ReadonlyMap<number, CellMark>;
  /** Positions of cells that the file itself holds as numbers: they are written with a point, without groups, whatever the reading says. */
  readonly exact?: ReadonlySet<number>;
  /** The cells as the file has them, where a person has put some of them right. */
  readonly given?: readonly string[];
  /** The row could not be read; its cells then hold the text as far as it goes. */
  readonly problem?: RowProblem;
};

export type RowProblem = {
  readonly reason: Extract<
    RowReason,
    'broken-quote' | 'line-too-long' | 'damaged-record' | 'ragged-row' | 'undecodable' | 'control-characters'
  >;
  readonly found: string;
};

/** Rows come in blocks, so that a million of them do not mean a million turns of the event loop. */
export type Rows = AsyncIterable<readonly Row[]>;

/** Characters; a longer line is no row of a table of measurements. */
export const lineLimit = 1 << 22;

/** Of any table; Excel's own limit. More would be the same assay many times over, or an attack on the memory. */
export const columnLimit = 16_384;

/** Cells of a block: a table of thousands of columns comes in blocks of few rows. */
export const cellsAtOnce = 1 << 20;

/** Byte-order marks within a text and characters without any width, which would make two ids of one. */
export const withoutInvisible = (text: string): string =>
  invisible.test(text) ? text.replace(/[\u200b-\u200f\u2060\ufeff]/g, '') : text;

const invisible = /[\u200b-\u200f\u2060\ufeff]/;

/** To be kept for long: V8 holds a part of a text of 13 characters or more as a view of the whole, which may be a file's. */
export const ofItsOwn = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

/** For showing: a cell may be a megabyte long. */
export const shortened = (text: string, limit = 200): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
