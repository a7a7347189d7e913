/** One choice out of a few, always with counts, also zero. Arrow keys move it, as in every radio group. */
import { useId } from 'react';
import { useFormat } from '../app/format.ts';
import classes from './SegmentedFilter.module.css';

type Segment<Value extends string> = { readonly value: Value; readonly label: string; readonly count?: number };

type Props<Value extends string> = {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
};

export function SegmentedFilter<Value extends string>({ label, segments, value, onChange }: Props<Value>) {
  const format = useFormat();
  const name = useId();
  return (
    <fieldset className={classes.segments}>
      <legend className="unseen">{label}</legend>
      {segments.map((segment) => (
        <label key={segment.value} className={classes.segment}>
          <input
            type="radio"
            name={name}
            checked={segment.value === value}
            onChange={() => onChange(segment.value)}
            className={classes.input}
          />
          {segment.label}
          {segment.count !== undefined && <span className={classes.count}>{format.count(segment.count)}</span>}
        </label>
      ))}
    </fieldset>
  );
}
