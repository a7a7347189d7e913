/** Made-up rows as text between semicolons, so that a comma may be a decimal mark. */
export const table = (
  headers: readonly string[],
  cells: (i: number) => readonly (string | number)[],
  rows = 30,
): string => [headers, ...Array.from({ length: rows }, (_, i) => cells(i))].map((row) => `${row.join(';')}\n`).join('');
