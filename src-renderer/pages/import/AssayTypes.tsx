/** The assays that the file names, with the type that decides how their tasks are trained. */
import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssayProposal } from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './AssayTypes.module.css';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';

export function AssayTypes({ inspection, mapping, change }: StepProps) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const columns = useMemo<readonly GridColumn<AssayProposal>[]>(
    () => [
      {
        id: 'code',
        head: t('assays.code'),
        width: 'minmax(80px, 1fr)',
        cell: ({ code }) => <span className="code">{code}</span>,
        text: ({ code }) => code,
        sort: ({ code }) => code,
      },
      {
        id: 'rows',
        head: t('assays.rows'),
        width: 66,
        align: 'end',
        cell: ({ rows }) => format.count(rows),
        sort: ({ rows }) => rows,
      },
      {
        id: 'type',
        head: t('assays.type'),
        width: 176,
        cell: ({ code, assayType: proposed }) => {
          const type = mapping.assays.find((assay) => assay.code === code)?.assayType ?? proposed;
          return (
            <Select
              aria-label={t('assays.typeOf', { assay: code })}
              className={classes.type!}
              data={[...assayType.options]}
              value={type}
              onChange={(value) => {
                const chosen = assayType.parse(value);
                if (chosen !== type) {
                  change((draft) => decide(draft, { kind: 'assayType', assay: code, type: chosen }));
                }
              }}
            />
          );
        },
      },
    ],
    [t, format, mapping.assays, change],
  );
  return (
    <Section title={t('assays.title')} end={format.count(inspection.assays.length)} flush>
      <div className={classes.list}>
        <DataGrid
          label={t('assays.title')}
          columns={columns}
          rows={inspection.assays}
          rowKey={({ code }) => code}
          rowHeight={32}
        />
      </div>
    </Section>
  );
}
