import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { addMessage } from '../../src-main/catalog/messages.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { auditActs } from '../../src-main/contract/audit.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { noHash } from '../../src-main/federation/formats.ts';
import { signingKeys } from '../../src-main/federation/identity.ts';
import { sealMessage } from '../../src-main/federation/messages.ts';
import { appendAudit, auditHead, verifyWholeAudit } from '../../src-main/release/audit.ts';

const key = new Uint8Array(32).fill(7);
let folder: string;
let catalog: Catalog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-audit-'));
  catalog = openCatalog(join(folder, 'catalog.sqlite'), key);
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

function appendSome(count: number): void {
  for (let entry = 0; entry < count; entry++) {
    appendAudit(catalog, {
      person: entry % 3 === 0 ? 'engine' : 'Mara Lindner',
      act: entry % 2 === 0 ? 'import-committed' : 'package-approved',
      subject: `batch ${entry}`,
      detail: { rows: entry },
      at: new Date(1_700_000_000_000 + entry * 1000).toISOString(),
    });
  }
}

/** What somebody does who can write to the file, triggers or not. */
function tamper(change: () => void): void {
  catalog.db.exec(
    'drop trigger if exists audit_entry_is_never_changed; drop trigger if exists audit_entry_is_never_removed',
  );
  change();
}

describe('the log', () => {
  it('is intact when empty and after each act, and its head is the hash of the last entry', async () => {
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact', checked: 0, total: 0 });
    appendSome(5);
    const last = appendAudit(catalog, { person: 'engine', act: 'package-sent', subject: 'S-0001' });
    expect(auditHead(catalog)).toEqual({ seq: 6, hash: last.hash });
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact', checked: 6, head: last.hash });
  });

  it('refuses to change or remove an entry', () => {
    appendSome(2);
    expect(() => catalog.db.exec(`update audit_entry set person = 'nobody'`)).toThrow(/never changed/);
    expect(() => catalog.db.exec('delete from audit_entry')).toThrow(/never removed/);
  });

  it('names the first entry that was changed, removed, moved or added behind its back', async () => {
    const columns = ['at', 'person', 'act', 'subject', 'detail', 'previous_hash', 'hash'] as const;
    const entries = 12;
    appendSome(entries);
    const seq = fc.integer({ min: 1, max: entries });
    const attack = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), seq, column: fc.constantFrom(...columns), at: fc.nat() }),
      fc.record({ kind: fc.constant('remove' as const), seq }),
      fc.record({ kind: fc.constant('remove and close the gap' as const), seq }),
      fc.record({ kind: fc.constant('exchange' as const), seq: fc.integer({ min: 1, max: entries - 1 }) }),
      fc.record({ kind: fc.constant('append' as const), seq: fc.constant(entries + 1) }),
    );
    await fc.assert(
      fc.asyncProperty(attack, async (attack) => {
        catalog.db.exec('begin');
        try {
          tamper(() => carryOut(catalog, attack));
          const verification = await verifyWholeAudit(catalog, unattended);
          expect(verification.state).toBe('broken');
          expect(verification.broken?.seq).toBe(attack.seq);
        } finally {
          catalog.db.exec('rollback');
        }
      }),
      { numRuns: 150 },
    );
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact' });
  });

  it('stays one chain when several threads append at once', async () => {
    const source = `
      const { workerData } = require('node:worker_threads');
      (async () => {
        const { openCatalog } = await import(workerData.open);
        const { appendAudit } = await import(workerData.audit);
        const catalog = openCatalog(workerData.file, workerData.key);
        for (let entry = 0; entry < 40; entry++) appendAudit(catalog, { person: workerData.name, act: 'tasks-built', subject: String(entry) });
        catalog.close();
      })();`;
    const url = (path: string) => new URL(`../../src-main/${path}`, import.meta.url).href;
    const append = (name: string) =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(source, {
          eval: true,
          workerData: {
            ...{ name, key, file: join(folder, 'catalog.sqlite') },
            ...{ open: url('catalog/open.ts'), audit: url('release/audit.ts') },
          },
        });
        worker.on('error', reject).on('exit', () => resolve());
      });
    await Promise.all([append('one'), append('two'), append('three')]);
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact', checked: 120 });
  });

  it('takes an entry back together with the transaction it belongs to', async () => {
    appendSome(2);
    expect(() =>
      catalog.db
        .transaction(() => {
          appendAudit(catalog, { person: 'engine', act: 'tasks-built', subject: 'set 1' });
          throw new Error('the work failed');
        })
        .immediate(),
    ).toThrow('the work failed');
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact', checked: 2 });
  });

  it('is found by group, person, subject and page, newest first', () => {
    appendSome(10);
    const found = findAuditRows(catalog, { acts: auditActs.decisions, search: 'mara', limit: 2 });
    expect(found.rows.map(({ seq }) => seq)).toEqual([8, 6]);
    expect(found.matching).toBe(3);
    expect(findAuditRows(catalog, { search: 'BATCH 7', limit: 5 }).rows.map(({ subject }) => subject)).toEqual([
      'batch 7',
    ]);
    expect(findAuditRows(catalog, { before: 4, limit: 10 }).rows.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });

  it('stops at once when verification is cancelled', async () => {
    appendSome(3);
    const signal = AbortSignal.abort();
    await expect(verifyWholeAudit(catalog, { signal, report: () => {} })).rejects.toThrow(/CANCELLED/);
  });
});

type Attack =
  | { readonly kind: 'flip'; readonly seq: number; readonly column: string; readonly at: number }
  | { readonly kind: 'remove' | 'remove and close the gap' | 'exchange' | 'append'; readonly seq: number };

function carryOut({ db }: Catalog, attack: Attack): void {
  const { seq } = attack;
  switch (attack.kind) {
    case 'flip': {
      const value = Buffer.from(
        db.prepare(`select ${attack.column} from audit_entry where seq = ?`).pluck().get(seq) as string,
      );
      value[attack.at % value.length]! ^= 1;
      db.prepare(`update audit_entry set ${attack.column} = ? where seq = ?`).run(value.toString(), seq);
      return;
    }
    case 'remove':
      db.prepare('delete from audit_entry where seq = ?').run(seq);
      return;
    case 'remove and close the gap': {
      db.prepare('delete from audit_entry where seq = ?').run(seq);
      db.prepare('update audit_entry set seq = -seq where seq > ?').run(seq);
      db.prepare('update audit_entry set seq = -seq - 1 where seq < 0').run();
      return;
    }
    case 'exchange':
      db.prepare('update audit_entry set seq = -1 where seq = ?').run(seq);
      db.prepare('update audit_entry set seq = ? where seq = ?').run(seq, seq + 1);
      db.prepare('update audit_entry set seq = ? where seq = -1').run(seq + 1);
      return;
    case 'append': {
      const row = db.prepare('select * from audit_entry where seq = ?').get(seq - 1) as Record<string, unknown>;
      db.prepare(
        `insert into audit_entry (seq, at, person, act, subject, detail, previous_hash, hash)
         values (@seq, @at, @person, @act, @subject, @detail, @hash, @hash)`,
      ).run({ ...row, seq });
    }
  }
}

describe('a head that others were told', () => {
  const keys = signingKeys(new Uint8Array(32).fill(3));
  let said = { seq: 0, hash: noHash };

  /** As a step of a round stores what it will send. */
  function say(logHead: string): void {
    const body = { roundsDone: said.seq };
    const place = { planHash: 'a'.repeat(64), round: 0, attempt: 0, from: 'citra' };
    const message = {
      ...{ type: 'PRESENT' as const, ...place, seq: said.seq + 1, prevMsgHash: said.hash, logHead, body },
    };
    const { hash, bytes } = sealMessage(message, keys.secretKey);
    const at = new Date(1_700_000_100_000 + said.seq).toISOString();
    addMessage(catalog, {
      series: 's',
      round: 0,
      attempt: 0,
      sender: 'citra',
      type: 'PRESENT',
      hash,
      sent: true,
      at,
      bytes,
    });
    said = { seq: message.seq, hash };
  }

  beforeEach(() => {
    said = { seq: 0, hash: noHash };
    say(noHash);
    appendSome(6);
    say(auditHead(catalog).hash);
    say(auditHead(catalog).hash);
    appendSome(4);
    say(auditHead(catalog).hash);
  });

  it('lies on the log as it was written', async () => {
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({ state: 'intact', checked: 10 });
  });

  it('gives away a history that was written anew, with every hash made to fit', async () => {
    const { rows } = findAuditRows(catalog, { limit: 99 });
    tamper(() => catalog.db.exec('delete from audit_entry; delete from audit_head'));
    for (const { person, act, subject, detail, at, seq } of rows.toReversed()) {
      const told = seq === 8 ? 'Somebody Else' : person;
      appendAudit(catalog, { person: told, act: act as 'tasks-built', subject, detail: JSON.parse(detail), at });
    }
    const verification = await verifyWholeAudit(catalog, unattended);
    // Every entry fits the one before it; the last head that others know lies at entry 6.
    expect(verification).toMatchObject({ state: 'broken', broken: { seq: 7, reason: 'head-not-on-chain' } });
  });

  it('gives away an end that was cut off together with its head', async () => {
    tamper(() => {
      catalog.db.exec('delete from audit_entry where seq > 8');
      catalog.db.exec('update audit_head set seq = 8, hash = (select hash from audit_entry where seq = 8)');
    });
    expect(await verifyWholeAudit(catalog, unattended)).toMatchObject({
      state: 'broken',
      broken: { seq: 7, reason: 'head-not-on-chain' },
    });
  });
});
