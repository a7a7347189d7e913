/**
 * The product's table: fixed columns, lines between rows, a selected row, arrow keys, and only those rows in the document
 * that can be seen. The grid itself holds the focus and names its active cell, so that scrolling never loses it.
 */
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { createSortedRowModel, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copy.ts';
import classes from './DataGrid.module.css';
import { GridHead } from './GridHead.tsx';
import { GridRow } from './GridRow.tsx';
import { type Cell, cellAfter } from './grid-keys.ts';

export type GridColumn<Row> = {
  readonly id: string;
  readonly head: ReactNode;
  /** Pixels, or `1fr` for a share of what is left; `minmax(…)` as in CSS. */
  readonly width: number | string;
  readonly align?: 'start' | 'end';
  readonly cell: (row: Row) => ReactNode;
  /** Makes the head a button that sorts by this value. */
  readonly sort?: (row: Row) => string | number | null;
  /** What Ctrl C copies. */
  readonly text?: (row: Row) => string;
  /** Left out while the grid is narrower, in pixels; for what the details say as well. */
  readonly hideBelow?: number;
};

export type GridProps<Row> = {
  readonly label: string;
  readonly columns: readonly GridColumn<Row>[];
  /** The rows that are here; `undefined` for one that is still on its way. */
  readonly rows: readonly (Row | undefined)[];
  readonly rowKey: (row: Row) => string;
  readonly rowHeight?: number;
  readonly headHeight?: number;
  /** All rows there are, when `rows` is only a part of them; the others are grey bars. */
  readonly total?: number;
  /** Index of the first of `rows` among all. */
  readonly offset?: number;
  /** Told which rows can be seen, so that they can be fetched. */
  readonly onRange?: (first: number, last: number) => void;
  /** Brings a row into sight, each time that another object is given. */
  readonly reveal?: { readonly index: number } | undefined;
  readonly selected?: string | null;
  readonly onSelect?: (row: Row) => void;
  /** Enter or a double click. Without it, Enter goes to the first control in the row. */
  readonly onOpen?: (row: Row) => void;
  /** A lighter row: there, but not counted. */
  readonly quiet?: (row: Row) => boolean;
  /** A band above a row, such as a group's heading. */
  readonly band?: (row: Row, before: Row | undefined) => ReactNode;
  /** What lies open under a row. Only for grids that fit. */
  readonly detail?: (row: Row) => ReactNode;
  /** As high as its rows, without a scroll bar of its own: for a few dozen rows at most. */
  readonly fit?: boolean;
  /** A row of sums after the last one. */
  readonly footer?: ReactNode;
  /** Stands where the rows would be. */
  readonly empty?: ReactNode;
  readonly sortedBy?: { readonly id: string; readonly desc: boolean };
};

type Held<Row> = { readonly row: Row | undefined };

/** Of a band above a row, with its rule. */
const bandHeight = 29;

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export function DataGrid<Row>(props: GridProps<Row>) {
  const { label, rows, rowKey, rowHeight = 32, headHeight = 28, selected = null, fit = false } = props;
  const { onSelect, onOpen, onRange, reveal, quiet, band, detail, footer, empty, sortedBy } = props;
  const { t } = useTranslation('frame');
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize();
  const outer = useMergedRef(scroller, measured);
  const columns = useMemo(
    () => props.columns.filter(({ hideBelow }) => hideBelow === undefined || width === 0 || width >= hideBelow),
    [props.columns, width],
  );
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const [focused, setFocused] = useState(false);

  const data = useMemo<Held<Row>[]>(() => rows.map((row) => ({ row })), [rows]);
  const definitions = useMemo(
    () =>
      columns.map(({ id, sort }) => ({
        id,
        accessorFn: ({ row }: Held<Row>) => (row === undefined ? undefined : (sort?.(row) ?? undefined)),
        enableSorting: sort !== undefined,
        sortUndefined: 'last' as const,
      })),
    [columns],
  );
  const table = useTable<typeof features, Held<Row>>({
    features,
    columns: definitions,
    data,
    initialState: { sorting: sortedBy ? [sortedBy] : [] },
  });
  const held = table.getRowModel().rows;
  const offset = props.offset ?? 0;
  const total = props.total ?? held.length;
  const rowAt = (index: number): Row | undefined => held[index - offset]?.original.row;

  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rowAt(index);
      return rowHeight + (row !== undefined && band?.(row, rowAt(index - 1)) ? bandHeight : 0);
    },
    overscan: 6,
    scrollPaddingStart: headHeight,
    enabled: !fit,
  });
  const seen = fit ? [] : virtual.getVirtualItems();
  const [firstSeen, lastSeen] = [seen[0]?.index, seen.at(-1)?.index];
  useEffect(() => {
    if (firstSeen !== undefined && lastSeen !== undefined) onRange?.(firstSeen, lastSeen);
  }, [firstSeen, lastSeen, onRange]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the grid follows what it is asked to reveal, not its own state
  useEffect(() => {
    if (reveal === undefined) return;
    setActive((before) => ({ ...before, row: reveal.index }));
    virtual.scrollToIndex(reveal.index, { align: 'center' });
  }, [reveal]);

  const moveTo = (next: Cell) => {
    setActive(next);
    if (!fit) virtual.scrollToIndex(next.row, { align: 'auto' });
    else grid.current?.querySelector(`[data-row="${next.row}"]`)?.scrollIntoView({ block: 'nearest' });
    const there = rowAt(next.row);
    if (there !== undefined && next.row !== active.row) onSelect?.(there);
  };

  const enterRow = () => {
    const cells = grid.current?.querySelector(`[data-row="${active.row}"]`);
    cells?.querySelector<HTMLElement>('button:not(:disabled), input:not(:disabled), a[href]')?.focus();
  };

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.target !== event.currentTarget) {
      if (event.key === 'Escape') grid.current?.focus();
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 1);
    const row = rowAt(active.row);
    const next = cellAfter(
      event.key,
      active,
      { rows: total, columns: columns.length, page },
      event.ctrlKey || event.metaKey,
    );
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' && row !== undefined && onOpen) onOpen(row);
    else if (event.key === 'Enter' || event.key === 'F2') enterRow();
    else if (event.key === ' ' && row !== undefined) onSelect?.(row);
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && row !== undefined) {
      const text = columns[active.column]?.text?.(row);
      if (text === undefined || !window.getSelection()?.isCollapsed) return;
      void copyText(text);
    } else return;
    event.preventDefault();
  }

  const template = columns.map(({ width }) => (typeof width === 'number' ? `${width}px` : width)).join(' ');
  const shared = { columns, id, template, onSelect, onOpen, detail };
  const one = (index: number, start?: number) => {
    const row = rowAt(index);
    return (
      <GridRow
        key={row === undefined ? `at ${index}` : rowKey(row)}
        {...shared}
        row={row}
        index={index}
        height={rowHeight}
        start={start}
        selected={row !== undefined && rowKey(row) === selected}
        activeColumn={focused && index === active.row ? active.column : undefined}
        quiet={row !== undefined && (quiet?.(row) ?? false)}
        band={row === undefined ? null : band?.(row, rowAt(index - 1))}
        onActive={(column) => {
          setActive({ row: index, column });
        }}
      />
    );
  };

  const loading = rows.some((row) => row === undefined);
  return (
    <div className={fit ? classes.fit : classes.scroller} ref={outer}>
      <div
        ref={grid}
        className={classes.grid}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-busy={loading || undefined}
        aria-activedescendant={
          focused && rowAt(active.row) !== undefined ? `${id}-${active.row}-${active.column}` : undefined
        }
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget) setFocused(true);
        }}
        onBlur={() => setFocused(false)}
      >
        <GridHead
          columns={columns}
          template={template}
          height={headHeight}
          sorting={table.state.sorting[0]}
          onSort={(column) => table.getColumn(column)?.toggleSorting()}
        />
        {total === 0 && empty !== undefined && (
          <div role="row" className={classes.empty}>
            <div role="gridcell" aria-colspan={columns.length}>
              {empty}
            </div>
          </div>
        )}
        {fit ? (
          Array.from({ length: total }, (_, index) => one(index))
        ) : (
          <div className={classes.rows} style={{ height: virtual.getTotalSize() }}>
            {seen.map(({ index, start }) => one(index, start))}
          </div>
        )}
        {footer && total > 0 && <div className={classes.footer}>{footer}</div>}
      </div>
      {loading && (
        <span role="status" className="unseen">
          {t('grid.loading')}
        </span>
      )}
    </div>
  );
}
