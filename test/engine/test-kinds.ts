/** Job kinds of the tests only: work that can be watched, stopped, refused to stop, and that fails in every way. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { ChoraleError } from '../../src-main/contract/errors.ts';
import { type JobKinds, jobDefinition } from '../../src-main/engine/job-kinds.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Counts to `to`, yielding, from where it was when the process died. */
const counting = jobDefinition({
  lane: 'light',
  resumable: true,
  request: z.object({ to: z.number(), pause: z.number().default(1), note: z.string().optional() }),
  async run(_workspace, { to, pause: between, note }, control, host) {
    const from = (host.checkpoint as { readonly counted: number } | null)?.counted ?? 0;
    for (let counted = from; counted < to; counted++) {
      control.signal.throwIfAborted();
      control.report({ step: 'count', done: counted, total: to, detail: { from } });
      if (counted > from && counted % 10 === 0) await host.saveCheckpoint({ counted });
      await pause(between);
    }
    if (note !== undefined) writeFileSync(note, 'done');
    return { counted: to, from };
  },
});

/** Never yields, perhaps in the middle of a transaction: it can be stopped only where it reports. */
const busy = jobDefinition({
  lane: 'data',
  resumable: false,
  request: z.object({ reports: z.boolean(), writes: z.boolean().default(false) }),
  async run({ catalog }, { reports, writes }, control) {
    if (writes) catalog.db.exec(`begin immediate; insert into setting values ('half', '1')`);
    for (let done = 0; ; done++) {
      if (reports) control.report({ step: 'spin', done });
      if (reports && control.signal.aborted) throw new ChoraleError('CANCELLED', {});
      if (done === 0) control.report({ step: 'spin', done });
    }
  },
});

const failing = jobDefinition({
  lane: 'learning',
  resumable: false,
  request: z.object({ how: z.enum(['known', 'unknown', 'exit']) }),
  async run(_workspace, { how }) {
    if (how === 'known') throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no tasks' });
    if (how === 'exit') process.exit(3);
    throw new TypeError('a secret that must not reach the page');
  },
});

/** Takes more of the heap than it may have. */
const hungry = jobDefinition({
  lane: 'light',
  resumable: false,
  memory: 48,
  request: z.object({ path: z.string() }),
  async run() {
    const held: number[][] = [];
    for (let from = 0; ; from++) held.push(Array.from({ length: 10_000 }, (_, i) => from + i / 7));
  },
});

export const jobKinds: JobKinds = { sample: counting, import: busy, train: failing, preview: hungry };
