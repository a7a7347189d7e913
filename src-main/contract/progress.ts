/** How long work tells where it stands, and how it is told to stop. */
import { ChoraleError } from './errors.ts';

export type Progress = {
  /** What is being done now: a key of the page's words, such as `import.rows`. */
  readonly step: string;
  readonly done: number;
  /** Unknown until the end of the work can be seen. */
  readonly total?: number;
  /** Small facts of this step, safe to show: an epoch's metric, the file's name. */
  readonly detail?: Readonly<Record<string, string | number>>;
};

export type Control = {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
};

/** For work that nobody watches or stops, such as a test. */
export const unattended: Control = {
  signal: new AbortController().signal,
  report: () => {},
};

/** @throws CANCELLED once the work has been told to stop */
export function stopIfAsked({ signal }: Control): void {
  if (signal.aborted) throw new ChoraleError('CANCELLED', {});
}

/** Reason of a signal when the work is put off and not cancelled: what is half done may stay, and goes on later. */
export const putOff = 'put-off';

export const isPutOff = (signal: AbortSignal): boolean => signal.aborted && signal.reason === putOff;
