/** The unit of a column of values, and in the wide layout the assay that the column is. */
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ColumnMapping, unit } from '../../../src-main/contract/intake.ts';
import { Section } from '../../parts/Page.tsx';
import { decide } from './draft.ts';
import classes from './Required.module.css';
import type { StepProps } from './step.ts';
import { unitWords } from './words.ts';

export function ColumnUnit({ inspection, mapped, change }: StepProps & { readonly mapped: ColumnMapping }) {
  const { t } = useTranslation(['intake', 'frame']);
  const { column, target } = mapped;
  const likely = inspection.proposals.find((proposal) => proposal.column === column)?.units ?? [];
  const open = inspection.decisions.some(
    ({ kind, state, data }) => kind === 'column-unit' && state === 'open' && data.column === column,
  );
  /** Words have no unit. */
  const inWords = mapped.unit === null && !open && inspection.categories.some((one) => one.column === column);
  if (inWords && target === 'value') return null;
  return (
    <Section title={inWords ? t('assayColumn', { column }) : t('columnUnit', { column })}>
      {!inWords && (
        <Select
          aria-label={t('columnUnit', { column })}
          classNames={{ input: open ? classes.choose! : '' }}
          placeholder={t('chooseUnit')}
          data={[
            ...(target === 'value' ? [{ value: 'cells', label: t('inCells') }] : []),
            ...[...new Set([...likely, ...unit.options])].map((value) => ({ value, label: unitWords(t, value) })),
          ]}
          value={mapped.unit ?? (open ? null : 'cells')}
          onChange={(value) => {
            const chosen = unit.safeParse(value).data ?? null;
            if (chosen !== mapped.unit) change((draft) => decide(draft, { kind: 'unit', column, unit: chosen }));
          }}
        />
      )}
      {target === 'assay-value' && (
        <AssayName
          key={`${column} ${mapped.assay}`}
          column={column}
          assay={mapped.assay ?? column}
          onChange={(assay) => change((draft) => decide(draft, { kind: 'assayOf', column, assay }))}
        />
      )}
    </Section>
  );
}

type NameProps = { readonly column: string; readonly assay: string; readonly onChange: (assay: string) => void };

function AssayName({ column, assay, onChange }: NameProps) {
  const { t } = useTranslation('intake');
  const [name, setName] = useState(assay);
  const take = () => {
    const next = name.trim();
    if (next !== '' && next !== assay) onChange(next);
  };
  return (
    <TextInput
      className={classes.constant!}
      label={t('assayName', { column })}
      value={name}
      onChange={({ currentTarget }) => setName(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
      }}
    />
  );
}
