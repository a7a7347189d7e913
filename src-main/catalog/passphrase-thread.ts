/** A thread for one key: libsodium's argon2id, whose memory goes with the thread. */
import { workerData } from 'node:worker_threads';

export type KeyAnswer = {
  /** 0 until there is an answer, 1 when it is the key, 2 when there is none; whoever waits is woken. */
  readonly state: Int32Array;
  /** 32 bytes, shared. */
  readonly key: Uint8Array;
};

export type KeyQuestion = {
  /** Normalised. */
  readonly passphrase: string;
  readonly salt: Uint8Array;
  readonly operations: number;
  /** Bytes. */
  readonly memory: number;
  readonly answer: KeyAnswer;
};

const { passphrase, salt, operations, memory, answer } = workerData as KeyQuestion;
let state = 2;
try {
  // Loaded here, so that whoever waits is told when that fails, too.
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  await sodium.ready;
  const key = sodium.crypto_pwhash(32, passphrase, salt, operations, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
  answer.key.set(key);
  sodium.memzero(key);
  state = 1;
} finally {
  Atomics.store(answer.state, 0, state);
  Atomics.notify(answer.state, 0);
}
