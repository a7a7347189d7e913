/** Files looked at in a thread of their own, whose memory goes back to the machine when nobody has asked for a while. */
import { extname } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Inspection } from '../contract/intake.ts';
import type { Weigh } from '../intake/check.ts';
import type { Host } from './host.ts';
import { toKnownError, tooLarge } from './known-error.ts';
import { type FromLook, type Look, type LookStart, type Question, revived, type ToLook } from './look-message.ts';

export type Looks = {
  /** @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID */
  readonly inspect: (look: Extract<Look, { readonly kind: 'inspect' }>, signal?: AbortSignal) => Promise<Inspection>;
  /** The rejected rows of a file that is not imported, piece by piece. @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED */
  readonly rejectedCsv: (
    look: Extract<Look, { readonly kind: 'rejected-csv' }>,
    signal?: AbortSignal,
  ) => AsyncGenerator<string>;
  /** Gives the memory back now, unless somebody waits for an answer; the next look begins with nothing remembered. */
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** MiB: as for the jobs that read files. */
const maxOldGenerationSizeMb = 320;
const maxYoungGenerationSizeMb = 24;
const idleMilliseconds = 60_000;

type Thread = {
  readonly worker: Worker;
  /** Looks that wait for their answer, and how they hear. */
  readonly open: Map<Look, (message: FromLook) => void>;
  readonly fail: (error: Error) => void;
};

export function openLooks(workspace: Workspace, weigh: Weigh, log: Host['log']): Looks {
  let thread: Thread | undefined;
  let idle: NodeJS.Timeout | undefined;

  function started(): Thread {
    const start: LookStart = { folder: workspace.folder, key: workspace.key };
    const worker = new Worker(new URL(`./look-worker${extname(import.meta.url)}`, import.meta.url), {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb },
    });
    const open: Thread['open'] = new Map();
    const fail = (error: Error) => {
      if (thread?.worker === worker) thread = undefined;
      for (const [look, hear] of open) {
        const { code, data } = toKnownError(tooLarge(error, look) ?? error, log);
        hear({ type: 'failed', error: { code, data } });
      }
    };
    worker.on('error', fail);
    worker.on('exit', () => fail(new ChoraleError('CANCELLED', {})));
    return { worker, open, fail };
  }

  /** Each message of the thread, until its answer or error is among them. */
  async function* conversation(look: Look, signal: AbortSignal | undefined): AsyncGenerator<FromLook, void, void> {
    if (signal?.aborted === true) throw new ChoraleError('CANCELLED', {});
    clearTimeout(idle);
    thread ??= started();
    const { worker, open } = thread;
    const { port1: port, port2 } = new MessageChannel();
    const stop = () => port.postMessage({ type: 'stop' } satisfies ToLook);
    const heard: FromLook[] = [];
    let wake = () => {};
    const hear = (message: FromLook) => {
      heard.push(message);
      wake();
    };
    port.on('message', hear);
    open.set(look, hear);
    signal?.addEventListener('abort', stop, { once: true });
    worker.postMessage({ look, port: port2 } satisfies Question, [port2]);
    try {
      for (;;) {
        const message = heard.shift();
        if (message === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        if (message.type === 'failed') throw revived(message.error);
        if (message.type === 'log') log(message.entry);
        else if (message.type === 'weigh') port.postMessage(await weighed(message.structures));
        else yield message;
        if (message.type === 'answer') return;
        if (message.type === 'text') port.postMessage({ type: 'next' } satisfies ToLook);
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', stop);
      port.close();
      open.delete(look);
      if (open.size === 0 && thread?.worker === worker) idle = setTimeout(rest, idleMilliseconds).unref();
    }
  }

  async function weighed(structures: Parameters<Weigh>[0]): Promise<ToLook> {
    try {
      return { type: 'weights', weights: await weigh(structures) };
    } catch (error) {
      const { code, data } = toKnownError(error, log);
      return { type: 'not-weighed', error: { code, data } };
    }
  }

  async function rest(): Promise<void> {
    clearTimeout(idle);
    if (thread === undefined || thread.open.size > 0) return;
    const { worker } = thread;
    thread = undefined;
    await worker.terminate();
  }

  return {
    async inspect(look, signal) {
      for await (const message of conversation(look, signal)) {
        if (message.type === 'answer') return message.answer as Inspection;
      }
      throw new ChoraleError('CANCELLED', {});
    },
    async *rejectedCsv(look, signal) {
      for await (const message of conversation(look, signal)) if (message.type === 'text') yield message.text;
    },
    rest,
    async close() {
      clearTimeout(idle);
      const closing = thread;
      closing?.fail(new ChoraleError('CANCELLED', {}));
      await closing?.worker.terminate();
    },
  };
}
