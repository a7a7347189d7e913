/** How each spelling of a unit is read, with its rows; an open one asks, with the suggestion and what speaks for it. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type UnitSpelling, unit } from '../../../src-main/contract/intake.ts';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';
import classes from './UnitSpellings.module.css';
import { WordTable } from './WordTable.tsx';
import { unitWords } from './words.ts';

export function UnitSpellings({ inspection, change, column }: StepProps & { readonly column: string }) {
  const { t } = useTranslation(['intake', 'frame']);
  const spellings = inspection.unitSpellings.filter((one) => one.column === column);
  if (spellings.length === 0) return null;
  const read = (spelling: string, value: string | null) => {
    const chosen = unit.safeParse(value).data ?? null;
    change((draft) => decide(draft, { kind: 'spelling', spelling, unit: chosen }));
  };
  const questions = inspection.decisions.filter(({ kind, data }) => kind === 'unit-spelling' && data.column === column);
  const asked = questions.find(({ state }) => state === 'open') ?? questions[0];
  const about = spellings.find(({ spelling }) => spelling === asked?.data.spelling);
  const suggested = unit.safeParse(asked?.suggestion).data;
  return (
    <Section title={t('spellings.title', { column })}>
      <WordTable
        words={spellings.map(({ spelling, rows, unit: value }) => ({ spelling, rows, value }))}
        choices={[
          ...unit.options.map((value) => ({ value, label: unitWords(t, value) })),
          { value: 'open', label: t('spellings.leaveOpen') },
        ]}
        placeholder={t('chooseUnit')}
        onRead={read}
      />
      {about && (about.unit === null || asked?.state === 'suggested') && (
        <Reason
          about={about}
          action={
            suggested &&
            about.unit !== suggested && (
              <Button size="small" onClick={() => read(about.spelling, suggested)}>
                {t('use', { unit: unitWords(t, suggested) })}
              </Button>
            )
          }
        />
      )}
    </Section>
  );
}

function Reason({ about, action }: { about: UnitSpelling; action: React.ReactNode }) {
  const { t } = useTranslation(['intake', 'frame']);
  const { key, data } = about.reason;
  if (key === 'by-hand' || key === 'known-spelling') return null;
  const say = t as unknown as (key: string, facts: Readonly<Record<string, string | number>>) => string;
  return (
    <div className={classes.reason}>
      <Note tone="warn" action={action}>
        {say(`unitReason.${key}`, {
          ...data,
          count: Number(data.assays ?? 0),
          spelling: about.spelling,
          unit: about.unit === null ? '' : unitWords(t, about.unit),
        })}
      </Note>
    </div>
  );
}
