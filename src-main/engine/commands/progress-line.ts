/** One line on stderr that says where the work stands: redrawn at a terminal, now and then a new one in a log. */
import type { Progress } from '../../contract/progress.ts';

export type ProgressLine = {
  readonly report: (progress: Progress) => void;
  /** Says something that stays, above the progress. */
  readonly say: (line: string) => void;
  readonly clear: () => void;
};

const betweenLogLines = 5_000;

/** @param quiet no progress where nobody looks: under --json without a terminal */
export function createProgressLine(output: NodeJS.WriteStream, quiet: boolean): ProgressLine {
  const terminal = output.isTTY === true;
  let drawn = false;
  let last = { step: '', at: 0 };
  const clear = () => {
    if (drawn) output.write('\r\u001b[K');
    drawn = false;
  };
  return {
    clear,
    say(line) {
      clear();
      output.write(`chorale: ${line}\n`);
    },
    report(progress) {
      if (terminal) {
        output.write(`\r${describeProgress(progress).slice(0, (output.columns ?? 80) - 1)}\u001b[K`);
        drawn = true;
        return;
      }
      const at = Date.now();
      if (quiet || (progress.step === last.step && at - last.at < betweenLogLines)) return;
      last = { step: progress.step, at };
      output.write(`${describeProgress(progress)}\n`);
    },
  };
}

export function describeProgress({ step, done, total, detail = {} }: Progress): string {
  const count =
    total === undefined
      ? done.toLocaleString('en')
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')} (${total === 0 ? 100 : Math.floor((100 * done) / total)} %)`;
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
  return [step, count, ...facts].join('  ');
}
