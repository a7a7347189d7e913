import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { readPackage } from '../../src-main/catalog/packages.ts';
import { setDisabled } from '../../src-main/catalog/people.ts';
import { writeSetting } from '../../src-main/catalog/settings.ts';
import { sha256 } from '../../src-main/catalog/vault.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { packageView } from '../../src-main/contract/release.ts';
import { encodeCanonical } from '../../src-main/federation/canonical.ts';
import { listChunks } from '../../src-main/federation/chunks.ts';
import { planHash, vectorLength } from '../../src-main/federation/plan.ts';
import { pack, packedBytes, unpack } from '../../src-main/federation/ring.ts';
import { verifyWholeAudit } from '../../src-main/release/audit.ts';
import { decide } from '../../src-main/release/decide.ts';
import { freezePackage } from '../../src-main/release/freeze.ts';
import { voidOutdated } from '../../src-main/release/outdated.ts';
import { rebuildFromEscrow } from '../../src-main/release/rebuild.ts';
import { applyRetention, keepLastSetting } from '../../src-main/release/retention.ts';
import { markSent, openForSending, readBackPackage } from '../../src-main/release/send.ts';
import { summarisePackages, viewPackage } from '../../src-main/release/view.ts';
import { readWindow } from '../../src-main/release/window.ts';
import {
  addCompanyData,
  addSigner,
  joinedWorkspace,
  jonas,
  keysOf,
  mara,
  planOf,
  type Room,
  updateOf,
  withMasked,
} from './frozen.ts';

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
});
afterEach(() => room.close());

const acts = () => findAuditRows(room.workspace.catalog, { limit: 50 }).rows.map(({ act }) => act);
const approve = (packageHash: string, fieldsRead: readonly string[] = []) =>
  decide(room.workspace, { packageHash, verdict: 'approve', comment: '', person: jonas, fieldsRead }, keysOf(jonas));
const outcomeOf = (frozen: Awaited<ReturnType<Room['freeze']>>, name: string) =>
  frozen.manifest.checks.find((check) => check.name === name)?.outcome;

function rebuild({ workspace }: Room, hash: string) {
  const parts: Record<'encoded' | 'masked', Uint8Array[]> = { encoded: [], masked: [] };
  const rebuilt = rebuildFromEscrow(workspace, hash, (encoded, masked) => {
    parts.encoded.push(encoded);
    parts.masked.push(masked);
  });
  return { rebuilt, parts };
}

describe('freezing', () => {
  it('writes a document whose hash is that of its canonical form, with lists that add up', async () => {
    const frozen = await room.freeze(1);
    const row = readPackage(room.workspace.catalog, frozen.hash);
    expect(frozen).toMatchObject({ name: 'S-0001', state: 'frozen' });
    expect(sha256(encodeCanonical(frozen.manifest))).toBe(frozen.hash);
    expect(new TextDecoder().decode(encodeCanonical(JSON.parse(row!.manifest)))).toBe(row!.manifest);

    const { content, leaves, stays, checks } = frozen.manifest;
    expect(content.tensors.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(content.payload.bytes);
    for (const { histogram, numbers } of content.tensors) {
      expect(histogram.bins.reduce((sum, bin) => sum + bin, 0)).toBe(numbers);
    }
    expect(leaves.map(({ item }) => item)).toEqual([
      'trunk-change',
      'one-time-keys',
      'key-shares',
      'signatures',
      'counts',
    ]);
    expect(stays.map(({ item }) => item)).toEqual(['structures', 'names', 'measurements', 'heads', 'unmasked-change']);
    expect(checks.map(({ name, outcome }) => [name, outcome])).toEqual(checks.map(({ name }) => [name, 'pass']));
    expect(acts()).toEqual(['package-frozen']);
  });

  it('gives the same package for the same content again, and refuses another content for the same attempt', async () => {
    const first = await room.freeze(1);
    expect((await room.freeze(1)).hash).toBe(first.hash);
    await expect(room.freeze(1, updateOf(room.plan, 1, { secretsOf: 2 }))).rejects.toThrow(/PACKAGE_CHANGED/);
    expect(summarisePackages(room.workspace, { limit: 9 })).toHaveLength(1);
    expect(acts()).toEqual(['package-frozen']);
  });

  it('lets another package follow in the same attempt once changes were requested', async () => {
    const first = await room.freeze(1);
    decide(
      room.workspace,
      {
        packageHash: first.hash,
        verdict: 'request-changes',
        comment: 'leave out tasks below 60',
        person: jonas,
      },
      keysOf(jonas),
    );
    expect(await room.freeze(1)).toMatchObject({ hash: first.hash, state: 'changes-requested' });
    const second = await room.freeze(1, updateOf(room.plan, 1, { secretsOf: 7 }));
    expect(second).toMatchObject({ name: 'S-0002', state: 'frozen' });
  });

  it('refuses chunk hashes that are not those of the masked bytes', async () => {
    const { prepared } = updateOf(room.plan, 1);
    const chunkList = listChunks(new Uint8Array(16));
    await expect(room.freeze(1, { prepared: { ...prepared, chunkList } })).rejects.toThrow(/PACKAGE_CHANGED/);
    expect(summarisePackages(room.workspace, { limit: 9 })).toHaveLength(0);
  });

  it('stops when asked, before anything is on record', async () => {
    const control = { signal: AbortSignal.abort(), report: () => {} };
    await expect(freezePackage(room.workspace, updateOf(room.plan, 1), control)).rejects.toThrow(/CANCELLED/);
    expect(acts()).toEqual([]);
  });
});

describe('the disclosure checks', () => {
  it('block a vector that has no mask', async () => {
    const update = updateOf(room.plan, 1);
    const frozen = await room.freeze(
      1,
      withMasked(update, () => update.prepared.encoded),
    );
    expect(outcomeOf(frozen, 'masked-bytes')).toBe('block');
  });

  it('block an id, an assay code or a structure of the company in the bytes or in the document', async () => {
    addCompanyData(room.workspace, [['CIT-004711', 'CC(=O)Oc1ccccc1C(=O)O']]);
    const { recipient } = updateOf(room.plan, 1);
    for (const [round, text] of ['CIT-004711', 'PRF93126', 'CC(=O)Oc1ccccc1C(=O)O'].entries()) {
      const carrying = withMasked(updateOf(room.plan, round + 1), (masked) => {
        masked.set(new TextEncoder().encode(text), 4001);
        return masked;
      });
      const frozen = await room.freeze(round + 1, carrying);
      expect(outcomeOf(frozen, 'catalog-text')).toBe('block');
    }
    const named = await room.freeze(9, { recipient: { ...recipient, name: 'PRF93126' } });
    expect(outcomeOf(named, 'catalog-text')).toBe('block');
    expect(outcomeOf(await room.freeze(10), 'catalog-text')).toBe('pass');
  });

  it('block a small task and warn near its limit', async () => {
    const withSmallest = (smallestTask: number) => ({ trainedOn: { tasks: 3, smallestTask, compounds: 90 } });
    expect(outcomeOf(await room.freeze(1, withSmallest(9)), 'smallest-task')).toBe('block');
    expect(outcomeOf(await room.freeze(2, withSmallest(10)), 'smallest-task')).toBe('warn');
    expect(outcomeOf(await room.freeze(3, withSmallest(11)), 'smallest-task')).toBe('pass');
  });

  it('warn of much clipping', async () => {
    const frozen = await room.freeze(1, updateOf(room.plan, 1, { clip: 0.001 }));
    expect(outcomeOf(frozen, 'clipped-numbers')).toBe('warn');
    expect(frozen.manifest.content.tensors[0]?.clippedShare).toBeGreaterThan(0.8);
  });

  it('block integers beyond the range, or that are not those of the change that is shown', async () => {
    const frozenWith = async (round: number, encode: (encoded: Int32Array) => Int32Array) => {
      const { prepared } = updateOf(room.plan, round);
      const encoded = pack(encode(unpack(prepared.encoded, 32)), 32);
      return room.freeze(round, { prepared: { ...prepared, encoded } });
    };
    const negated = await frozenWith(1, (encoded) => encoded.map((number) => -number));
    expect(outcomeOf(negated, 'encoding')).toBe('block');
    expect(outcomeOf(negated, 'commitment')).toBe('block');
    const wide = await frozenWith(2, (encoded) => encoded.fill(2 ** 31 - 1, 5, 6));
    expect(outcomeOf(wide, 'vector-range')).toBe('block');
  });

  it('block a plan that this partner has not agreed to', async () => {
    room.workspace.catalog.db.exec(`update consortium set plan_hash = '${'b'.repeat(64)}'`);
    expect(outcomeOf(await room.freeze(2), 'plan-and-roster')).toBe('block');
  });

  it('name what they do not measure', async () => {
    expect((await room.freeze(1)).manifest.notMeasured).toContain('membership-auc');
  });
});

describe('a decision', () => {
  it('lets exactly the approved bytes out, and only once it is made', async () => {
    const { hash } = await room.freeze(1);
    expect(() => openForSending(room.workspace, hash)).toThrow(/NOT_APPROVED/);
    expect(approve(hash)).toBe('approved');
    const opened = openForSending(room.workspace, hash);
    expect(
      Buffer.concat(opened.chunkHashes.map((_, index) => opened.chunk(index))).equals(
        updateOf(room.plan, 1).prepared.masked,
      ),
    ).toBe(true);
    markSent(room.workspace, hash, 'receipt');
    markSent(room.workspace, hash, 'another');
    expect(viewPackage(room.workspace, hash, jonas)).toMatchObject({ state: 'sent', receipt: 'receipt' });
    expect(acts()).toEqual(['receipt-stored', 'package-sent', 'package-approved', 'package-frozen']);
    expect(await verifyWholeAudit(room.workspace.catalog, unattended)).toMatchObject({ state: 'intact' });
  });

  it('keeps the receipt also of what was refused on its way, and of nothing that was never approved', async () => {
    const { hash } = await room.freeze(1);
    expect(() => markSent(room.workspace, hash, 'receipt')).toThrow(/NOT_APPROVED/);
    approve(hash);
    openForSending(room.workspace, hash);
    decide(room.workspace, { packageHash: hash, verdict: 'refuse', comment: 'too late', person: jonas }, keysOf(jonas));
    markSent(room.workspace, hash, 'receipt');
    expect(viewPackage(room.workspace, hash, jonas)).toMatchObject({ state: 'sent', receipt: 'receipt' });
  });

  it('counts for one package only', async () => {
    const first = await room.freeze(1);
    const second = await room.freeze(2);
    approve(first.hash);
    expect(() => openForSending(room.workspace, second.hash)).toThrow(/NOT_APPROVED/);
    const { db } = room.workspace.catalog;
    db.prepare('update package set state = ? where hash = ?').run('approved', second.hash);
    db.prepare('update decision set package_hash = ?').run(second.hash);
    expect(() => openForSending(room.workspace, second.hash)).toThrow(/PACKAGE_CHANGED/);
    expect(readPackage(room.workspace.catalog, second.hash)?.state).toBe('void');
  });

  it('is taken from the right role, with the reasons that the person can read', async () => {
    const { hash } = await room.freeze(1);
    const by = (person: typeof mara, comment = 'why') => ({
      packageHash: hash,
      verdict: 'refuse' as const,
      comment,
      person,
    });
    expect(() => decide(room.workspace, by(mara), keysOf(mara))).toThrow(/NOT_ALLOWED.*role/);
    expect(() => decide(room.workspace, by(jonas, ' '), keysOf(jonas))).toThrow(/NOT_ALLOWED.*comment/);
    expect(viewPackage(room.workspace, hash, mara).may.approve).toEqual({ allowed: false, reason: 'role' });
    expect(decide(room.workspace, by(jonas), keysOf(jonas))).toBe('refused');
    expect(() => approve(hash)).toThrow(/NOT_ALLOWED.*already-decided/);
    expect(() => openForSending(room.workspace, hash)).toThrow(/NOT_APPROVED/);
  });

  it('needs another person than the preparer as soon as there are two', async () => {
    const both = { ...mara, role: 'compliance' } as const;
    setDisabled(room.workspace.catalog, jonas.id, 'Ada Berg', '2025-02-01T00:00:00.000Z');
    const first = await room.freeze(1);
    expect(
      decide(room.workspace, { packageHash: first.hash, verdict: 'approve', comment: '', person: both }, keysOf(both)),
    ).toBe('approved');
    addSigner(room.workspace, { id: 'aiko', name: 'Ito Aiko', role: 'scientist' });
    const second = await room.freeze(2);
    expect(() =>
      decide(room.workspace, { packageHash: second.hash, verdict: 'approve', comment: '', person: both }, keysOf(both)),
    ).toThrow(/NOT_ALLOWED.*prepared-by-you/);
  });

  it('cannot approve a blocked package', async () => {
    const { hash } = await room.freeze(1, { trainedOn: { tasks: 1, smallestTask: 3, compounds: 3 } });
    expect(() => approve(hash)).toThrow(/NOT_ALLOWED.*blocked-by-check/);
  });

  it('needs every new field to be read', async () => {
    const first = await room.freeze(1);
    approve(first.hash);
    const plan = { ...room.plan, consistency: { 'test-set': 'd'.repeat(64) } };
    room.workspace.catalog.db.prepare('update consortium set plan_hash = ?').run(planHash(plan));
    const second = await freezePackage(room.workspace, updateOf(plan, 2), unattended);
    const path = 'plan.consistency.test-set';
    const view = viewPackage(room.workspace, second.hash, jonas);
    expect(view.difference?.since.name).toBe('S-0001');
    expect(view.difference?.changes).toContainEqual({ path, change: 'new', before: null, after: 'd'.repeat(64) });
    expect(() => approve(second.hash)).toThrow(/NOT_ALLOWED.*field-read/);
    expect(approve(second.hash, [path])).toBe('approved');
  });

  it('is void when one byte of the frozen file, the document, the row or the decision changes', async () => {
    const { db } = room.workspace.catalog;
    const tamperings: readonly ((hash: string) => void)[] = [
      (hash) => {
        const path = join(room.folder, 'vault', readPackage(room.workspace.catalog, hash)!.payloadFile);
        const sealed = readFileSync(path);
        sealed[sealed.length >> 1]! ^= 1;
        writeFileSync(path, sealed);
      },
      (hash) => {
        const { payloadFile } = readPackage(room.workspace.catalog, hash)!;
        const payload = room.workspace.vault.read(payloadFile);
        payload[1234]! ^= 1;
        room.workspace.vault.write(payloadFile, payload);
      },
      (hash) => {
        const { payloadFile } = readPackage(room.workspace.catalog, hash)!;
        const payload = room.workspace.vault.read(payloadFile);
        room.workspace.vault.write(payloadFile, Buffer.concat([payload, Buffer.from('more')]));
      },
      (hash) => room.workspace.vault.remove(readPackage(room.workspace.catalog, hash)!.payloadFile),
      (hash) =>
        db
          .prepare(
            `update package set manifest = replace(manifest, '"smallestTask":50', '"smallestTask":51') where hash = ?`,
          )
          .run(hash),
      (hash) => db.prepare('update package set plan_hash = ? where hash = ?').run('e'.repeat(64), hash),
      (hash) => db.prepare(`update package set prepared_by = 'somebody' where hash = ?`).run(hash),
      (hash) => db.prepare(`update decision set person = 'somebody' where package_hash = ?`).run(hash),
      (hash) => db.prepare(`update decision set decided_at = '2020' where package_hash = ?`).run(hash),
    ];
    for (const [index, tamper] of tamperings.entries()) {
      const { hash } = await room.freeze(index + 1);
      approve(hash);
      tamper(hash);
      expect(() => openForSending(room.workspace, hash)).toThrow(/PACKAGE_CHANGED/);
      expect(readPackage(room.workspace.catalog, hash)?.state).toBe('void');
      expect(acts()[0]).toBe('package-voided');
      expect(() => openForSending(room.workspace, hash)).toThrow(/NOT_APPROVED/);
    }
  });

  it('is void when a byte changes while its chunks are on their way', async () => {
    const { hash } = await room.freeze(1);
    approve(hash);
    const { chunk } = openForSending(room.workspace, hash);
    expect(chunk(0).length).toBeGreaterThan(0);
    const { payloadFile } = readPackage(room.workspace.catalog, hash)!;
    const payload = room.workspace.vault.read(payloadFile);
    payload[99]! ^= 1;
    room.workspace.vault.write(payloadFile, payload);
    expect(() => chunk(0)).toThrow(/PACKAGE_CHANGED/);
    expect(readPackage(room.workspace.catalog, hash)?.state).toBe('void');
    expect(acts()[0]).toBe('package-voided');
    expect(() => chunk(0)).toThrow(/NOT_APPROVED/);
  });
});

describe('the review', () => {
  it('shows the frozen document, the comparison with the last package and who may decide', async () => {
    const first = await room.freeze(1);
    approve(first.hash);
    const second = await room.freeze(2, { trainedOn: { tasks: 99, smallestTask: 50, compounds: 10_199 } });
    const view = packageView.parse(viewPackage(room.workspace, second.hash, jonas));
    expect(view.difference).toMatchObject({
      since: { name: 'S-0001' },
      changes: [{ path: 'trainedOn.tasks', change: 'changed', before: 97, after: 99 }],
    });
    expect(view.difference!.equal + 1).toBeLessThan(view.fields.length);
    expect(Object.keys(view.lastHistograms)).toEqual(view.manifest.content.tensors.map(({ name }) => name));
    expect(view.may.approve).toEqual({ allowed: true, reason: null });
    expect(viewPackage(room.workspace, first.hash, jonas).decisions).toMatchObject([
      { person: 'Jonas Wirth', role: 'compliance', verdict: 'approve', signatureValid: true },
    ]);
    expect(view.checks).toEqual({ pass: 9, warn: 0, block: 0 });
  });

  it('reads the frozen bytes back, and gives windows of them with the numbers before the mask', async () => {
    const { hash } = await room.freeze(1);
    const { encoded, masked } = updateOf(room.plan, 1).prepared;
    expect(readBackPackage(room.workspace, hash)).toMatchObject({ agrees: true, bytes: masked.length });
    const start = 64 * 40 * 4 - 8;
    const window = readWindow(room.workspace, hash, start, 16);
    expect(Buffer.from(window.masked, 'base64').equals(masked.subarray(start, start + 16))).toBe(true);
    expect(window.encoded).toEqual([...unpack(encoded.subarray(start, start + 16), 32)]);
    expect(window.tensors.map(({ name }) => name)).toEqual(['trunk.0.weight', 'trunk.0.bias']);
    expect(readWindow(room.workspace, hash, masked.length - 2, 100)).toMatchObject({ total: masked.length });
  });
});

describe('the escrow', () => {
  it('rebuilds the commitment and the very bytes that left', async () => {
    const { hash } = await room.freeze(1);
    const { rebuilt, parts } = rebuild(room, hash);
    const { masked, encoded } = updateOf(room.plan, 1).prepared;
    expect(rebuilt).toMatchObject({ commitmentAgrees: true, merkleRootAgrees: true });
    expect(Buffer.concat(parts.encoded).equals(encoded)).toBe(true);
    expect(Buffer.concat(parts.masked).equals(masked)).toBe(true);
  });

  it('stands for a package that is void as for one that was sent', async () => {
    const { hash } = await room.freeze(1);
    voidOutdated(room.workspace, room.plan.series, { round: 2, attempt: 1 });
    expect(readPackage(room.workspace.catalog, hash)?.state).toBe('void');
    expect(rebuildFromEscrow(room.workspace, hash)).toMatchObject({ commitmentAgrees: true, merkleRootAgrees: true });
  });

  it('is kept unless a number of packages to keep is set, and goes together with a word in the log', async () => {
    const hashes: string[] = [];
    for (const round of [1, 2, 3]) {
      const { hash } = await room.freeze(round);
      approve(hash);
      markSent(room.workspace, hash, 'receipt');
      hashes.push(hash);
    }
    const waiting = await room.freeze(4);
    expect(applyRetention(room.workspace)).toEqual([]);
    writeSetting(room.workspace.catalog, keepLastSetting, 1);
    expect(applyRetention(room.workspace)).toEqual(['S-0002', 'S-0001']);
    expect(() => rebuildFromEscrow(room.workspace, hashes[0]!)).toThrow(/NOT_FOUND.*"escrow".*S-0001/);
    expect(rebuildFromEscrow(room.workspace, hashes[2]!)).toMatchObject({ merkleRootAgrees: true });
    expect(readBackPackage(room.workspace, waiting.hash)).toMatchObject({ agrees: true });
    expect(acts().slice(0, 3)).toEqual(['escrow-removed', 'escrow-removed', 'package-frozen']);
    expect(viewPackage(room.workspace, hashes[0]!, jonas).filesRemovedAt).not.toBeNull();
  });
});

describe.each([
  { ringBits: 8, valueBits: 4 },
  { ringBits: 12, valueBits: 8 },
  { ringBits: 16, valueBits: 12 },
] as const)('a package of $valueBits-bit values in a ring of $ringBits bits', (bits) => {
  const scale = { first: 0.01, factor: 3, atLeast: 1e-9 };
  // An odd count of numbers: in 12 bits the last one shares its bytes with nothing.
  const plan = planOf([39, 20], 63, { ...bits, scale });
  const { ringBits } = bits;
  let narrow: Room;
  beforeEach(() => {
    narrow = joinedWorkspace(plan);
  });
  afterEach(() => narrow.close());

  it('passes every check, knows what earlier rounds left over, and is rebuilt to the byte', async () => {
    const residual = new Float32Array(vectorLength(plan)).fill(0.0007);
    const update = updateOf(plan, 1, { residual, clip: 0.05 });
    const { hash, manifest } = await narrow.freeze(1, update);
    expect(manifest.checks.map(({ name, outcome }) => [name, outcome])).toEqual(
      manifest.checks.map(({ name }) => [name, 'pass']),
    );
    const { payload, encoding } = manifest.content;
    expect(payload.bytes).toBe(packedBytes(vectorLength(plan), ringBits));
    expect(manifest.content.tensors.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(payload.bytes);
    expect(encoding).toMatchObject({ ...bits, fractionBits: null });
    const { rebuilt, parts } = rebuild(narrow, hash);
    expect(rebuilt).toMatchObject({ commitmentAgrees: true, merkleRootAgrees: true });
    expect(Buffer.concat(parts.masked).equals(update.prepared.masked)).toBe(true);
  });

  it('is blocked where the residual is not the one that was encoded', async () => {
    const residual = new Float32Array(vectorLength(plan)).fill(0.009);
    const frozen = await narrow.freeze(1, { ...updateOf(plan, 1, { residual, clip: 0.05 }), residual: null });
    expect(outcomeOf(frozen, 'encoding')).toBe('block');
  });

  it('is shown byte by byte with the numbers before the mask', async () => {
    const { hash } = await narrow.freeze(1);
    const { encoded, masked } = updateOf(plan, 1).prepared;
    const window = readWindow(narrow.workspace, hash, 48, 24);
    expect(Buffer.from(window.masked, 'base64').equals(masked.subarray(48, 72))).toBe(true);
    expect(window.encoded).toEqual([...unpack(encoded.subarray(48, 72), ringBits)]);
    expect(window.bytesPerNumber).toBe(ringBits / 8);
  });
});
