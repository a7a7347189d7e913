import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSetting, writeSetting } from '../../src-main/catalog/settings.ts';
import { createWorkspace, openWorkspace } from '../../src-main/catalog/workspace.ts';

const passphrase = 'correct horse battery';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-workspace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a workspace', () => {
  it('opens again, also as a copy, under its passphrase and under no other', () => {
    const made = createWorkspace(join(folder, 'a'), passphrase);
    writeSetting(made.catalog, 'language', 'ja');
    made.close();
    cpSync(join(folder, 'a'), join(folder, 'b'), { recursive: true });

    const copy = openWorkspace(join(folder, 'b'), passphrase);
    expect(readSetting(copy.catalog, 'language')).toBe('ja');
    copy.close();
    expect(() => openWorkspace(join(folder, 'b'), 'correct horse staple')).toThrow(/WRONG_PASSPHRASE/);
  });

  it('holds nothing that can be read without the passphrase', () => {
    const made = createWorkspace(join(folder, 'a'), passphrase);
    writeSetting(made.catalog, 'note', 'CC(=O)Oc1ccccc1C(=O)O');
    made.vault.write('notes/one', new TextEncoder().encode('CC(=O)Oc1ccccc1C(=O)O'));
    made.catalog.db.pragma('wal_checkpoint(TRUNCATE)');
    made.close();
    for (const file of ['catalog.sqlite', 'vault/notes/one']) {
      expect(readFileSync(join(folder, 'a', file)).includes('CC(=O)Oc1ccccc1C(=O)O')).toBe(false);
    }
  });

  it('refuses a short passphrase, a folder in use and a folder that is none', () => {
    expect(() => createWorkspace(join(folder, 'a'), 'short')).toThrow(/PASSPHRASE_TOO_SHORT/);
    createWorkspace(join(folder, 'a'), passphrase).close();
    expect(() => createWorkspace(join(folder, 'a'), passphrase)).toThrow(/WORKSPACE_EXISTS/);
    expect(() => openWorkspace(join(folder, 'none'), passphrase)).toThrow(/WORKSPACE_MISSING/);
  });
});

describe('the vault', () => {
  it('gives back what was written and notices every changed, cut or exchanged file', () => {
    const { vault, close } = createWorkspace(join(folder, 'a'), passphrase);
    const bytes = Uint8Array.from({ length: (1 << 20) + 77 }, (_, i) => (i * 31) & 255);
    vault.write('models/m', bytes);
    vault.write('empty', new Uint8Array());
    expect(vault.read('models/m')).toEqual(bytes);
    expect(vault.read('empty')).toEqual(new Uint8Array());

    const path = join(folder, 'a', 'vault', 'models', 'm');
    const sealed = readFileSync(path);
    for (const at of [3, 100, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      writeFileSync(path, changed);
      expect(() => vault.read('models/m')).toThrow(/WORKSPACE_DAMAGED/);
    }
    writeFileSync(path, sealed.subarray(0, 32 + (1 << 20) + 16));
    expect(() => vault.read('models/m')).toThrow(/WORKSPACE_DAMAGED/);
    writeFileSync(join(folder, 'a', 'vault', 'empty'), sealed);
    expect(() => vault.read('empty')).toThrow(/WORKSPACE_DAMAGED/);
    expect(() => vault.read('../workspace.json')).toThrow(/NOT_FOUND/);
    close();
  });
});
