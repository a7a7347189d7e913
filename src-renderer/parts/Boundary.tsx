/** The edge of this machine: a dashed accent line with a lock. Nothing else in the product is drawn so. */
import { IconLock } from '@tabler/icons-react';
import classes from './Boundary.module.css';

export function Boundary() {
  return (
    <div className={classes.boundary} aria-hidden>
      <span className={classes.lock}>
        <IconLock />
      </span>
    </div>
  );
}
