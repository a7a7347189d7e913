/** What was taken away from structures: each fragment with its drawing and how many structures had it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemovedFragment } from '../../../src-main/contract/chemistry.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { usePagedRows } from '../../parts/usePagedRows.ts';
import classes from './StructuresPage.module.css';

const pageSize = 100;

/** @param onOpen shows the structures that a fragment was taken from */
export function Salts({ onOpen }: { onOpen: (smiles: string) => void }) {
  const { t } = useTranslation('structures');
  const format = useFormat();
  const { queries } = useEngine();
  const list = usePagedRows<RemovedFragment, { total: number; rows: RemovedFragment[] }, readonly unknown[]>(
    pageSize,
    (offset, limit) => queries.chemistry.salts.queryOptions({ input: { offset, limit } }),
  );
  const columns = useMemo(
    (): readonly GridColumn<RemovedFragment>[] => [
      {
        id: 'drawing',
        head: t('removed.fragment'),
        width: 172,
        cell: ({ smiles }) => <Molecule text={smiles} label={smiles} />,
        text: ({ smiles }) => smiles,
      },
      {
        id: 'smiles',
        head: 'SMILES',
        width: 'minmax(120px, 1fr)',
        cell: ({ smiles }) => (
          <span className="code cut" title={smiles}>
            {smiles}
          </span>
        ),
        text: ({ smiles }) => smiles,
      },
      { id: 'kind', head: t('removed.kind'), width: 140, cell: ({ kind }) => t(`removed.kinds.${kind}`) },
      {
        id: 'structures',
        head: t('removed.structures'),
        width: 120,
        align: 'end',
        cell: ({ structures }) => format.count(structures),
        text: ({ structures }) => String(structures),
      },
    ],
    [t, format],
  );
  if (list.error) return <ErrorState error={list.error} />;
  return (
    <DataGrid
      label={t('removed.label')}
      columns={columns}
      rows={list.rows}
      offset={list.offset}
      total={list.total ?? 0}
      onRange={list.onRange}
      rowKey={({ smiles }) => smiles}
      rowHeight={72}
      onSelect={({ smiles }) => onOpen(smiles)}
      empty={list.total === 0 && <p className={classes.none}>{t('removed.none')}</p>}
    />
  );
}
