/** The columns of the table of structures. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { StructureRow } from '../../../src-main/contract/chemistry.ts';
import { useFormat } from '../../app/format.ts';
import { Chip } from '../../parts/Chip.tsx';
import type { GridColumn } from '../../parts/DataGrid.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './StructuresPage.module.css';

export function useStructureColumns(): readonly GridColumn<StructureRow>[] {
  const { t } = useTranslation('structures');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'id',
        head: t('table.id'),
        width: 'minmax(110px, 1fr)',
        cell: ({ companyId, line }) => (
          <span className={classes.id}>
            <span className="name cut">{companyId}</span>
            <span className="small third">{t('panel.line', { line })}</span>
          </span>
        ),
        text: ({ companyId }) => companyId,
      },
      {
        id: 'given',
        head: t('table.given'),
        width: 156,
        cell: ({ kind, structure, companyId, state }) => (
          <Molecule kind={kind} text={structure} label={`${companyId}, ${t('table.given')}`} quiet={state !== 'ok'} />
        ),
        text: ({ structure }) => structure,
      },
      {
        id: 'standard',
        head: t('table.standard'),
        width: 156,
        cell: ({ smiles, state, companyId, failure }) =>
          smiles !== null ? (
            <Molecule text={smiles} label={`${companyId}, ${t('table.standard')}`} />
          ) : state === 'waiting' ? (
            <Status tone="todo">{t('filter.waiting')}</Status>
          ) : (
            <Status tone="bad" title={failure === null ? undefined : t(`failures.${failure}`)}>
              {failure === null ? t('filter.failed') : t(`failures.${failure}`)}
            </Status>
          ),
        text: ({ smiles }) => smiles ?? '',
      },
      {
        id: 'changed',
        head: t('table.changed'),
        width: 'minmax(130px, 1.4fr)',
        cell: ({ steps, state, duplicates }) => (
          <span className={classes.steps}>
            {steps.map((step) => (
              <Chip key={step}>{t(`steps.${step}`)}</Chip>
            ))}
            {steps.length === 0 && state === 'ok' && <span className="small third">{t('unchanged')}</span>}
            {duplicates > 0 && <span className="small third">{t('duplicates', { count: duplicates })}</span>}
          </span>
        ),
      },
      {
        id: 'fold',
        head: t('table.fold'),
        width: 118,
        hideBelow: 640,
        cell: ({ fold, role }) =>
          fold === null || role === null ? '–' : t('foldOf', { fold, role: t(`roles.${role}`) }),
      },
      {
        id: 'atoms',
        head: t('table.atoms'),
        width: 104,
        align: 'end',
        hideBelow: 800,
        cell: ({ heavyAtoms }) => (heavyAtoms === null ? '–' : format.count(heavyAtoms)),
      },
    ],
    [t, format],
  );
}
