/** AES-256-CTR from a zero counter as a source of pseudorandom bytes: each key serves one vector only. */
import { createCipheriv } from 'node:crypto';
import { blockBytes } from './kernels/kernels.ts';

/** Writes the next bytes of the keystream over the target, at most `blockBytes` of them. */
export type Keystream = (target: Uint8Array) => void;

/** @param key 32 bytes */
export function openKeystream(key: Uint8Array): Keystream {
  const cipher = createCipheriv('aes-256-ctr', key, zeroCounter);
  return (target) => {
    const made = cipher.update(zeros.subarray(0, target.length));
    target.set(made);
    // Given back at once, the same memory is used for the next block and stays in the processor's cache: twice as fast.
    made.buffer.transfer(0);
  };
}

const zeros = new Uint8Array(blockBytes);
const zeroCounter = new Uint8Array(16);
