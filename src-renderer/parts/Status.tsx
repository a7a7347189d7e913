/** A status: icon, word, colour, always in that order and always all three. */
import {
  IconAlertTriangle,
  IconArrowUp,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconMinus,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Status.module.css';

/** `now` is the step under way, `moves` something in transit, `aside` left out on purpose, `todo` not yet. */
export type Tone = 'ok' | 'warn' | 'bad' | 'wait' | 'moves' | 'now' | 'aside' | 'todo';

type Props = {
  readonly tone: Tone;
  /** The word. Without it nothing tells the state but shape and colour: leave out only where the word stands beside it. */
  readonly children?: ReactNode;
  readonly icon?: TablerIcon;
  readonly strong?: boolean;
  readonly title?: string | undefined;
};

const icons: Readonly<Record<Tone, TablerIcon>> = {
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconBan,
  wait: IconClock,
  moves: IconArrowUp,
  now: IconCircleDashed,
  aside: IconMinus,
  todo: IconCircleDashed,
};

export function Status({ tone, children, icon, strong = false, title }: Props) {
  const Icon = icon ?? icons[tone];
  return (
    <span className={classes.status} data-tone={tone} data-strong={strong || undefined} title={title}>
      <Icon aria-hidden />
      {children !== undefined && <span className="cut">{children}</span>}
    </span>
  );
}
