/** The assays that the file names, with the type that decides how their tasks are trained. */
import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AssayProposal, direction, scale } from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './AssayTypes.module.css';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';
import { assayWhy } from './words.ts';

export function AssayTypes({ inspection, mapping, change }: StepProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const [selected, setSelected] = useState<string | null>(null);
  const columns = useMemo<readonly GridColumn<AssayProposal>[]>(
    () => [
      {
        id: 'code',
        head: t('assays.code'),
        width: 'minmax(60px, 1fr)',
        cell: ({ code }) => <span className="code">{code}</span>,
        text: ({ code }) => code,
        sort: ({ code }) => code,
      },
      {
        id: 'rows',
        head: t('assays.rows'),
        width: 58,
        align: 'end',
        cell: ({ rows }) => format.count(rows),
        sort: ({ rows }) => rows,
      },
      {
        id: 'type',
        head: t('assays.type'),
        width: 128,
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
      {
        id: 'scale',
        head: t('assays.scale'),
        width: 96,
        cell: ({ code, scale: proposed, scales }) => {
          const stored = mapping.assays.find((assay) => assay.code === code)?.scale ?? proposed;
          const mayBe = [...new Set([stored, ...scales])];
          return mayBe.length === 1 ? (
            <span className="small second">{t(`scales.${stored}`)}</span>
          ) : (
            <Select
              aria-label={t('assays.scaleOf', { assay: code })}
              className={classes.type!}
              data={mayBe.map((value) => ({ value, label: t(`scales.${value}`) }))}
              value={stored}
              onChange={(value) => {
                const chosen = scale.parse(value);
                if (chosen !== stored) {
                  change((draft) => decide(draft, { kind: 'assayScale', assay: code, scale: chosen }));
                }
              }}
            />
          );
        },
      },
    ],
    [t, format, mapping.assays, change],
  );
  const one = inspection.assays.find(({ code }) => code === selected) ?? inspection.assays[0];
  const towards = one && (mapping.assays.find(({ code }) => code === one.code)?.direction ?? one.direction);
  return (
    <Section title={t('assays.title')} end={format.count(inspection.assays.length)} flush>
      <div className={classes.list}>
        <DataGrid
          label={t('assays.title')}
          columns={columns}
          rows={inspection.assays}
          rowKey={({ code }) => code}
          rowHeight={32}
          selected={one?.code ?? null}
          onSelect={({ code }) => setSelected(code)}
        />
      </div>
      {one && (
        <div className={classes.detail}>
          <p className="small second">{assayWhy(t, one)}</p>
          {towards && (
            <Select
              label={t('assays.directionOf', { assay: one.code })}
              data={direction.options.map((value) => ({ value, label: t(`directions.${value}`) }))}
              value={towards}
              onChange={(value) => {
                const chosen = direction.parse(value);
                if (chosen !== towards) {
                  change((draft) => decide(draft, { kind: 'assayDirection', assay: one.code, direction: chosen }));
                }
              }}
            />
          )}
        </div>
      )}
    </Section>
  );
}
