/** Real cryptography that asks each question once: in a simulation every message is checked by every partner. */
import sodium from 'libsodium-wrappers-sumo';
import { sha256, toHex } from '../../src-main/federation/canonical.ts';

const remembered = new Map<string, boolean>();
const mostRemembered = 20_000;

/** From here on, in this process. */
export function rememberChecks(): void {
  const verify = sodium.crypto_sign_verify_detached;
  Object.assign(sodium, {
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
      const question = toHex(sha256(signature, publicKey, message));
      const known = remembered.get(question) ?? verify(signature, message, publicKey);
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(question, known);
      return known;
    },
  });
}
