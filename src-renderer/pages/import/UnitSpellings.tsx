/** How each spelling of a unit is read, with its rows; an open one asks, with the suggestion and what speaks for it. */
import { Button, Select } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type UnitSpelling, unit } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { decide } from './draft.ts';
import type { StepProps } from './step.ts';
import classes from './UnitSpellings.module.css';
import { unitWords } from './words.ts';

export function UnitSpellings({ inspection, change, column }: StepProps & { readonly column: string }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
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
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('spellings.spelling')}</th>
            <th scope="col" className="number">
              {t('spellings.rows')}
            </th>
            <th scope="col">{t('spellings.readAs')}</th>
          </tr>
        </thead>
        <tbody>
          {spellings.map((one) => (
            <tr key={one.spelling}>
              <td className="code">{one.spelling === '' ? t('spellings.empty') : one.spelling}</td>
              <td className="number">{format.count(one.rows)}</td>
              <td>
                <Select
                  aria-label={t('spellings.readAsOf', one)}
                  classNames={{ input: one.unit === null ? classes.open! : classes.settled! }}
                  leftSection={one.unit === null ? undefined : <IconCheck aria-hidden />}
                  leftSectionWidth={18}
                  rightSection={one.unit === null ? undefined : <span />}
                  rightSectionWidth={one.unit === null ? 26 : 4}
                  placeholder={t('chooseUnit')}
                  data={[
                    ...unit.options.map((value) => ({ value, label: unitWords(t, value) })),
                    { value: 'open', label: t('spellings.leaveOpen') },
                  ]}
                  value={one.unit}
                  onChange={(value) => read(one.spelling, value)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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
  const { t } = useTranslation('intake');
  const { key, data } = about.reason;
  if (key === 'by-hand' || key === 'known-spelling') return null;
  const say = t as (key: string, facts: Readonly<Record<string, string | number>>) => string;
  return (
    <div className={classes.reason}>
      <Note tone="warn" action={action}>
        {say(`unitReason.${key}`, { ...data, count: Number(data.assays ?? 0), spelling: about.spelling })}
      </Note>
    </div>
  );
}
