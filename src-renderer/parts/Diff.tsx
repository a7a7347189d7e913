/** What changed since last time: `~` changed, `+` new, `−` gone; the old value struck through, the new one after it. */
import type { ReactNode } from 'react';
import classes from './Diff.module.css';

export type DiffRow = {
  readonly id: string;
  readonly change: 'changed' | 'new' | 'gone';
  readonly label: ReactNode;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  /** The cause, or what kind of change it is, in words. */
  readonly cause?: ReactNode;
};

const signs = { changed: '~', new: '+', gone: '\u2212' } as const;

export function Diff({ label, rows }: { label: string; rows: readonly DiffRow[] }) {
  return (
    <ul className={classes.diff} aria-label={label}>
      {rows.map(({ id, change, label: name, before, after, cause }) => (
        <li key={id} className={classes.row} data-change={change}>
          <span className={classes.sign} aria-hidden>
            {signs[change]}
          </span>
          <span className="cut">{name}</span>
          <span className={classes.values}>
            {before !== undefined && change !== 'new' && <del>{before}</del>}
            {after !== undefined && change !== 'gone' && <ins>{after}</ins>}
            {cause && <span className="third">{cause}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
