import sodium from 'libsodium-wrappers-sumo';
import { describe, expect, it } from 'vitest';
import { keyFromPassphrase } from '../../src-main/catalog/passphrase-key.ts';

await sodium.ready;

describe('the key of a workspace', () => {
  it('is the same from Node and from libsodium, so that a workspace opens under either', () => {
    const salt = new Uint8Array(16).fill(7);
    const cost = { operations: 2, memory: 8 * 1024 * 1024 };
    const byLibsodium = sodium.crypto_pwhash(
      ...([32, 'p\u00e4ssword', salt, cost.operations, cost.memory, sodium.crypto_pwhash_ALG_ARGON2ID13] as const),
    );
    expect(keyFromPassphrase('p\u00e4ssword', salt, cost)).toEqual(byLibsodium);
    expect(keyFromPassphrase('pa\u0308ssword', salt, cost)).toEqual(byLibsodium);
    expect(keyFromPassphrase('password', salt, cost)).not.toEqual(byLibsodium);
  });
});
