/** A fact that classifies: assay type, unit, round. Never clickable. */
import type { ReactNode } from 'react';
import classes from './Chip.module.css';

type Props = {
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'accent' | 'ok' | 'warn' | 'bad';
  readonly icon?: ReactNode;
};

export function Chip({ children, tone = 'plain', icon }: Props) {
  return (
    <span className={classes.chip} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
