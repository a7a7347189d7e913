/** Where a key moves the active cell of a grid. */

export type Cell = { readonly row: number; readonly column: number };

/** @param page rows that can be seen at once; @returns undefined for a key that does not move */
export function cellAfter(
  key: string,
  at: Cell,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
  withControl: boolean,
): Cell | undefined {
  const to = (row: number, column: number): Cell => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(at.row + 1, at.column);
    case 'ArrowUp':
      return to(at.row - 1, at.column);
    case 'ArrowRight':
      return to(at.row, at.column + 1);
    case 'ArrowLeft':
      return to(at.row, at.column - 1);
    case 'PageDown':
      return to(at.row + size.page, at.column);
    case 'PageUp':
      return to(at.row - size.page, at.column);
    case 'Home':
      return to(withControl ? 0 : at.row, 0);
    case 'End':
      return to(withControl ? size.rows - 1 : at.row, size.columns - 1);
    default:
      return undefined;
  }
}
