import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVault, type Vault } from '../../src-main/catalog/vault.ts';

let folder: string;
let vault: Vault;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-vault-'));
  vault = openVault(folder, randomBytes(32));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mebibyte = 1 << 20;
const length = fc.oneof(
  fc.integer({ min: 0, max: 3 * mebibyte }),
  fc.constantFrom(0, 1, mebibyte, mebibyte + 1, 2 * mebibyte),
);

describe('a file of the vault that is written and read in parts', () => {
  it('holds what was written, wherever it is cut', () => {
    fc.assert(
      fc.property(
        length,
        fc.integer({ min: 50_000, max: 2 * mebibyte }),
        fc.nat(),
        fc.nat(),
        (bytes, part, one, two) => {
          const whole = new Uint8Array(randomBytes(bytes));
          const writer = vault.create('part/by-part');
          for (let from = 0; from < bytes; from += part) writer.write(whole.subarray(from, from + part));
          writer.close();
          expect(Buffer.compare(vault.read('part/by-part'), whole)).toBe(0);
          const reader = vault.open('part/by-part');
          const [from, to] = [one % (bytes + 1), two % (bytes + mebibyte)];
          expect(Buffer.compare(reader.read(from, to), whole.subarray(from, Math.max(from, to)))).toBe(0);
          expect(reader.bytes).toBe(bytes);
          reader.close();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('takes the place of the older one only once it is closed, and leaves nothing when it is given up', () => {
    vault.write('one', Uint8Array.of(1));
    const given = vault.create('one');
    given.write(new Uint8Array(mebibyte + 1));
    given.discard();
    expect(vault.read('one')).toEqual(Uint8Array.of(1));
    expect(readdirSync(folder)).toEqual(['one']);
    const kept = vault.create('two');
    kept.write(Uint8Array.of(2));
    expect(existsSync(join(folder, 'two'))).toBe(false);
    kept.close();
    kept.discard();
    expect(vault.read('two')).toEqual(Uint8Array.of(2));
  });

  it('shows that it was cut between two chunks where it is read to its end', () => {
    vault.write('long', new Uint8Array(3 * mebibyte));
    truncateSync(join(folder, 'long'), 32 + 2 * (mebibyte + 16));
    const reader = vault.open('long');
    expect(reader.read(0, 10)).toEqual(new Uint8Array(10));
    expect(() => reader.read(mebibyte, reader.bytes)).toThrow(/WORKSPACE_DAMAGED/);
    reader.close();
  });
});
