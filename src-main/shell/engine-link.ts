/** The main process's end of the engine: forks its process, hands it windows, training processes and the key store. */
import { fileURLToPath } from 'node:url';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { KeyKeeper, LogEntry } from '../engine/host.ts';
import type { FromEngine, ToEngine } from './messages.ts';

export type EngineLink = {
  /** Gives the engine one end of a window's channel; starts the engine again if it has died. */
  readonly attach: (port: MessagePortMain) => void;
  /** Has it noted that the page was kept from a host. */
  readonly noteDenied: (host: string) => void;
  /** Lets the engine interrupt its jobs and close the workspace, and ends its process. */
  readonly close: () => Promise<void>;
};

export type EngineLinkOptions = {
  readonly folder: string;
  readonly configurationFolder: string;
  readonly keyKeeper: KeyKeeper | undefined;
  readonly log: (entry: LogEntry) => void;
};

/** Longer than the engine waits for a job that does not stop. */
const patience = 10_000;

export function linkEngine({ folder, configurationFolder, keyKeeper, log }: EngineLinkOptions): EngineLink {
  let engine: UtilityProcess | undefined = fork();

  function fork(): UtilityProcess {
    const child = utilityProcess.fork(fileURLToPath(new URL('./engine-process.js', import.meta.url)), [], {
      serviceName: 'Chorale engine',
      execArgv: ['--max-semi-space-size=8'], // as chorale.js does
    });
    const tell = (message: ToEngine, ports: MessagePortMain[] = []) => child.postMessage(message, ports);
    const training = new Map<number, UtilityProcess>();
    child.on('message', (message: FromEngine) => {
      switch (message.type) {
        case 'training': {
          const { port1, port2 } = new MessageChannelMain();
          const process_ = forkTraining(port1);
          training.set(message.id, process_);
          process_.once('exit', () => training.delete(message.id));
          tell({ type: 'training', id: message.id }, [port2]);
          return;
        }
        case 'end-training':
          training.get(message.id)?.kill();
          return;
        case 'wrap':
        case 'unwrap':
          void keep(message, tell);
          return;
        case 'log':
          log(message.entry);
          return;
        case 'closed':
          return;
      }
    });
    child.once('exit', () => {
      for (const process_ of training.values()) process_.kill();
      if (engine === child) engine = undefined;
    });
    tell({ type: 'start', folder, configurationFolder, keepsKeys: keyKeeper !== undefined });
    return child;
  }

  async function keep(
    { type, id, bytes }: Extract<FromEngine, { readonly type: 'wrap' | 'unwrap' }>,
    tell: (message: ToEngine) => void,
  ): Promise<void> {
    try {
      if (keyKeeper === undefined) throw new Error('none');
      tell({ type: 'bytes', id, bytes: await keyKeeper[type](bytes) });
    } catch (error) {
      tell({ type: 'refused', id, reason: error instanceof Error ? error.message : 'unknown' });
    }
  }

  return {
    attach(port) {
      engine ??= fork();
      engine.postMessage({ type: 'window' } satisfies ToEngine, [port]);
    },
    noteDenied: (host) => engine?.postMessage({ type: 'denied', host } satisfies ToEngine),
    async close() {
      const child = engine;
      if (child === undefined) return;
      await new Promise<void>((resolve) => {
        const overdue = setTimeout(() => resolve(), patience);
        const done = () => {
          clearTimeout(overdue);
          resolve();
        };
        child.once('exit', done);
        child.on('message', ({ type }: FromEngine) => type === 'closed' && done());
        child.postMessage({ type: 'close' } satisfies ToEngine);
      });
      child.kill();
    },
  };
}

function forkTraining(port: MessagePortMain): UtilityProcess {
  const child = utilityProcess.fork(fileURLToPath(new URL('../training/process.js', import.meta.url)), [], {
    serviceName: 'Chorale training',
  });
  child.postMessage('channel', [port]);
  return child;
}
