/** Values that do not look like their unit: the figures that say so, another unit by one click, or left as it is. */
import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Decision, unit } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';
import classes from './UnitSuspect.module.css';
import { decisionWords, suspectWords, unitWords } from './words.ts';

export function UnitSuspect({ decision, change }: StepProps & { readonly decision: Decision }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { id, data, choices, suggestion, assays = [String(data.assay ?? '')] } = decision;
  const suggested = unit.safeParse(suggestion).data;
  const now = unit.safeParse(data.unit).data;
  const read = (value: string | null) => {
    const chosen = unit.safeParse(value).data;
    if (chosen === undefined) return;
    change((draft) =>
      decide(draft, { kind: 'unitOfAssays', spelling: String(data.spelling ?? ''), assays, unit: chosen }),
    );
  };
  return (
    <Section title={decisionWords(t, 'decisionTitle', decision)}>
      <Note
        tone="warn"
        action={
          <>
            {suggested && (
              <Button size="small" onClick={() => read(suggested)}>
                {t('use', { unit: unitWords(t, suggested) })}
              </Button>
            )}
            <Button
              size="small"
              onClick={() =>
                change((draft) => decide(draft, { kind: 'confirmed', id, about: String(data.assay ?? '') }))
              }
            >
              {now === undefined ? t('suspect.leave') : t('suspect.leaveAs', { unit: unitWords(t, now) })}
            </Button>
          </>
        }
      >
        {decisionWords(t, 'decisionText', decision)} {suspectWords(t, format, decision)}
      </Note>
      {choices.length > 1 && (
        <Select
          className={classes.other!}
          label={t('suspect.other')}
          placeholder={t('chooseUnit')}
          data={choices.flatMap((choice) => {
            const known = unit.safeParse(choice).data;
            return known === undefined ? [] : [{ value: known, label: unitWords(t, known) }];
          })}
          value={null}
          onChange={read}
        />
      )}
      {assays.length > 1 && (
        <p className={`${classes.assays} code`} title={assays.join(', ')}>
          {assays.slice(0, 8).join(', ')}
          {assays.length > 8 && ' …'}
        </p>
      )}
    </Section>
  );
}
