/** A plain table of few rows whose cells hold anything: the head sunken, lines between rows, text on the region's edges. */
import type { ReactNode } from 'react';
import classes from './Table.module.css';

type Props = {
  /** What this table has of its own: it goes before what all of them have. */
  readonly className?: string | undefined;
  /** Reaches over the padding of its section. */
  readonly wide?: boolean;
  /** What a screen reader calls it, where no heading does. */
  readonly label?: string;
  readonly children: ReactNode;
};

export function Table({ className = '', wide = false, label, children }: Props) {
  return (
    <table className={`${classes.table} ${className}`} data-wide={wide || undefined} aria-label={label}>
      {children}
    </table>
  );
}
