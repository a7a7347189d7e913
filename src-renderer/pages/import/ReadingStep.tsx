/** How the file was read: every part shown with its reason, and changeable. */
import { Button, Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { decimalMark, encoding, type Reading } from '../../../src-main/contract/intake.ts';
import { Columns, Scroll, Section, SidePanel, WizardFooter } from '../../parts/Page.tsx';
import { readAnew } from './draft.ts';
import { RawRows } from './RawRows.tsx';
import classes from './ReadingStep.module.css';
import type { StepProps } from './step.ts';
import { delimiterWords, markNames, namedDelimiters } from './words.ts';

const thousands = ['', ',', '.', ' ', "'"] as const;
const headerLines = 20;

export function ReadingStep({ inspection, mapping, change, go, busy }: StepProps & { readonly busy: boolean }) {
  const { t } = useTranslation(['intake', 'frame']);
  const navigate = useNavigate();
  const { reading, sheets, members } = inspection;
  const set = (part: Partial<Reading>) => change((draft) => readAnew(draft, part));
  const line = (value: number) => ({ value: String(value), label: t('reading.lineChoice', { line: value }) });
  return (
    <>
      <Columns
        side={
          <SidePanel label={t('reading.how')}>
            <Section title={t('reading.how')} end={t(`formats.${reading.format}`)}>
              <div className={classes.parts}>
                {members.length > 1 && (
                  <Select
                    label={t('reading.member')}
                    data={members.map(({ name }) => name)}
                    value={reading.member ?? null}
                    onChange={(member) => set({ member })}
                  />
                )}
                {reading.encoding !== null && (
                  <Select
                    label={t('reading.encoding')}
                    data={encoding.options.map((value) => ({ value, label: value.toUpperCase() }))}
                    value={reading.encoding}
                    onChange={(value) => set({ encoding: encoding.parse(value) })}
                  />
                )}
                {reading.delimiter !== null && (
                  <Select
                    label={t('reading.delimiter')}
                    data={[...new Set([...namedDelimiters, reading.delimiter])].map((value) => ({
                      value,
                      label: delimiterWords(t, value),
                    }))}
                    value={reading.delimiter}
                    onChange={(delimiter) => set({ delimiter })}
                  />
                )}
                {reading.format === 'csv' && (
                  <Select
                    label={t('reading.quote')}
                    data={[
                      { value: '"', label: t('quotes.double') },
                      { value: "'", label: t('quotes.single') },
                      { value: 'none', label: t('quotes.none') },
                    ]}
                    value={reading.quote ?? 'none'}
                    onChange={(quote) => set({ quote: quote === 'none' ? null : quote })}
                  />
                )}
                {reading.sheet !== null && (
                  <Select
                    label={t('reading.sheet')}
                    data={sheets.map(({ name }) => name)}
                    value={reading.sheet}
                    onChange={(sheet) => set({ sheet })}
                  />
                )}
                {reading.format !== 'sdf' && reading.format !== 'parquet' && (
                  <Select
                    label={t('reading.headerLine')}
                    data={[
                      { value: 'none', label: t('reading.noHeader') },
                      ...Array.from({ length: headerLines }, (_, index) => line(index + 1)),
                    ]}
                    value={reading.headerLine === null ? 'none' : String(reading.headerLine)}
                    onChange={(value) => set({ headerLine: value === 'none' ? null : Number(value) })}
                  />
                )}
                <Select
                  label={t('reading.decimalMark')}
                  data={decimalMark.options.map((value) => ({ value, label: t(`marks.${markNames[value]}`) }))}
                  value={reading.decimalMark}
                  onChange={(value) => set({ decimalMark: decimalMark.parse(value) })}
                />
                <Select
                  label={t('reading.thousands')}
                  data={thousands.map((value) => ({ value: `group ${value}`, label: t(`groups.${markNames[value]}`) }))}
                  value={`group ${reading.thousands}`}
                  onChange={(value) => {
                    const mark = thousands.find((known) => `group ${known}` === value);
                    if (mark !== undefined) set({ thousands: mark });
                  }}
                />
              </div>
              <p className={classes.help}>{t('reading.change')}</p>
            </Section>
          </SidePanel>
        }
      >
        <Scroll>
          <RawRows inspection={inspection} mapping={mapping} />
        </Scroll>
      </Columns>
      <WizardFooter
        back={{ label: t('back.file'), onClick: () => void navigate({ to: '/import', search: {} }) }}
        action={
          <Button variant="primary" disabled={busy} onClick={() => go('mapping')}>
            {t('reading.goOn')}
          </Button>
        }
      />
    </>
  );
}
