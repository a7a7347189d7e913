import sodium from 'libsodium-wrappers-sumo';
import { describe, expect, it } from 'vitest';
import {
  costOfGuess,
  keyBesideByThread,
  keyByThread,
  keyFromPassphrase,
  keyFromPassphraseBeside,
  newSalt,
} from '../../src-main/catalog/passphrase-key.ts';

await sodium.ready;

const salt = new Uint8Array(16).fill(7);
const cost = { operations: 2, memory: 8 * 1024 * 1024 };
const byLibsodium = sodium.crypto_pwhash(
  ...([32, 'p\u00e4ssword', salt, cost.operations, cost.memory, sodium.crypto_pwhash_ALG_ARGON2ID13] as const),
);

describe('the key of a workspace', () => {
  it('is the same from Node and from libsodium, so that a workspace opens under either', async () => {
    expect(keyFromPassphrase('p\u00e4ssword', salt, cost)).toEqual(byLibsodium);
    expect(keyFromPassphrase('pa\u0308ssword', salt, cost)).toEqual(byLibsodium);
    expect(keyFromPassphrase('password', salt, cost)).not.toEqual(byLibsodium);
    expect(await keyFromPassphraseBeside('pa\u0308ssword', salt, cost)).toEqual(byLibsodium);
    expect(keyByThread('pa\u0308ssword', salt, cost)).toEqual(byLibsodium);
    expect(await keyBesideByThread('pa\u0308ssword', salt, cost)).toEqual(byLibsodium);
  });

  it("costs a guess libsodium's MODERATE, with a salt as it takes them", () => {
    expect(costOfGuess).toEqual({
      operations: sodium.crypto_pwhash_OPSLIMIT_MODERATE,
      memory: sodium.crypto_pwhash_MEMLIMIT_MODERATE,
    });
    expect(newSalt()).toHaveLength(sodium.crypto_pwhash_SALTBYTES);
    expect(newSalt()).not.toEqual(newSalt());
  });

  it('gives the memory back that it took, by either library', async () => {
    const much = { operations: 1, memory: 128 * 1024 * 1024 };
    const before = process.memoryUsage.rss();
    const key = keyByThread('password', salt, much);
    expect(await keyBesideByThread('password', salt, much)).toEqual(key);
    expect(keyFromPassphrase('password', salt, much)).toEqual(key);
    await new Promise((settled) => setTimeout(settled, 100));
    expect(process.memoryUsage.rss() - before).toBeLessThan(much.memory / 2);
  });

  it('fails where it cannot be derived, instead of waiting for ever', async () => {
    const tooLittle = { operations: 1, memory: 1024 };
    expect(() => keyByThread('password', salt, tooLittle)).toThrow(/not derived/);
    await expect(keyBesideByThread('password', salt, tooLittle)).rejects.toThrow(/not derived/);
  });
});
