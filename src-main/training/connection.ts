/** The line to one training process: requests with their answers, progress and cancelling, until the process ends. */
import { ChoraleError, type ErrorCode, type ErrorData } from '../contract/errors.ts';
import { type Control, stopIfAsked, unattended } from '../contract/progress.ts';
import type { RunPoint } from '../contract/training.ts';
import type { Answer, Ask, FromProcess, Kind } from './messages.ts';
import type { SpawnTraining } from './spawn.ts';

export type Connection = Awaited<ReturnType<typeof connect>>;

type Pending = {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly control: Control;
  readonly onPoint: ((point: RunPoint) => void) | undefined;
};

/** @throws TRAINING_FAILED when the process does not start */
export async function connect(spawn: SpawnTraining) {
  const channel = await spawn();
  const pending = new Map<number, Pending>();
  let ended: ChoraleError | undefined;
  let next = 1;
  const exited = new Promise<void>((resolve) => {
    channel.onExit((reason) => {
      ended = new ChoraleError('TRAINING_FAILED', { reason: `process-ended: ${reason}` });
      for (const { reject } of pending.values()) reject(ended);
      pending.clear();
      resolve();
    });
  });
  const ready = new Promise<void>((resolve) => {
    channel.onMessage((message) => {
      const heard = message as FromProcess;
      if ('ready' in heard) resolve();
      else answer(heard);
    });
  });
  await Promise.race([ready, exited]);
  if (ended !== undefined) throw ended;

  function answer(heard: Exclude<FromProcess, { readonly ready: true }>): void {
    const asked = pending.get(heard.id);
    if (asked === undefined) return;
    if ('progress' in heard || 'point' in heard) {
      try {
        if ('progress' in heard) asked.control.report(heard.progress);
        else asked.onPoint?.(heard.point);
      } catch (error) {
        // Whoever listens has failed, such as a full disk under the catalog: the work has lost its purpose.
        pending.delete(heard.id);
        channel.post({ id: heard.id, cancel: true });
        asked.reject(error as Error);
      }
      return;
    }
    pending.delete(heard.id);
    if ('answer' in heard) asked.resolve(heard.answer as never);
    else asked.reject(new ChoraleError(heard.error.code, heard.error.data as ErrorData<ErrorCode>));
  }

  async function ask<K extends Kind>(
    kind: K,
    request: Ask<K>,
    control: Control = unattended,
    onPoint?: (point: RunPoint) => void,
  ): Promise<Answer<K>> {
    stopIfAsked(control);
    if (ended !== undefined) throw ended;
    const id = next++;
    const cancel = () => channel.post({ id, cancel: true });
    control.signal.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<Answer<K>>((resolve, reject) => {
        pending.set(id, { resolve, reject, control, onPoint });
        channel.post({ id, kind, ask: request });
      });
    } finally {
      control.signal.removeEventListener('abort', cancel);
    }
  }

  return {
    ask,
    async close() {
      if (ended === undefined) channel.kill();
      await exited;
    },
  };
}
