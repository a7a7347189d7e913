/** One value for all rows, where the file has no column for it. */
import { Select, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Inspection, relation, type Target, unit } from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';
import classes from './Constants.module.css';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';
import { unitWords } from './words.ts';

type Field = 'assay' | 'unit' | 'relation' | 'assayType' | 'compoundId';

export function Constants(props: StepProps) {
  const { inspection, mapping } = props;
  const { t } = useTranslation('intake');
  const [open, setOpen] = useState(false);
  const { constants, columns } = mapping;
  const hasColumn = (target: Target) => columns.some((column) => column.target === target);
  const isSet = (field: Field) => constants[field] !== null && constants[field] !== undefined;
  const ofValues: readonly Field[] = [
    ...(mapping.layout === 'long' && !hasColumn('assay') ? (['assay'] as const) : []),
    ...(hasColumn('unit') ? [] : (['unit'] as const)),
    ...(hasColumn('relation') ? [] : (['relation'] as const)),
    ...(hasColumn('assay-type') ? [] : (['assayType'] as const)),
  ];
  const possible: readonly Field[] = [
    ...(mapping.layout === 'structures' ? [] : ofValues),
    ...(hasColumn('compound-id') ? [] : (['compoundId'] as const)),
  ];
  const needed = possible.filter((field) => isSet(field) || isMissing(inspection, field));
  const others = possible.filter((field) => !needed.includes(field));
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      {needed.map((field) => (
        <Constant key={field} field={field} {...props} />
      ))}
      {others.length > 0 && (
        <button type="button" className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Chevron aria-hidden />
          {t('constants.more')}
        </button>
      )}
      {open && others.map((field) => <Constant key={field} field={field} {...props} />)}
    </>
  );
}

const targets = { assay: 'assay', unit: 'unit', compoundId: 'compound-id' } as const;

const isMissing = ({ required }: Inspection, field: Field): boolean =>
  field !== 'relation' &&
  field !== 'assayType' &&
  required.some(({ target, state, from }) => target === targets[field] && (state === 'missing' || from.length === 0));

function Constant({ field, mapping, change }: StepProps & { readonly field: Field }) {
  const { t } = useTranslation(['intake', 'frame']);
  const { constants } = mapping;
  const label = t(`constants.of.${field}`);
  const none = { value: 'none', label: t('required.clear') };
  switch (field) {
    case 'assay':
      return (
        <AssayForAll
          key={constants.assay}
          label={label}
          assay={constants.assay}
          onChange={(assay) => change((draft) => decide(draft, { kind: 'constantAssay', assay }))}
        />
      );
    case 'unit':
      return (
        <Select
          className={classes.constant!}
          label={label}
          placeholder={t('chooseUnit')}
          data={[none, ...unit.options.map((value) => ({ value, label: unitWords(t, value) }))]}
          value={constants.unit}
          onChange={(value) => {
            const chosen = unit.safeParse(value).data ?? null;
            if (chosen !== constants.unit) change((draft) => decide(draft, { kind: 'constantUnit', unit: chosen }));
          }}
        />
      );
    case 'relation':
      return (
        <Select
          className={classes.constant!}
          label={label}
          data={relation.options.map((value) => ({ value, label: value }))}
          value={constants.relation ?? '='}
          onChange={(value) => {
            const chosen = relation.parse(value);
            if (chosen !== (constants.relation ?? '=')) {
              change((draft) => decide(draft, { kind: 'constantRelation', relation: chosen === '=' ? null : chosen }));
            }
          }}
        />
      );
    case 'assayType':
      return (
        <Select
          className={classes.constant!}
          label={label}
          placeholder={t('constants.typeFound')}
          data={[none, ...assayType.options.map((value) => ({ value, label: value as string }))]}
          value={constants.assayType ?? null}
          onChange={(value) => {
            const chosen = assayType.safeParse(value).data ?? null;
            if (chosen !== (constants.assayType ?? null)) {
              change((draft) => decide(draft, { kind: 'constantAssayType', type: chosen }));
            }
          }}
        />
      );
    case 'compoundId':
      return (
        <Select
          className={classes.constant!}
          label={label}
          placeholder={t('choose')}
          data={[
            none,
            ...(['structure', 'row-number'] as const).map((value) => ({ value, label: t(`constants.ids.${value}`) })),
          ]}
          value={constants.compoundId ?? null}
          onChange={(value) => {
            const from = value === 'structure' || value === 'row-number' ? value : null;
            if (from !== (constants.compoundId ?? null)) {
              change((draft) => decide(draft, { kind: 'constantId', from }));
            }
          }}
        />
      );
  }
}

type AssayProps = {
  readonly label: string;
  readonly assay: string | null;
  readonly onChange: (assay: string | null) => void;
};

/** Takes the name when the field is left or Enter is pressed. */
function AssayForAll({ label, assay, onChange }: AssayProps) {
  const [name, setName] = useState(assay ?? '');
  const take = () => {
    const next = name.trim() === '' ? null : name.trim();
    if (next !== assay) onChange(next);
  };
  return (
    <TextInput
      className={classes.constant!}
      label={label}
      value={name}
      onChange={({ currentTarget }) => setName(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
      }}
    />
  );
}
