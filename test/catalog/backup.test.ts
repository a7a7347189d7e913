import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAuditRows } from '../../src-main/catalog/audit.ts';
import { readBackup, writeBackup } from '../../src-main/catalog/backup.ts';
import { addJob, readJob } from '../../src-main/catalog/jobs.ts';
import { readSetting, writeSetting } from '../../src-main/catalog/settings.ts';
import {
  changePassphrase,
  createWorkspace,
  openWorkspace,
  type Workspace,
  workspaceId,
} from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { restoreWorkspace } from '../../src-main/engine/restore.ts';

const passphrase = 'correct horse battery';
const cheap = { operations: 1, memory: 8 * 1024 * 1024 };
const madeAt = '2026-11-23T12:00:00.000Z';
const large = Uint8Array.from({ length: (1 << 20) * 2 + 77 }, (_, at) => (at * 31) & 255);

let folder: string;
let workspace: Workspace;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-backup-'));
  workspace = createWorkspace(join(folder, 'workspace'), passphrase, cheap);
  writeSetting(workspace.catalog, 'note', 'CC(=O)Oc1ccccc1C(=O)O');
  workspace.vault.write('models/m', large);
  workspace.vault.write('escrow/empty', new Uint8Array());
  file = join(folder, 'backups', 'one.backup');
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const restore = (to: string, from = file, phrase = passphrase) =>
  restoreWorkspace(from, phrase, join(folder, to), unattended);

describe('a backup', () => {
  it('is one file for its owner alone, made beside whoever works, from which the same workspace opens', () => {
    const reports: string[] = [];
    const report = writeBackup(workspace, file, madeAt, {
      signal: unattended.signal,
      report: ({ step }) => {
        reports.push(step);
        writeSetting(workspace.catalog, 'later', step);
      },
    });
    expect(report).toMatchObject({ file, madeAt, files: 3, workspace: workspaceId(workspace.folder) });
    expect(report.bytes).toBe(statSync(file).size);
    expect(new Set(reports)).toEqual(new Set(['backup.catalog', 'backup.write', 'backup.verify']));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('CC(=O)Oc1ccccc1')).toBe(false);
    expect(readFileSync(file).includes('models/m')).toBe(false);
    expect(readdirSync(workspace.folder).filter((name) => name.includes('backup'))).toEqual([]);

    expect(restore('restored').madeAt).toBe(madeAt);
    const again = openWorkspace(join(folder, 'restored'), passphrase);
    expect(readSetting(again.catalog, 'note')).toBe('CC(=O)Oc1ccccc1C(=O)O');
    expect(again.vault.read('models/m')).toEqual(large);
    expect(again.vault.read('escrow/empty')).toEqual(new Uint8Array());
    expect(workspaceId(again.folder)).toBe(workspaceId(workspace.folder));
    again.close();
  });

  it('opens under the passphrase of when it was made', () => {
    writeBackup(workspace, file, madeAt, unattended);
    changePassphrase(workspace.folder, passphrase, 'a new horse, a new battery', cheap);
    expect(() => restore('restored', file, 'a new horse, a new battery')).toThrow(/WRONG_PASSPHRASE/);
    restore('restored');
  });

  it('that was changed, cut or is none is refused, and leaves no folder', () => {
    writeBackup(workspace, file, madeAt, unattended);
    const whole = readFileSync(file);
    const spoilt = join(folder, 'spoilt');
    for (const at of [0, 10, 18, 300, 700, 5000, (1 << 20) + 900, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 4;
      writeFileSync(spoilt, changed);
      expect(() => restore('restored', spoilt)).toThrow(/WORKSPACE_DAMAGED|FILE_UNREADABLE|WRONG_PASSPHRASE/);
    }
    for (const length of [0, 15, 200, whole.length - 20, whole.length - (1 << 20) - 16]) {
      writeFileSync(spoilt, whole.subarray(0, length));
      expect(() => restore('restored', spoilt)).toThrow(/WORKSPACE_DAMAGED|FILE_UNREADABLE/);
    }
    expect(() => restore('restored', join(folder, 'none'))).toThrow(/FILE_UNREADABLE/);
    expect(readdirSync(folder).sort()).toEqual(['backups', 'spoilt', 'workspace']);
  });

  it('takes the place of nothing: neither a file nor a workspace', () => {
    writeBackup(workspace, file, madeAt, unattended);
    expect(() => writeBackup(workspace, file, madeAt, unattended)).toThrow(/FILE_UNREADABLE.*exists/);
    expect(() => restore('workspace')).toThrow(/WORKSPACE_EXISTS/);
    mkdirSync(join(folder, 'full'));
    closeSync(openSync(join(folder, 'full', 'something'), 'w'));
    expect(() => restore('full')).toThrow(/WORKSPACE_EXISTS/);
    mkdirSync(join(folder, 'empty'));
    restore('empty');
    expect(existsSync(join(folder, 'empty', 'workspace.json'))).toBe(true);
  });

  it('that is stopped leaves neither file nor folder', () => {
    const stop = new AbortController();
    const control = { signal: stop.signal, report: ({ done }: { readonly done: number }) => done > 0 && stop.abort() };
    expect(() => writeBackup(workspace, file, madeAt, { ...control, report: (at) => void control.report(at) })).toThrow(
      /CANCELLED/,
    );
    expect(readdirSync(join(folder, 'backups'))).toEqual([]);
    writeBackup(workspace, file, madeAt, unattended);
    const stopped = AbortSignal.abort();
    const none = { prepare: () => ({}), settle: () => {} };
    expect(() => readBackup(file, passphrase, join(folder, 'r'), { signal: stopped, report: () => {} }, none)).toThrow(
      /CANCELLED/,
    );
    expect(readdirSync(folder).sort()).toEqual(['backups', 'workspace']);
  });

  it('takes up no job, and says in the log what it is', () => {
    const job = addJob(workspace.catalog, 'participate', { series: 'x' });
    writeBackup(workspace, file, madeAt, unattended);
    restore('restored');
    const again = openWorkspace(join(folder, 'restored'), passphrase);
    expect(readJob(again.catalog, job)?.state).toBe('cancelled');
    expect(JSON.stringify(readAuditRows(again.catalog, 0, 10))).toContain('workspace-restored');
    again.close();
  });
});
