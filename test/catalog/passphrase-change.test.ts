import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFromPassphrase } from '../../src-main/catalog/passphrase-key.ts';
import { readSetting, writeSetting } from '../../src-main/catalog/settings.ts';
import { sha256 } from '../../src-main/catalog/vault.ts';
import {
  changePassphrase,
  createWorkspace,
  openWorkspace,
  openWorkspaceWithKey,
  workspaceId,
} from '../../src-main/catalog/workspace.ts';
import { subkey } from '../../src-main/catalog/workspace-key.ts';

const [old, next] = ['correct horse battery', 'another horse, another battery'];
/** So that a test need not wait for what an attacker should have to wait for. */
const cheap = { operations: 1, memory: 8 * 1024 * 1024 };
let folder: string;
let place: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-passphrase-'));
  place = join(folder, 'workspace');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(): void {
  const made = createWorkspace(place, old, cheap);
  writeSetting(made.catalog, 'language', 'ja');
  made.vault.write('models/m', Uint8Array.of(1, 2, 3));
  made.close();
}

/** @returns what the workspace holds under this passphrase, or the code of the refusal */
function under(passphrase: string, at = place): unknown {
  try {
    const { catalog, vault, close } = openWorkspace(at, passphrase);
    const held = [readSetting(catalog, 'language'), ...vault.read('models/m')];
    close();
    return held;
  } catch (error) {
    return (error as { readonly code?: string }).code;
  }
}

const held = ['ja', 1, 2, 3];

describe('another passphrase', () => {
  it('opens the same workspace under the same name, and the old one no more', () => {
    make();
    const before = workspaceId(place);
    const catalog = readFileSync(join(place, 'catalog.sqlite'));
    changePassphrase(place, old, next, cheap);
    expect(readFileSync(join(place, 'catalog.sqlite'))).toEqual(catalog);
    expect([under(old), under(next)]).toEqual(['WRONG_PASSPHRASE', held]);
    expect(workspaceId(place)).toBe(before);
    expect(statSync(join(place, 'workspace.json')).mode & 0o777).toBe(0o600);
  });

  it('is given while the workspace is open, whose workers go on with the key they have', () => {
    make();
    const open = openWorkspace(place, old);
    changePassphrase(place, old, next, cheap);
    writeSetting(open.catalog, 'language', 'en');
    const worker = openWorkspaceWithKey(place, open.key);
    expect(readSetting(worker.catalog, 'language')).toBe('en');
    worker.close();
    open.close();
    expect(under(next)).toEqual(['en', 1, 2, 3]);
  });

  it('is refused when it is short or the old one wrong, and nothing changes', () => {
    make();
    const before = readFileSync(join(place, 'workspace.json'), 'utf8');
    expect(() => changePassphrase(place, old, 'short', cheap)).toThrow(/PASSPHRASE_TOO_SHORT/);
    expect(() => changePassphrase(place, next, next, cheap)).toThrow(/WRONG_PASSPHRASE/);
    expect(readFileSync(join(place, 'workspace.json'), 'utf8')).toBe(before);
  });

  it('is not the key: two workspaces under one passphrase have two keys', () => {
    make();
    const other = createWorkspace(join(folder, 'other'), old, cheap);
    const first = openWorkspace(place, old);
    expect(Buffer.from(first.key).equals(other.key)).toBe(false);
    first.close();
    other.close();
  });
});

describe('a workspace of the first format', () => {
  const salt = new Uint8Array(16).fill(9);
  const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

  /** As `createWorkspace` wrote it until the key was sealed. */
  function makeOld(): void {
    make();
    rmSync(join(place, 'catalog.sqlite'));
    const key = keyFromPassphrase(old, salt, cheap);
    const workspace = openWorkspaceWithKey(place, key);
    writeSetting(workspace.catalog, 'language', 'ja');
    workspace.vault.write('models/m', Uint8Array.of(1, 2, 3));
    workspace.close();
    const check = Buffer.from(subkey(key, 'check')).toString('hex');
    const content = { format: 1, salt: base64url(salt), ...cheap, check };
    writeFileSync(join(place, 'workspace.json'), JSON.stringify(content));
  }

  it('opens, is written in the new one, keeps its name and takes another passphrase', () => {
    makeOld();
    const before = workspaceId(place);
    expect(before).toBe(sha256(base64url(salt)).slice(0, 32));
    expect(under(next)).toBe('WRONG_PASSPHRASE');
    expect(under(old)).toEqual(held);
    expect(JSON.parse(readFileSync(join(place, 'workspace.json'), 'utf8'))).toMatchObject({ format: 2, id: before });
    changePassphrase(place, old, next, cheap);
    expect([under(old), under(next), workspaceId(place)]).toEqual(['WRONG_PASSPHRASE', held, before]);
  });
});

describe('the file of the key', () => {
  it('that was changed in any byte opens nothing, and one of a later version says so', () => {
    make();
    const file = join(place, 'workspace.json');
    const content = JSON.parse(readFileSync(file, 'utf8'));
    const sealed = Buffer.from(content.sealedKey, 'base64');
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      writeFileSync(file, JSON.stringify({ ...content, sealedKey: changed.toString('base64') }));
      expect(under(old)).toBe('WORKSPACE_DAMAGED');
    }
    writeFileSync(file, JSON.stringify({ ...content, id: 'f'.repeat(32) }));
    expect(under(old)).toBe('WORKSPACE_DAMAGED');
    writeFileSync(file, JSON.stringify({ ...content, format: 3 }));
    expect(under(old)).toBe('WORKSPACE_TOO_NEW');
    writeFileSync(file, '{');
    expect(under(old)).toBe('WORKSPACE_DAMAGED');
  });
});

describe('a kill while the passphrase is changed', () => {
  it('at any step leaves a workspace that opens under one of both and holds what it held', {
    timeout: 120_000,
  }, async () => {
    make();
    const opens: unknown[][] = [];
    for (let step = 1; ; step += 1) {
      const copy = join(folder, `copy-${step}`);
      cpSync(place, copy, { recursive: true });
      const script = fileURLToPath(new URL('./killed-passphrase.ts', import.meta.url));
      const { signal } = await promisify(execFile)(process.execPath, [script, copy, old, next, String(step)]).then(
        () => ({ signal: null }),
        (error: { readonly signal: string | null }) => error,
      );
      opens.push([under(old, copy), under(next, copy)]);
      if (signal === null) break;
      // What a kill leaves behind besides is no file that anybody reads.
      expect(readdirSync(copy).filter((name) => name === 'workspace.json')).toHaveLength(1);
    }
    expect(opens.length).toBeGreaterThan(5);
    expect(opens[0]).toEqual([held, 'WRONG_PASSPHRASE']);
    expect(opens.at(-1)).toEqual(['WRONG_PASSPHRASE', held]);
    for (const each of opens) expect(each).toContainEqual(held);
    for (const each of opens) expect(each).toContainEqual('WRONG_PASSPHRASE');
  });
});
