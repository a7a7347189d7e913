import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { appendAudit } from '../../src-main/release/audit.ts';

const passphrase = 'correct horse battery';
const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-audit-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const audit = () =>
  new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
    const environment = { ...process.env, CHORALE_PASSPHRASE: passphrase };
    const args = [program, 'audit', '--json', '--workspace', folder, '--limit', '1'];
    const child = execFile(process.execPath, args, { env: environment }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, answer: JSON.parse(stdout) }),
    );
  });

it('names the first wrong entry and ends with the code for named failures', async () => {
  const workspace = createWorkspace(folder, passphrase);
  for (const subject of ['batch 1', 'batch 2', 'batch 3']) {
    appendAudit(workspace.catalog, { person: 'Mara Lindner', act: 'import-committed', subject });
  }
  workspace.catalog.db.exec(
    `drop trigger audit_entry_is_never_changed; update audit_entry set person = 'x' where seq = 2`,
  );
  workspace.close();
  expect(await audit()).toMatchObject({
    code: 2,
    answer: {
      verification: { state: 'broken', checked: 1, broken: { seq: 2, reason: 'hash-differs' } },
      matching: 3,
      entries: [{ subject: 'batch 3' }],
    },
  });
});
