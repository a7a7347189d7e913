/** From a passphrase to the key of a workspace, by argon2id. */
import * as crypto from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { KeyAnswer, KeyQuestion } from './passphrase-thread.ts';

/** Passes, and bytes of memory. */
export type CostOfGuess = { readonly operations: number; readonly memory: number };

/** How costly a guess is: libsodium's `MODERATE`, 256 MiB and three passes. */
export const costOfGuess: CostOfGuess = { operations: 3, memory: 256 * 1024 * 1024 };

const saltBytes = 16;

export const newSalt = (): Uint8Array => new Uint8Array(crypto.randomBytes(saltBytes));

/**
 * @param memory bytes; given back before it returns
 * @returns 32 bytes, the same from Node's own argon2 and, where Node was built without it as in Electron, from libsodium
 */
export function keyFromPassphrase(passphrase: string, salt: Uint8Array, cost: CostOfGuess): Uint8Array {
  if (typeof crypto.argon2Sync !== 'function') return keyByThread(passphrase, salt, cost);
  return new Uint8Array(crypto.argon2Sync('argon2id', parametersOf(passphrase, salt, cost)));
}

/** The same beside the thread that asks, which goes on meanwhile. */
export function keyFromPassphraseBeside(passphrase: string, salt: Uint8Array, cost: CostOfGuess): Promise<Uint8Array> {
  if (typeof crypto.argon2 !== 'function') return keyBesideByThread(passphrase, salt, cost);
  return new Promise((resolve, reject) =>
    crypto.argon2('argon2id', parametersOf(passphrase, salt, cost), (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    ),
  );
}

const parametersOf = (passphrase: string, nonce: Uint8Array, { operations, memory }: CostOfGuess) => ({
  message: passphrase.normalize('NFKC'),
  nonce,
  parallelism: 1,
  tagLength: 32,
  memory: memory / 1024,
  passes: operations,
});

/**
 * By libsodium, whose WebAssembly keeps what it once had as long as its thread lives: so its thread lives no longer than the
 * one question. The thread that asks stands still meanwhile.
 */
export function keyByThread(passphrase: string, salt: Uint8Array, cost: CostOfGuess): Uint8Array {
  const { thread, answer } = askThread(passphrase, salt, cost);
  Atomics.wait(answer.state, 0, 0);
  void thread.terminate();
  return read(answer);
}

export async function keyBesideByThread(passphrase: string, salt: Uint8Array, cost: CostOfGuess): Promise<Uint8Array> {
  const { thread, answer } = askThread(passphrase, salt, cost);
  await new Promise((ended) => thread.once('exit', ended));
  return read(answer);
}

function askThread(passphrase: string, salt: Uint8Array, cost: CostOfGuess) {
  const answer: KeyAnswer = {
    state: new Int32Array(new SharedArrayBuffer(4)),
    key: new Uint8Array(new SharedArrayBuffer(32)),
  };
  const question: KeyQuestion = { passphrase: passphrase.normalize('NFKC'), salt, ...cost, answer };
  const thread = new Worker(new URL(`./passphrase-thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: question,
  });
  thread.on('error', () => {});
  return { thread, answer };
}

function read({ state, key }: KeyAnswer): Uint8Array {
  const own = new Uint8Array(key);
  key.fill(0);
  if (state[0] !== 1) throw new Error('the key was not derived');
  return own;
}
