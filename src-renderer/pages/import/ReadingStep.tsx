/** How the file was read: every part shown with its reason and how sure that is, and changeable. */
import { Button, Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import {
  decimalMark,
  encoding,
  fileFormat,
  type Inspection,
  type Reading,
  type ReadingPart,
} from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Confidence } from '../../parts/Confidence.tsx';
import { Columns, Scroll, Section, SidePanel, WizardFooter } from '../../parts/Page.tsx';
import { companionOf, decideAs, readAnew } from './draft.ts';
import { AddCompanion } from './JoinPanel.tsx';
import { RawRows } from './RawRows.tsx';
import classes from './ReadingStep.module.css';
import type { StepProps } from './step.ts';
import { delimiterWords, markNames, namedDelimiters, reasonWords } from './words.ts';

export function ReadingStep(props: StepProps & { readonly busy: boolean }) {
  const { inspection, mapping, draft, change, go, busy } = props;
  const { t } = useTranslation(['intake', 'frame']);
  const navigate = useNavigate();
  const { join } = inspection;
  const second = mapping.join !== null && mapping.join.kind !== 'catalogue' ? mapping.join : null;
  return (
    <>
      <Columns
        side={
          <SidePanel label={t('reading.how')}>
            <Section title={t('reading.how')} end={inspection.file.compressed && t('reading.compressed')}>
              <Parts read={inspection} onSet={(part) => change((before) => readAnew(before, part))} />
              <p className={classes.help}>{t('reading.change')}</p>
            </Section>
            {companionOf(draft) !== null && join?.read && (
              <Section title={t('reading.second')} end={join.read.name}>
                <Parts
                  read={join.read}
                  onSet={(reading) => change((before) => decideAs(before, { kind: 'companionReading', reading }))}
                />
              </Section>
            )}
            {companionOf(draft) === null && join === null && (
              <Section title={t('join.second')}>
                <p className={classes.about}>{t('join.secondText')}</p>
                <AddCompanion {...props} />
              </Section>
            )}
          </SidePanel>
        }
      >
        <Scroll>
          <RawRows inspection={inspection} mapping={mapping} />
          {join && second && (
            <RawRows
              inspection={join}
              mapping={second}
              name={second.kind === 'file' ? second.name : (second.reading.sheet ?? '')}
            />
          )}
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

const thousands = ['', ',', '.', ' ', "'"] as const;
const headerLines = 20;

/** What was found out about how one of the files is read. */
type Read = Pick<Inspection, 'reading' | 'readingReasons' | 'sheets' | 'members'>;

type PartsProps = { readonly read: Read; readonly onSet: (part: Partial<Reading>) => void };

function Parts({ read, onSet }: PartsProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { reading, sheets, members } = read;
  const named = reading.format === 'sdf' || reading.format === 'parquet';
  const line = (value: number) => ({ value: String(value), label: t('reading.lineChoice', { line: value }) });
  const lines = (first: number, chosen: number | null) =>
    [...new Set([...Array.from({ length: headerLines }, (_, index) => first + index), ...(chosen ? [chosen] : [])])]
      .sort((one, other) => one - other)
      .map(line);
  const shared = { read };
  return (
    <div className={classes.parts}>
      <Part
        {...shared}
        part="format"
        data={fileFormat.options.map((value) => ({ value, label: t(`formats.${value}`) }))}
        value={reading.format}
        onSet={(value) => onSet({ format: fileFormat.parse(value) })}
      />
      {members.length > 0 && (
        <Part
          {...shared}
          part="member"
          data={members.map(({ name, bytes }) => ({ value: name, label: `${name} · ${format.bytes(bytes)}` }))}
          value={reading.member ?? null}
          onSet={(member) => onSet({ member })}
        />
      )}
      {reading.encoding !== null && (
        <Part
          {...shared}
          part="encoding"
          data={encoding.options.map((value) => ({ value, label: t(`encodings.${value}`) }))}
          value={reading.encoding}
          onSet={(value) => onSet({ encoding: encoding.parse(value) })}
        />
      )}
      {reading.delimiter !== null && (
        <Part
          {...shared}
          part="delimiter"
          data={[...new Set([...namedDelimiters, reading.delimiter])].map((value) => ({
            value,
            label: delimiterWords(t, value),
          }))}
          value={reading.delimiter}
          onSet={(delimiter) => onSet({ delimiter })}
        />
      )}
      {reading.format === 'csv' && (
        <Part
          {...shared}
          part="quote"
          data={[
            { value: '"', label: t('quotes.double') },
            { value: "'", label: t('quotes.single') },
            { value: 'none', label: t('quotes.none') },
          ]}
          value={reading.quote ?? 'none'}
          onSet={(quote) => onSet({ quote: quote === 'none' ? null : quote })}
        />
      )}
      {reading.sheet !== null && (
        <Part
          {...shared}
          part="sheet"
          data={sheets.map(({ name, rows }) => ({
            value: name,
            label: rows === null ? name : `${name} · ${t('rows', { count: rows })}`,
          }))}
          value={reading.sheet}
          onSet={(sheet) => onSet({ sheet })}
        />
      )}
      {!named && (
        <Part
          {...shared}
          part="headerLine"
          data={[{ value: 'none', label: t('reading.noHeader') }, ...lines(1, reading.headerLine)]}
          value={reading.headerLine === null ? 'none' : String(reading.headerLine)}
          onSet={(value) => onSet({ headerLine: value === 'none' ? null : Number(value) })}
        />
      )}
      {!named && reading.headerLine !== null && (
        <Part
          {...shared}
          part="unitLine"
          data={[
            { value: 'none', label: t('reading.noUnitLine') },
            ...lines(reading.headerLine + 1, reading.unitLine ?? null).slice(0, 5),
          ]}
          value={reading.unitLine == null ? 'none' : String(reading.unitLine)}
          onSet={(value) => onSet({ unitLine: value === 'none' ? null : Number(value) })}
        />
      )}
      <Part
        {...shared}
        part="decimalMark"
        data={decimalMark.options.map((value) => ({ value, label: t(`marks.${markNames[value]}`) }))}
        value={reading.decimalMark}
        onSet={(value) => onSet({ decimalMark: decimalMark.parse(value) })}
      />
      <Part
        {...shared}
        part="thousands"
        data={thousands.map((value) => ({ value: `group ${value}`, label: t(`groups.${markNames[value]}`) }))}
        value={`group ${reading.thousands}`}
        onSet={(value) => {
          const mark = thousands.find((known) => `group ${known}` === value);
          if (mark !== undefined) onSet({ thousands: mark });
        }}
      />
    </div>
  );
}

type PartProps = {
  readonly read: Read;
  readonly part: ReadingPart;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | null;
  readonly onSet: (value: string) => void;
};

function Part({ read, part, data, value, onSet }: PartProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const why = read.readingReasons.find((one) => one.part === part);
  return (
    <div className={classes.part}>
      <Select
        label={t(`readingParts.${part}`)}
        data={[...data]}
        value={value}
        onChange={(chosen) => {
          if (chosen !== null && chosen !== value) onSet(chosen);
        }}
      />
      {why && (
        <p className={classes.why}>
          {why.confidence !== 'high' && <Confidence level={why.confidence} />}
          {reasonWords(t, 'readingReason', why.reason)}
        </p>
      )}
    </div>
  );
}
