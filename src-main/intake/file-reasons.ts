/** Why a file is refused as a whole. The page and the command line have words for each, with the way out. */
export const fileReasons = [
  'missing',
  'no-permission',
  'link-loop',
  'not-a-file',
  'no-regular-file',
  'empty',
  'unreadable',
  'changed',
  'other-companion', // not the second file that the mapping was made for
  'truncated',
  // what it is instead
  'old-excel-or-encrypted',
  'web-page',
  'document',
  'open-document',
  'binary-workbook',
  'other-archive',
  // archives
  'damaged-archive',
  'encrypted',
  'unsupported-compression',
  'inflates-too-far',
  'archive-in-archive',
  'nothing-readable-inside',
  'no-such-member',
  'too-large-inside',
  // workbooks and Parquet
  'not-a-workbook',
  'no-such-sheet',
  'damaged-parquet',
  'damaged-column', // {column, rowGroup} of a Parquet file
  'encrypted-parquet',
  'too-large',
  // tables
  'no-header-line',
  'too-many-columns',
] as const;
export type FileReason = (typeof fileReasons)[number];
