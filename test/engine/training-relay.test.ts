import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { relayedTraining, serveTraining } from '../../src-main/engine/training-relay.ts';
import type { Channel } from '../../src-main/training/spawn.ts';

/** A training process that answers everything with itself, and ends when it is killed. */
function echo() {
  const channels: { killed: boolean }[] = [];
  const spawn = async (): Promise<Channel> => {
    let hear = (_message: unknown): void => {};
    let exit = (_reason: string): void => {};
    const state = { killed: false };
    channels.push(state);
    return {
      post: (message) => hear({ echo: message }),
      onMessage: (listener) => {
        hear = listener;
      },
      onExit: (listener) => {
        exit = listener;
      },
      kill: () => {
        if (state.killed) return;
        state.killed = true;
        exit('killed');
      },
    };
  };
  return { spawn, channels };
}

const next = (listen: (listener: (value: unknown) => void) => void) =>
  new Promise<unknown>((resolve) => listen(resolve));

describe('a training process of the host, reached from a job', () => {
  it('hears and answers, also what was said before it had started', async () => {
    const { port1, port2 } = new MessageChannel();
    const { spawn } = echo();
    const channel = relayedTraining(port1);
    const heard = next(channel.onMessage);
    channel.post({ bits: new Uint16Array([1, 2]) });
    await serveTraining(port2, spawn);
    expect(await heard).toEqual({ echo: { bits: new Uint16Array([1, 2]) } });
    channel.kill();
  });

  it('tells when it ends', async () => {
    const { port1, port2 } = new MessageChannel();
    const { spawn } = echo();
    const channel = relayedTraining(port1);
    await serveTraining(port2, spawn);
    const ended = next(channel.onExit);
    channel.kill();
    expect(await ended).toBe('killed');
  });

  it('ends with the job that asked for it', async () => {
    const { port1, port2 } = new MessageChannel();
    const { spawn, channels } = echo();
    await serveTraining(port2, spawn);
    port1.close();
    await once(port2, 'close');
    expect(channels).toEqual([{ killed: true }]);
  });

  it('is reported as ended when it does not start', async () => {
    const { port1, port2 } = new MessageChannel();
    const ended = next(relayedTraining(port1).onExit);
    await serveTraining(port2, () => Promise.reject(new Error('no binary')));
    expect(await ended).toBe('no binary');
  });
});
