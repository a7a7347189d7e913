/** Whole numbers with commas between them, such as widths of layers. They count when the field is left or Enter is pressed. */
import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './NextRun.module.css';

type Props = {
  readonly label: string;
  readonly values: readonly number[];
  readonly min: number;
  readonly max: number;
  /** How many there may be; none are none at all. */
  readonly fewest?: number;
  readonly most: number;
  /** What none of them means. */
  readonly placeholder?: string;
  readonly onChange: (values: number[]) => void;
};

export function NumbersField({ label, values, min, max, fewest = 0, most, placeholder, onChange }: Props) {
  const shown = values.join(', ');
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const typed = text
    .split(/[\s,、]+/)
    .filter((part) => part !== '')
    .map(Number);
  const isRight =
    typed.length >= fewest &&
    typed.length <= most &&
    typed.every((number) => Number.isInteger(number) && number >= min && number <= max);
  const take = () => {
    if (!isRight) setText(shown);
    else if (typed.join(', ') !== shown) onChange(typed);
    else setText(shown);
  };
  return (
    <TextInput
      className={classes.numbers!}
      aria-label={label}
      value={text}
      error={!isRight}
      placeholder={placeholder ?? ''}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
      }}
    />
  );
}
