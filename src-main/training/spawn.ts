/** Starts the training process under plain Node. Electron's shell gives its own way, by `utilityProcess`. */
import { fork } from 'node:child_process';
import { extname } from 'node:path';

/** Messages to and from one training process. Typed arrays travel as they are. */
export type Channel = {
  readonly post: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Called once, also when the process was killed. */
  readonly onExit: (listener: (reason: string) => void) => void;
  readonly kill: () => void;
};

export type SpawnTraining = () => Promise<Channel>;

/** Where the process begins: beside this file, in the source tree as in a build. */
export const trainingProcess = new URL(`./process${extname(import.meta.url)}`, import.meta.url);

export const spawnTraining: SpawnTraining = async () => {
  const child = fork(trainingProcess, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    post: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      child.once('error', (error) => listener(error.message));
      child.once('exit', (code, signal) => listener(signal ?? `code ${code}`));
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
