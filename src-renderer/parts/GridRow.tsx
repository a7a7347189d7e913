/** One row of a grid, with the band above it and what lies open under it. */
import type { ReactNode } from 'react';
import classes from './DataGrid.module.css';
import type { GridColumn } from './DataGrid.tsx';

type Props<Row> = {
  readonly columns: readonly GridColumn<Row>[];
  readonly id: string;
  readonly template: string;
  readonly row: Row | undefined;
  readonly index: number;
  readonly height: number;
  /** Pixels from the top of all rows, when only those in sight are in the document. */
  readonly start: number | undefined;
  readonly selected: boolean;
  readonly activeColumn: number | undefined;
  readonly quiet: boolean;
  readonly band: ReactNode;
  readonly detail: ((row: Row) => ReactNode) | undefined;
  readonly onSelect: ((row: Row) => void) | undefined;
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly onActive: (column: number) => void;
};

export function GridRow<Row>(props: Props<Row>) {
  const { columns, id, template, row, index, height, start, selected, activeColumn, quiet, band, detail } = props;
  const { onSelect, onOpen, onActive } = props;
  const opened = row === undefined ? null : detail?.(row);
  return (
    <div
      role="rowgroup"
      className={classes.block}
      data-virtual={start !== undefined || undefined}
      style={start === undefined ? undefined : { transform: `translateY(${start}px)` }}
    >
      {band && (
        <div role="row" className={classes.band}>
          <div role="gridcell" aria-colspan={columns.length}>
            {band}
          </div>
        </div>
      )}
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-selected={onSelect ? selected : undefined}
        data-row={index}
        data-quiet={quiet || undefined}
        data-pick={onSelect !== undefined || undefined}
        className={classes.row}
        style={{ gridTemplateColumns: template, height }}
        onClick={() => row !== undefined && onSelect?.(row)}
        onDoubleClick={() => row !== undefined && onOpen?.(row)}
      >
        {columns.map((column, position) => (
          <div
            key={column.id}
            id={`${id}-${index}-${position}`}
            role="gridcell"
            aria-colindex={position + 1}
            className={classes.cell}
            data-align={column.align}
            data-active={position === activeColumn || undefined}
            onMouseDown={() => onActive(position)}
          >
            {row === undefined ? <span className={classes.bar} /> : column.cell(row)}
          </div>
        ))}
      </div>
      {opened && (
        <div role="row" className={classes.detail}>
          <div role="gridcell" aria-colspan={columns.length}>
            {opened}
          </div>
        </div>
      )}
    </div>
  );
}
