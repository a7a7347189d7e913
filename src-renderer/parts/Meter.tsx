/** A thin bar: how much of a known whole is done; without a known whole it shows that something runs. */
import classes from './Meter.module.css';

type Props = {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly width?: number | string;
};

export function Meter({ label, done, total, width = '100%' }: Props) {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  return (
    <span
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total ?? undefined}
      aria-valuenow={share === null ? undefined : done}
      style={{ width }}
    >
      <span
        className={share === null ? classes.running : classes.bar}
        style={share === null ? undefined : { width: `${share * 100}%` }}
      />
    </span>
  );
}
