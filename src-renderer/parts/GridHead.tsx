/** The head of a grid: it stays while the rows scroll, and sorts where a column can be sorted. */
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './DataGrid.module.css';
import type { GridColumn } from './DataGrid.tsx';

type Props<Row> = {
  readonly columns: readonly GridColumn<Row>[];
  readonly template: string;
  readonly height: number;
  readonly sorting: { readonly id: string; readonly desc: boolean } | undefined;
  readonly onSort: (column: string) => void;
};

export function GridHead<Row>({ columns, template, height, sorting, onSort }: Props<Row>) {
  const { t } = useTranslation('frame');
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template, height }}>
        {columns.map(({ id, head, align, sort }) => {
          const direction = sorting?.id === id ? (sorting.desc ? 'descending' : 'ascending') : undefined;
          const Arrow = direction === 'descending' ? IconArrowDown : IconArrowUp;
          return (
            <div key={id} role="columnheader" aria-sort={direction} className={classes.cell} data-align={align}>
              {sort === undefined ? (
                head
              ) : (
                <button
                  type="button"
                  className={classes.sort}
                  title={typeof head === 'string' ? t('grid.sort', { column: head }) : undefined}
                  onClick={() => onSort(id)}
                >
                  {head}
                  {direction && <Arrow aria-hidden />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
