/** Structures that share a standard form: one row for each form, its members at the right. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DuplicateGroup } from '../../../src-main/contract/chemistry.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { Chip } from '../../parts/Chip.tsx';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Section } from '../../parts/Page.tsx';
import { usePagedRows } from '../../parts/usePagedRows.ts';
import classes from './StructuresPage.module.css';

const pageSize = 50;

type Props = {
  readonly search: string;
  readonly selected: string | undefined;
  readonly onSelect: (group: DuplicateGroup) => void;
};

export function SameForm({ search, selected, onSelect }: Props) {
  const { t } = useTranslation('structures');
  const format = useFormat();
  const { queries } = useEngine();
  const list = usePagedRows<DuplicateGroup, { total: number; rows: DuplicateGroup[] }, readonly unknown[]>(
    pageSize,
    (offset, limit) => queries.chemistry.duplicates.queryOptions({ input: { search, offset, limit } }),
  );
  const columns = useMemo(
    (): readonly GridColumn<DuplicateGroup>[] => [
      {
        id: 'form',
        head: t('table.standard'),
        width: 172,
        cell: ({ smiles }) => <Molecule text={smiles} label={smiles} />,
        text: ({ smiles }) => smiles,
      },
      {
        id: 'members',
        head: t('table.id'),
        width: 'minmax(160px, 1fr)',
        cell: ({ members }) => (
          <span className="cut">{[...new Set(members.map(({ companyId }) => companyId))].join(', ')}</span>
        ),
        text: ({ members }) => members.map(({ companyId }) => companyId).join(', '),
      },
      {
        id: 'structures',
        head: t('same.structures'),
        width: 96,
        align: 'end',
        cell: ({ structures }) => format.count(structures),
      },
      {
        id: 'ids',
        head: t('same.ids'),
        width: 120,
        align: 'end',
        cell: ({ companyIds }) => format.count(companyIds),
      },
    ],
    [t, format],
  );
  if (list.error) return <ErrorState error={list.error} />;
  return (
    <DataGrid
      key={search}
      label={t('same.label')}
      columns={columns}
      rows={list.rows}
      offset={list.offset}
      total={list.total ?? 0}
      onRange={list.onRange}
      rowKey={({ smiles }) => smiles}
      rowHeight={72}
      selected={selected ?? null}
      onSelect={onSelect}
      empty={list.total === 0 && <p className={classes.none}>{t('same.none')}</p>}
    />
  );
}

export function SameFormPanel({ group, onBack }: { group: DuplicateGroup; onBack: () => void }) {
  const { t } = useTranslation('structures');
  const { smiles, members, structures } = group;
  return (
    <>
      <Section
        title={t('panel.standardForm')}
        end={
          <UnstyledButton className={classes.back} onClick={onBack}>
            <IconChevronLeft aria-hidden />
            {t('panel.back')}
          </UnstyledButton>
        }
      >
        <Molecule text={smiles} width={300} height={150} label={t('panel.standardForm')} />
        <p className="small third">{t('same.why')}</p>
      </Section>
      <Section
        title={t('same.members')}
        facts={members.length < structures && t('same.first', { count: members.length })}
      >
        {members.map(({ id, companyId, kind, structure, line, steps }) => (
          <div key={id} className={classes.member}>
            <span className={classes.id}>
              <span className="name cut">{companyId}</span>
              <span className="small third">{t('panel.line', { line })}</span>
              <span className={classes.steps}>
                {steps.map((step) => (
                  <Chip key={step}>{t(`steps.${step}`)}</Chip>
                ))}
              </span>
            </span>
            <Molecule kind={kind} text={structure} alignTo={{ kind: 'smiles', text: smiles }} label={companyId} />
          </div>
        ))}
      </Section>
    </>
  );
}
