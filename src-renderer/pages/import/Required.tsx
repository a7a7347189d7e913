/** The targets that gate the next step, and the one value for all rows where a column is missing. */
import { Select, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Inspection, unit } from '../../../src-main/contract/intake.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { decide } from './draft.ts';
import classes from './Required.module.css';
import type { StepProps } from './step.ts';
import { targetWords, unitWords } from './words.ts';

type RequiredTarget = Inspection['required'][number];

const tones: Readonly<Record<RequiredTarget['state'], Tone>> = {
  met: 'ok',
  doubtful: 'warn',
  missing: 'bad',
  'not-needed': 'aside',
};

export function Required({ inspection, mapping, change }: StepProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const { required } = inspection;
  const needed = required.filter(({ optional, state }) => !optional && state !== 'not-needed');
  const met = needed.filter(({ state }) => state === 'met');
  const lacks = (target: RequiredTarget['target']) =>
    required.some((one) => one.target === target && (one.state === 'missing' || one.from.length === 0));
  return (
    <Section title={t('required.title')} end={t('required.of', { met: met.length, all: needed.length })}>
      <ul className={classes.targets}>
        {required.map((one) => (
          <li key={one.target} className={classes.target} data-optional={one.optional || undefined}>
            <Status tone={one.optional && one.state === 'missing' ? 'aside' : tones[one.state]} />
            <span className="cut">
              {one.optional
                ? t('required.optional', { target: targetWords(t, one.target) })
                : targetWords(t, one.target)}
            </span>
            <IconArrowLeft aria-hidden />
            <Source one={one} />
          </li>
        ))}
      </ul>
      {(mapping.constants.assay !== null || lacks('assay')) && (
        <ConstantAssay
          key={mapping.constants.assay}
          assay={mapping.constants.assay}
          onChange={(assay) => change((draft) => decide(draft, { kind: 'constantAssay', assay }))}
        />
      )}
      {(mapping.constants.unit !== null || lacks('unit')) && (
        <Select
          className={classes.constant!}
          label={t('required.unitForAll')}
          placeholder={t('chooseUnit')}
          data={[
            { value: 'none', label: t('required.clear') },
            ...unit.options.map((value) => ({ value, label: unitWords(t, value) })),
          ]}
          value={mapping.constants.unit}
          onChange={(value) => {
            const chosen = unit.safeParse(value).data ?? null;
            if (chosen !== mapping.constants.unit) {
              change((draft) => decide(draft, { kind: 'constantUnit', unit: chosen }));
            }
          }}
        />
      )}
    </Section>
  );
}

function Source({ one: { target, state, optional, from } }: { one: RequiredTarget }) {
  const { t } = useTranslation('intake');
  if (state === 'doubtful') {
    return (
      <span className={classes.doubtful} title={from.join(', ')}>
        {from[0] ?? t('required.doubtful')}
      </span>
    );
  }
  if (from.length === 0) {
    const words = target === 'relation' && optional ? t('required.fixedEqual') : t('required.missing');
    return <span className={state === 'missing' && !optional ? classes.missing : 'third'}>{words}</span>;
  }
  return (
    <span className="second cut" title={from.join(', ')}>
      {from.join(', ')}
    </span>
  );
}

/** Takes the name when the field is left or Enter is pressed. */
function ConstantAssay({ assay, onChange }: { assay: string | null; onChange: (assay: string | null) => void }) {
  const { t } = useTranslation('intake');
  const [name, setName] = useState(assay ?? '');
  const take = () => {
    const next = name.trim() === '' ? null : name.trim();
    if (next !== assay) onChange(next);
  };
  return (
    <TextInput
      className={classes.constant!}
      label={t('required.assayForAll')}
      value={name}
      onChange={({ currentTarget }) => setName(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
      }}
    />
  );
}
