import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPackage } from '../../src-main/catalog/packages.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { verifyWholeAudit } from '../../src-main/release/audit.ts';
import { decide } from '../../src-main/release/decide.ts';
import { voidOutdated } from '../../src-main/release/outdated.ts';
import { openForSending } from '../../src-main/release/send.ts';
import { joinedWorkspace, jonas, keysOf, type Room } from './frozen.ts';

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
});
afterEach(() => room.close());

const stateOf = (hash: string) => readPackage(room.workspace.catalog, hash)?.state;

describe('a package whose attempt is over', () => {
  it('is void: undecided at once, approved when another attempt begins, and never the one that runs', async () => {
    const { series } = room.plan;
    const undecided = await room.freeze(1);
    const approved = await room.freeze(2);
    decide(
      room.workspace,
      { packageHash: approved.hash, verdict: 'approve', comment: '', person: jonas },
      keysOf(jonas),
    );

    voidOutdated(room.workspace, series, null);
    expect([stateOf(undecided.hash), stateOf(approved.hash)]).toEqual(['void', 'approved']);

    const running = await room.freeze(3);
    const { round, attempt } = readPackage(room.workspace.catalog, running.hash)!;
    voidOutdated(room.workspace, series, { round, attempt });
    expect([stateOf(approved.hash), stateOf(running.hash)]).toEqual(['void', 'frozen']);
    expect(() => openForSending(room.workspace, approved.hash)).toThrow(/NOT_APPROVED/);
    expect((await verifyWholeAudit(room.workspace.catalog, unattended)).state).toBe('intact');
  });
});
