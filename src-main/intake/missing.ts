/** How files write "nothing here". Only the spellings that a file really uses go into its mapping, where they can be seen and changed. */
import { plainText } from './numbers.ts';

const known = new Set(
  [
    ...['na', 'n/a', 'n.a.', 'n.a', '#n/a', '#na', 'nan', 'null', '(null)', '<null>', '\\n', 'none', 'nil', 'missing'],
    ...[
      '-',
      '--',
      '---',
      '.',
      '?',
      'nd',
      'n.d.',
      'n.d',
      'nt',
      'n.t.',
      'n.t',
      'not determined',
      'not tested',
      'no data',
    ],
    ...['not available', 'leer', 'k.a.', 'keine angabe', 'nicht bestimmt', 'nicht getestet', 'non determine'],
    ...['non déterminé', 'non testé', '未測定', '未実施', '未試験', 'データなし', 'なし', '該当なし', '測定なし'],
  ].map((word) => word.normalize('NFKC')),
);

/** Whether a cell that is not empty says that there is nothing. */
export const meansNothing = (cell: string): boolean => cell.length <= 20 && known.has(plainText(cell).toLowerCase());
