/** From a passphrase to the key of a workspace, by argon2id. */
import * as crypto from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

/** Passes, and bytes of memory. */
export type CostOfGuess = { readonly operations: number; readonly memory: number };

/** How costly a guess is: libsodium's `MODERATE`, 256 MiB and three passes. */
export const costOfGuess = {
  operations: sodium.crypto_pwhash_OPSLIMIT_MODERATE,
  memory: sodium.crypto_pwhash_MEMLIMIT_MODERATE,
} as const;

export const newSalt = (): Uint8Array => sodium.randombytes_buf(sodium.crypto_pwhash_SALTBYTES);

/**
 * @param memory bytes
 * @returns 32 bytes, the same from both libraries. Node's own gives the memory back afterwards; libsodium's WebAssembly
 *   keeps it as long as the process lives, so it is asked only where Node was built without argon2, as in Electron.
 */
export function keyFromPassphrase(
  passphrase: string,
  salt: Uint8Array,
  { operations, memory }: CostOfGuess,
): Uint8Array {
  if (typeof crypto.argon2Sync !== 'function') {
    const message = passphrase.normalize('NFKC');
    return sodium.crypto_pwhash(32, message, salt, operations, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
  }
  return new Uint8Array(crypto.argon2Sync('argon2id', parametersOf(passphrase, salt, { operations, memory })));
}

/** The same beside the thread that asks, which goes on meanwhile; in it where Node was built without argon2. */
export function keyFromPassphraseBeside(passphrase: string, salt: Uint8Array, cost: CostOfGuess): Promise<Uint8Array> {
  if (typeof crypto.argon2 !== 'function') return Promise.resolve(keyFromPassphrase(passphrase, salt, cost));
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
