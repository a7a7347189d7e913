/** A number with minus and plus: the click alternative for every drag. Typing counts when it is left or Enter is pressed. */
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../app/format.ts';
import classes from './NumberField.module.css';

type Props = {
  readonly label: string;
  readonly value: number;
  readonly step: number;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly onChange: (value: number) => void;
};

export function NumberField({
  label,
  value,
  step,
  decimals = 0,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  onChange,
}: Props) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  const shown = format.decimal(value, decimals);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);

  const set = (next: number) => {
    const kept = Number(Math.max(min, Math.min(max, next)).toFixed(decimals));
    if (kept !== value) onChange(kept);
  };
  const take = () => {
    const typed = Number(text.replaceAll(',', '').replace('\u2212', '-').trim());
    if (text.trim() !== '' && Number.isFinite(typed)) set(typed);
    setText(shown);
  };
  return (
    <span className={classes.field}>
      <button type="button" aria-label={t('number.less')} disabled={value <= min} onClick={() => set(value - step)}>
        <IconMinus aria-hidden />
      </button>
      <input
        aria-label={label}
        inputMode="decimal"
        value={text}
        size={Math.max(4, shown.length)}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take();
          else if (event.key === 'ArrowUp') set(value + step * (event.shiftKey ? 10 : 1));
          else if (event.key === 'ArrowDown') set(value - step * (event.shiftKey ? 10 : 1));
          else return;
          event.preventDefault();
        }}
      />
      <button type="button" aria-label={t('number.more')} disabled={value >= max} onClick={() => set(value + step)}>
        <IconPlus aria-hidden />
      </button>
    </span>
  );
}
