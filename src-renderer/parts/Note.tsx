/** A note on a tinted ground: icon, two lines at most, and the action inside. One per panel. */
import { IconAlertTriangle, IconBan, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Note.module.css';

const icons = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconBan, plain: IconInfoCircle };

type Props = {
  readonly tone: keyof typeof icons;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Read out at once: for an answer to what the person has just done. */
  readonly live?: boolean;
};

export function Note({ tone, children, action, live = false }: Props) {
  const Icon = icons[tone];
  return (
    <div className={classes.note} data-tone={tone} role={live ? 'alert' : undefined}>
      <Icon aria-hidden />
      <div className={classes.body}>
        <div>{children}</div>
        {action && <div className={classes.action}>{action}</div>}
      </div>
    </div>
  );
}
