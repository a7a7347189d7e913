/** The pilot's end of a partner process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChoraleError, type ErrorData } from '../../contract/errors.ts';
import type { Progress } from '../../contract/progress.ts';
import type { Answers, Asked, Asks, FromPartner } from './partner-message.ts';

export type PartnerHandle = {
  /** @throws the partner's own error, or INTERNAL when its process has ended */
  readonly ask: <Kind extends keyof Asks>(
    kind: Kind,
    ask: Asks[Kind],
    report?: (progress: Progress) => void,
  ) => Promise<Answers[Kind]>;
  readonly close: () => Promise<void>;
};

type Pending = {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly report: (progress: Progress) => void;
};

export function startPartnerProcess(): PartnerHandle {
  const entry = fileURLToPath(new URL(`./partner-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const pending = new Map<number, Pending>();
  let next = 1;
  let ended = false;

  child.on('message', (heard: FromPartner) => {
    const asked = pending.get(heard.id);
    if (asked === undefined) return;
    if ('progress' in heard) {
      try {
        asked.report(heard.progress);
      } catch (error) {
        pending.delete(heard.id);
        asked.reject(error as Error);
      }
      return;
    }
    pending.delete(heard.id);
    if ('answer' in heard) asked.resolve(heard.answer as never);
    else asked.reject(new ChoraleError(heard.error.code, heard.error.data as ErrorData<typeof heard.error.code>));
  });
  const exited = once(child, 'exit').then(([code, signal]) => {
    ended = true;
    for (const { reject } of pending.values()) reject(new Error(`a partner's process ended: ${signal ?? code}`));
    pending.clear();
  });

  return {
    ask: (kind, ask, report = () => {}) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error("a partner's process has ended"));
        const id = next++;
        pending.set(id, { resolve, reject, report });
        child.send({ id, kind, ask } satisfies Asked);
      }),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
