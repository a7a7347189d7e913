/** The engine under Electron: the entry of its utility process, which knows the main process only by its port. */
import { isMainThread } from 'node:worker_threads';
import type { MessageEvent, MessagePortMain } from 'electron';
import { ChoraleError } from '../contract/errors.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Host, KeyKeeper } from '../engine/host.ts';
import { notePageDenied } from '../engine/page-denied.ts';
import { attachPort } from '../engine/port.ts';
import type { Channel } from '../training/spawn.ts';
import type { FromEngine, ToEngine } from './messages.ts';

type Answer = { readonly bytes: Uint8Array } | { readonly port: MessagePortMain };
type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };

// SECURITY: whatever this process writes, nobody else on the machine reads.
if (isMainThread) process.umask(0o077);

const main = process.parentPort;
const tell = (message: FromEngine) => main.postMessage(message);
const waiting = new Map<number, Waiting>();
let asked = 0;
let engine: Promise<Engine> | undefined;

main.on('message', ({ data, ports: [port] }: MessageEvent) => {
  const message = data as ToEngine;
  switch (message.type) {
    case 'start':
      engine = start(message);
      return;
    case 'window':
      if (port !== undefined) void attachWindow(port);
      return;
    case 'training':
      if (port !== undefined) settle(message.id)?.resolve({ port });
      return;
    case 'bytes':
      settle(message.id)?.resolve({ bytes: message.bytes });
      return;
    case 'refused':
      settle(message.id)?.reject(new ChoraleError('KEY_STORE_UNSAFE', { store: message.reason }));
      return;
    case 'denied':
      void noteDenied(message.host);
      return;
    case 'close':
      void close();
      return;
  }
});

function start({ folder, configurationFolder, keepsKeys }: Extract<ToEngine, { readonly type: 'start' }>) {
  const host: Host = {
    kind: 'electron',
    configurationFolder,
    ...(keepsKeys ? { keyKeeper } : {}),
    spawnTraining,
    log: (entry) => tell({ type: 'log', entry }),
  };
  return createEngine({ folder, host, checksProviders: true });
}

async function attachWindow(port: MessagePortMain): Promise<void> {
  if (engine === undefined) return;
  const { context } = await engine;
  attachPort(port as Parameters<typeof attachPort>[0], context);
  port.start();
}

async function noteDenied(host: string): Promise<void> {
  const context = (await engine)?.context;
  if (context !== undefined) notePageDenied(context, host);
}

async function close(): Promise<void> {
  await (await engine)?.close();
  tell({ type: 'closed' });
}

const keyKeeper: KeyKeeper = {
  wrap: async (bytes) => bytesOf(await ask((id) => tell({ type: 'wrap', id, bytes }))),
  unwrap: async (bytes) => bytesOf(await ask((id) => tell({ type: 'unwrap', id, bytes }))),
};

async function spawnTraining(): Promise<Channel> {
  let training = 0;
  const answer = await ask((id) => {
    training = id;
    tell({ type: 'training', id });
  });
  if (!('port' in answer)) throw new ChoraleError('TRAINING_FAILED', { reason: 'no training process' });
  const { port } = answer;
  port.start();
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    onExit: (listener) => void port.once('close', () => listener('ended')),
    kill: () => tell({ type: 'end-training', id: training }),
  };
}

function ask(send: (id: number) => void): Promise<Answer> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    send(id);
  });
}

function settle(id: number): Waiting | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}

function bytesOf(answer: Answer): Uint8Array {
  if (!('bytes' in answer)) throw new ChoraleError('KEY_STORE_UNSAFE', { store: 'no answer' });
  return answer.bytes;
}
