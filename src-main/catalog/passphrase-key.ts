/** From a passphrase to the key of a workspace, by argon2id. */
import * as crypto from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

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
  { operations, memory }: { readonly operations: number; readonly memory: number },
): Uint8Array {
  const message = passphrase.normalize('NFKC');
  if (typeof crypto.argon2Sync !== 'function') {
    return sodium.crypto_pwhash(32, message, salt, operations, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
  }
  const parameters = { message, nonce: salt, parallelism: 1, tagLength: 32, memory: memory / 1024, passes: operations };
  return new Uint8Array(crypto.argon2Sync('argon2id', parameters));
}
