/** Which part of a file is one table: a file of a zip, a sheet of a workbook, or a sheet of a workbook in a zip. */
import type { Reading } from '../contract/intake.ts';

/** Under this name a batch keeps what was read; null where the file is a table itself. */
export const partOf = ({ member, sheet }: Pick<Reading, 'member' | 'sheet'>): string | null =>
  [member, sheet].filter((name) => name != null).join(' › ') || null;
