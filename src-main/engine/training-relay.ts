/** A training process of the engine's host, reached from a job's thread: the engine's thread passes the messages on. */
import type { MessagePort } from 'node:worker_threads';
import type { Channel, SpawnTraining } from '../training/spawn.ts';

type ToHost = { readonly post: unknown } | { readonly kill: true };
type FromHost = { readonly message: unknown } | { readonly exit: string };

/** The job's end. */
export function relayedTraining(port: MessagePort): Channel {
  const tell = (message: ToHost) => port.postMessage(message);
  const messageListeners: ((message: unknown) => void)[] = [];
  const exitListeners: ((reason: string) => void)[] = [];
  port.on('message', (received: FromHost) => {
    if ('exit' in received) {
      for (const listener of exitListeners) listener(received.exit);
      port.close();
    } else {
      for (const listener of messageListeners) listener(received.message);
    }
  });
  return {
    post: (message) => tell({ post: message }),
    onMessage: (listener) => void messageListeners.push(listener),
    onExit: (listener) => void exitListeners.push(listener),
    kill: () => tell({ kill: true }),
  };
}

/** The engine's end; when the job's thread ends, so does its training process. */
export async function serveTraining(port: MessagePort, spawn: SpawnTraining): Promise<void> {
  const tell = (message: FromHost) => port.postMessage(message);
  const waiting: ToHost[] = [];
  let act = (message: ToHost): void => void waiting.push(message);
  port.on('message', (message: ToHost) => act(message));
  try {
    const channel = await spawn();
    channel.onMessage((message) => tell({ message }));
    channel.onExit((reason) => {
      tell({ exit: reason });
      port.close();
    });
    act = (message) => ('kill' in message ? channel.kill() : channel.post(message.post));
    port.on('close', () => channel.kill());
    for (const message of waiting) act(message);
  } catch (error) {
    tell({ exit: error instanceof Error ? error.message : 'the training process did not start' });
  }
}
