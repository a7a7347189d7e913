/** One row put right by hand, for this import only: the cells that are used, each with what the file says. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mapping, RowFinding, RowReason } from '../../../src-main/contract/intake.ts';
import classes from './CorrectRow.module.css';
import type { Decided } from './decided.ts';
import { targetWords } from './words.ts';

type Corrected = Extract<Decided, { kind: 'corrected' }>;

/** Such a row has no cells that a column could be told for. */
const noRows: ReadonlySet<RowReason> = new Set([
  'ragged-row',
  'broken-quote',
  'line-too-long',
  'damaged-record',
  'control-characters',
  'undecodable',
]);

/** Mol blocks are no text to type, and what was cut for showing is not what the file says. */
const longestCell = 1000;

type Props = {
  readonly mapping: Mapping;
  readonly finding: RowFinding;
  readonly onCorrect: (corrected: Corrected) => void;
};

export function CorrectRow({ mapping, finding: { line, cells, column, reason }, onCorrect }: Props) {
  const { t } = useTranslation('intake');
  const [typed, setTyped] = useState<Readonly<Record<string, string>> | null>(null);
  const key = mapping.join?.on.results;
  const fields = mapping.columns
    .map((one, at) => ({ ...one, text: cells[at] ?? '' }))
    .filter((one) => one.target !== 'unused' || one.column === column || one.column === key)
    .filter(({ text }) => text.length <= longestCell && !text.includes('\n'));
  if (noRows.has(reason) || fields.length === 0) return null;
  if (typed === null) {
    return (
      <Button size="small" className={classes.open} onClick={() => setTyped({})}>
        {t('correct.open')}
      </Button>
    );
  }
  const changed = fields.flatMap(({ column, text }) => {
    const now = typed[column] ?? text;
    return now === text ? [] : [[column, { found: text, text: now }] as const];
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (changed.length > 0) onCorrect({ kind: 'corrected', line, cells: Object.fromEntries(changed) });
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') setTyped(null);
      }}
    >
      {fields.map(({ column: name, target, text }) => (
        <TextInput
          key={name}
          classNames={{ input: 'code' }}
          label={target === 'unused' ? name : `${name} → ${targetWords(t, target)}`}
          value={typed[name] ?? text}
          ref={name === column ? focusOnce : undefined}
          onChange={({ currentTarget }) => setTyped({ ...typed, [name]: currentTarget.value })}
        />
      ))}
      <p className="small third">{t('correct.text')}</p>
      <div className={classes.acts}>
        <Button type="submit" size="small" variant="primary" disabled={changed.length === 0}>
          {t('correct.apply', { line })}
        </Button>
        <Button size="small" variant="quiet" onClick={() => setTyped(null)}>
          {t('correct.cancel')}
        </Button>
      </div>
    </form>
  );
}

const focusOnce = (input: HTMLInputElement | null): void => input?.focus();
