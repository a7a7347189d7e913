/** Two regions that scroll as one, a line between them: what is looked at, and what belongs to it at its right. */
import type { ReactNode } from 'react';
import classes from './Regions.module.css';

type Props = {
  readonly side: ReactNode;
  /** Below a toolbar, which has no line of its own. */
  readonly ruled?: boolean;
  readonly children: ReactNode;
};

export function Regions({ side, ruled = false, children }: Props) {
  return (
    <div className={classes.regions} data-ruled={ruled || undefined}>
      <div className={classes.main}>{children}</div>
      <div className={classes.side}>{side}</div>
    </div>
  );
}
