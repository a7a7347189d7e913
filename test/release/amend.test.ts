import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeftOut } from '../../src-main/contract/disclosure.ts';
import { amendSeries, leftOutNow } from '../../src-main/release/amend.ts';
import { decide } from '../../src-main/release/decide.ts';
import { viewPackage } from '../../src-main/release/view.ts';
import { joinedWorkspace, jonas, keysOf, mara, type Room, updateOf } from './frozen.ts';

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
});
afterEach(() => room.close());

const requestChanges = (hash: string) =>
  decide(
    room.workspace,
    { packageHash: hash, verdict: 'request-changes', comment: 'Leave ADME-7 out', person: jonas },
    keysOf(jonas),
  );
const amend = (hash: string, leftOut: LeftOut, person = mara, comment = 'Left out') =>
  amendSeries(room.workspace, { packageHash: hash, comment, leftOut, person }, keysOf(person));

describe('an amendment', () => {
  it('answers a request for changes, is signed, and stands in the thread', async () => {
    const { hash } = await room.freeze(1);
    expect(() => amend(hash, { assays: [1], compounds: [] })).toThrow(/nothing-to-amend/);
    requestChanges(hash);
    expect(() => amend(hash, { assays: [1], compounds: [] }, mara, ' ')).toThrow(/comment/);
    expect(() => amend(hash, { assays: [1], compounds: [] }, jonas)).toThrow(/role/);
    amend(hash, { assays: [7, 3, 7], compounds: ['CCO'] });
    expect(leftOutNow(room.workspace.catalog, room.plan.series)).toEqual({ assays: [3, 7], compounds: ['CCO'] });
    expect(viewPackage(room.workspace, hash, mara).amendments).toMatchObject([
      { person: 'Mara Lindner', comment: 'Left out', packageHash: hash, signatureValid: true },
    ]);
    room.workspace.catalog.db.exec(`update amendment set left_out = '{"assays":[],"compounds":[]}'`);
    expect(viewPackage(room.workspace, hash, mara).amendments).toMatchObject([{ signatureValid: false }]);
  });

  it('makes room for another package of the same attempt, which is decided anew', async () => {
    const first = await room.freeze(1);
    requestChanges(first.hash);
    amend(first.hash, { assays: [3], compounds: [] });
    const change = updateOf(room.plan, 1).change.map((value) => value / 2);
    const second = await room.freeze(1, updateOf(room.plan, 1, { change }));
    expect(second.hash).not.toBe(first.hash);
    expect(second.manifest.content.attempt).toBe(first.manifest.content.attempt);
    expect(
      decide(
        room.workspace,
        { packageHash: second.hash, verdict: 'approve', comment: '', person: jonas },
        keysOf(jonas),
      ),
    ).toBe('approved');
    expect(viewPackage(room.workspace, first.hash, jonas)).toMatchObject({
      state: 'changes-requested',
      may: { approve: { allowed: false }, refuse: { allowed: false } },
    });
  });

  it('replaces what was left out before', async () => {
    const { hash } = await room.freeze(1);
    requestChanges(hash);
    amend(hash, { assays: [3], compounds: ['CCO'] });
    amend(hash, { assays: [], compounds: ['CCN'] });
    expect(leftOutNow(room.workspace.catalog, room.plan.series)).toEqual({ assays: [], compounds: ['CCN'] });
  });
});
