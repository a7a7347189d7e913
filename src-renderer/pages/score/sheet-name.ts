/** What a sheet is called on the page and as a file: its name, or when it was made. */
import type { Sheet } from '../../../src-main/contract/scoring.ts';
import type { Format } from '../../app/format.ts';

export const sheetName = ({ name, createdAt }: Sheet, format: Format): string => name || format.moment(createdAt);

/** Letters and figures of any script, dots and dashes; anything else that a file system may refuse becomes a dash. */
export const sheetFile = ({ name, createdAt }: Sheet): string =>
  (name || createdAt.slice(0, 16)).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
