import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { openVault } from '../../src-main/catalog/vault.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import type { BundleVerdict, ExportedBundle } from '../../src-main/contract/bundle.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { bundleBytes, escrowKeyOf, exportBundle } from '../../src-main/engine/bundle-job.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { fingerprintOf, sign } from '../../src-main/federation/identity.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { inventPerson } from '../../src-main/release/accounts.ts';
import { appendAudit } from '../../src-main/release/audit.ts';
import { writeBundle } from '../../src-main/release/bundle.ts';
import { type ReadBundle, readBundleFile, writeBundleFile } from '../../src-main/release/bundle-file.ts';
import { type VerifyOptions, verifyBundle } from '../../src-main/release/verify.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { officer, openConsortium, prepareCompanies, type SmallConsortium, steward } from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

let folder: string;
let consortium: SmallConsortium;
let remove: () => void;
let made: ExportedBundle;
let bytes: Uint8Array;
let escrowKey: Uint8Array;

const fileOf = (content: Uint8Array) => ({
  bytes: content.length,
  read: (from: number, to: number) => content.subarray(from, to),
});
const verify = (content: Uint8Array, options: VerifyOptions = {}): Promise<BundleVerdict> =>
  verifyBundle(fileOf(content), options, unattended);

async function exportOf(workspace: Workspace, escrowOf: readonly string[] = []): Promise<ExportedBundle> {
  const { person, keys } = await inventPerson(workspace.catalog, officer);
  const request = { from: null, to: null, escrowOf: [...escrowOf], language: 'ja' as const, madeBy: person };
  return exportBundle(workspace, { ...request, key: toBase64url(keys.publicKey) }, unattended, {
    jobId: `job-${person.id}`,
    sign: async (signed) => sign('bundle', signed, keys.secretKey),
  });
}

/** Rounds of a real series, with a round that counts rows before them; then the bundle of the first partner. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-bundle-'));
  const companies = await prepareCompanies('bundle', 150);
  remove = companies.remove;
  const recipe = { rounds: 2, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  consortium = await openConsortium(
    companies,
    { ...recipe, rareRows: usualRareRows },
    [2, 2, 2],
    (plan) => ({ ...plan, voiding: { ...usualVoiding, fall: 1 } }),
    undefined,
    true,
  );
  const host = { jobId: null, spawnTraining };
  await Promise.all(
    consortium.workspaces.map((workspace) =>
      participate(workspace, { series: 'test-1', preparedBy: steward }, unattended, host),
    ),
  );
  const [first] = consortium.workspaces;
  const names = listPackages(first.catalog, { states: ['sent'], limit: 9 }).map(({ name }) => name);
  made = await exportOf(first, names);
  bytes = bundleBytes(first, made.file, 0, made.bytes);
  escrowKey = new Uint8Array(Buffer.from(escrowKeyOf(first, made.file), 'hex'));
});

afterAll(async () => {
  await consortium?.close();
  remove?.();
  rmSync(folder, { recursive: true, force: true });
});

const unsealed =
  (key: Uint8Array): NonNullable<VerifyOptions['escrow']> =>
  (name, parts) => {
    const own = mkdtempSync(join(folder, 'escrow-'));
    writeFileSync(join(own, name), Buffer.concat([...parts]));
    return openVault(own, key);
  };

describe('an audit bundle of real rounds', () => {
  it('holds, and proves every package that left, the round that counts rows too', async () => {
    const { partners } = consortium.roster.roster;
    const partnerKey = fingerprintOf(Buffer.from(partners[0]!.key, 'base64url'));
    const verdict = await verify(bytes, {
      partnerKey: partnerKey.words.join(' '),
      coordinatorKey: fingerprintOf(consortium.coordinatorKeys.publicKey).hex,
      escrow: unsealed(escrowKey),
    });
    expect(verdict.wrong).toBeNull();
    expect(verdict).toMatchObject({ sound: true, counts: { sent: 3, packages: 3, escrows: 3, charters: 1 } });
    expect(verdict.checked.find(({ check }) => check === 'manifests')?.count).toBe(3);
    expect(verdict.checked.find(({ check }) => check === 'escrow')?.count).toBe(3);
    expect(verdict.keys.filter(({ compared }) => compared).map(({ of }) => of)).toEqual(['partner', 'coordinator']);
    expect(verdict.counts?.receipts).toBe(verdict.counts?.messages);
  });

  it('is checked by the command in an empty folder, without workspace and passphrase', async () => {
    const empty = join(folder, 'elsewhere');
    mkdirSync(empty);
    writeFileSync(join(empty, 'audit.zip'), bytes);
    expect(await command(empty, ['verify', 'audit.zip', '--json'])).toMatchObject({ code: 0, answer: { sound: true } });
    const changed = bytes.slice();
    changed[changed.length >> 1]! ^= 4;
    writeFileSync(join(empty, 'changed.zip'), changed);
    const { code, answer } = await command(empty, ['verify', 'changed.zip', '--json']);
    expect(code).toBe(2);
    expect((answer as BundleVerdict).wrong).toMatchObject({ rule: 'content-differs' });
  });

  it('is another file, or none at all, with any bit flipped, any byte dropped, exchanged, cut off or added', async () => {
    const at = fc.nat({ max: bytes.length - 1 });
    const attack = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at, bit: fc.integer({ min: 0, max: 7 }) }),
      fc.record({ kind: fc.constant('drop' as const), at }),
      fc.record({ kind: fc.constant('cut' as const), at }),
      fc.record({ kind: fc.constant('exchange' as const), at, other: at }),
      fc.record({ kind: fc.constant('add' as const), at, value: fc.nat({ max: 255 }) }),
    );
    await fc.assert(
      fc.asyncProperty(attack, async (change) => {
        const attacked = Buffer.from(attackedBytes(bytes, change));
        fc.pre(!attacked.equals(bytes));
        const { sound, wrong } = await verify(attacked);
        expect(sound).toBe(false);
        expect(wrong?.where).not.toBe('');
      }),
      { numRuns: 60 },
    );
  });

  it('is told from one with an entry left out or changed, even where the file is written anew to fit', async () => {
    const read = readBundleFile(fileOf(bytes), unattended);
    for (const { name } of read.entries) {
      const without = rewritten(read, (entry, content) => (entry === name ? undefined : content));
      expect((await verify(without)).sound, `without ${name}`).toBe(false);
      const changed = rewritten(read, (entry, content) =>
        entry === name ? Buffer.concat([content, Buffer.of(32)]) : content,
      );
      expect((await verify(changed)).sound, `other ${name}`).toBe(false);
    }
  });

  it('is refused under another key of the partner, and names both', async () => {
    const other = fingerprintOf(new Uint8Array(32).fill(9)).hex;
    expect((await verify(bytes, { partnerKey: other })).wrong).toMatchObject({ rule: 'other-key', expected: other });
    const words = fingerprintOf(new Uint8Array(32).fill(9)).words.join('-');
    expect((await verify(bytes, { coordinatorKey: words })).wrong?.rule).toBe('other-key');
  });

  it('does not open its escrow with another key', async () => {
    const verdict = await verify(bytes, { escrow: unsealed(new Uint8Array(32)) });
    expect(verdict.wrong).toMatchObject({ rule: 'escrow-sealed' });
    expect((await verify(bytes)).open.filter(({ what }) => what === 'escrow-not-opened')).toHaveLength(3);
  });

  it('has the same bytes when it is made again of the same log, with the report of Japanese names', async () => {
    const order = {
      ...{ period: { from: null, to: null }, escrowOf: [], madeBy: { name: '田中 花子', role: 'compliance' as const } },
      ...{ signer: null, madeAt: '2026-11-23T19:00:00.000Z', program: 'Chorale', escrowKey, folder },
      report: async () => new Uint8Array(3),
    };
    const twice = [0, 1].map(async () => {
      const parts: Uint8Array[] = [];
      await writeBundle(consortium.workspaces[1], order, (part) => parts.push(part.slice()), unattended);
      return Buffer.concat(parts);
    });
    const [one, other] = await Promise.all(twice);
    expect(one!.equals(other!)).toBe(true);
    expect(await verify(one!)).toMatchObject({ sound: true, madeBy: '田中 花子' });
  });
});

describe('who holds every key of a partner', () => {
  /** Signs whatever the catalog says, as the true partner would. */
  async function verdictAfter(change: (workspace: Workspace) => void): Promise<BundleVerdict> {
    const workspace = consortium.workspaces[2];
    const { db } = workspace.catalog;
    db.exec('begin');
    try {
      change(workspace);
      const parts: Uint8Array[] = [];
      const order = {
        ...{ period: { from: null, to: null }, escrowOf: [], madeBy: officer, signer: null },
        ...{ madeAt: new Date().toISOString(), program: 'Chorale', escrowKey, folder },
        report: async () => new Uint8Array(3),
      };
      await writeBundle(workspace, order, (part) => parts.push(part.slice()), unattended);
      return await verify(Buffer.concat(parts));
    } finally {
      db.exec('rollback');
    }
  }

  it('finds the untouched log sound', async () => {
    expect((await verdictAfter(() => {})).wrong).toBeNull();
  });

  it('cannot write the log anew: messages that the coordinator has countersigned name its old head', async () => {
    const { wrong } = await verdictAfter(({ catalog }) => {
      const rows = catalog.db.prepare('select * from audit_entry order by seq').all() as Record<string, string>[];
      catalog.db.exec('drop trigger audit_entry_is_never_changed; drop trigger audit_entry_is_never_removed');
      catalog.db.exec('delete from audit_entry; delete from audit_head');
      for (const { person, act, subject, detail, at } of rows.filter((_, i) => i !== 3)) {
        appendAudit(catalog, {
          person: person!,
          act: act as 'tasks-built',
          subject: subject!,
          detail: JSON.parse(detail!),
          at: at!,
        });
      }
    });
    expect(wrong).toMatchObject({ rule: 'head-not-on-chain' });
  });

  it('cannot leave out a package that was sent, nor the message that announced it', async () => {
    const withoutPackage = await verdictAfter(({ catalog }) => {
      catalog.db.pragma('foreign_keys = off');
      catalog.db.pragma('defer_foreign_keys = on');
      catalog.db.exec(`delete from decision where package_hash = (select hash from package where name = 'S-0002')`);
      catalog.db.exec(`delete from package where name = 'S-0002'`);
    });
    expect(withoutPackage.wrong).toMatchObject({ rule: 'entry-missing', expected: 'package S-0002' });
    const withoutMessage = await verdictAfter(({ catalog }) => {
      catalog.db.exec(`delete from message where sent = 1 and type = 'MANIFEST' and round = 1`);
    });
    expect(withoutMessage.wrong?.rule).toBe('entry-missing');
  });

  it('cannot put another decision, another approver or another receipt in the place of the true one', async () => {
    for (const [sql, rule] of [
      [`update decision set comment = 'looks good'`, 'signature'],
      [`update decision set person = 'Somebody Else'`, 'signature'],
      [`update decision set decided_at = '2020-01-01T00:00:00.000Z'`, 'signature'],
      [`update standing_approval set last_round = 99`, 'signature'],
      [`update message set receipt = replace(receipt, '"position":', '"position":1') where sent = 1`, 'signature'],
      [`update package set prepared_by = 'Jonas Wirth' where name = 'S-0001'`, 'row-differs'],
      [`update certificate set role = 'compliance' where role = 'steward'`, 'certificate'],
    ] as const) {
      const { wrong } = await verdictAfter(({ catalog }) => catalog.db.exec(sql));
      expect(wrong?.rule, sql).toBe(rule);
    }
  });
});

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'drop' | 'cut'; readonly at: number }
  | { readonly kind: 'exchange'; readonly at: number; readonly other: number }
  | { readonly kind: 'add'; readonly at: number; readonly value: number };

function attackedBytes(content: Uint8Array, change: Change): Uint8Array {
  const { at } = change;
  switch (change.kind) {
    case 'drop':
      return Buffer.concat([content.subarray(0, at), content.subarray(at + 1)]);
    case 'cut':
      return content.subarray(0, at);
    case 'add':
      return Buffer.concat([content.subarray(0, at), Buffer.of(change.value), content.subarray(at)]);
    case 'flip': {
      const flipped = content.slice();
      flipped[at]! ^= 1 << change.bit;
      return flipped;
    }
    case 'exchange': {
      const exchanged = content.slice();
      [exchanged[at], exchanged[change.other]] = [exchanged[change.other]!, exchanged[at]!];
      return exchanged;
    }
  }
}

function rewritten(
  read: ReadBundle,
  change: (name: string, content: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const file = writeBundleFile((part) => parts.push(part.slice()));
  for (const { name } of read.entries) {
    const content = change(name, read.content(name));
    if (content !== undefined) file.add(name, content.length, () => [content]);
  }
  file.end();
  return Buffer.concat(parts);
}

const program = new URL('../../src-main/engine/cli.ts', import.meta.url).pathname;

const command = (cwd: string, args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd, env: {} }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, answer: JSON.parse(stdout) }),
    );
  });
