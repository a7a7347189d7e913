/** The edge of this machine: a dashed accent line with a lock. Nothing else in the product is drawn so. */
import { IconLock } from '@tabler/icons-react';
import classes from './Boundary.module.css';

/** @param at pixels from the top to the lock; in the middle without it */
export function Boundary({ at }: { at?: number }) {
  return (
    <div className={classes.boundary} aria-hidden>
      <span className={classes.lock} style={at === undefined ? undefined : { top: at }}>
        <IconLock />
      </span>
    </div>
  );
}
