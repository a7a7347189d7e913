/** A charter on its way between three companies, over a real coordinator: fetched with the invitation, changed, signed and taken in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listConnections } from '../../src-main/catalog/connections.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { fetchCharter, handInCharter, lookAtCoordinator } from '../../src-main/engine/charter-meeting.ts';
import type { SignedCharter } from '../../src-main/federation/charter.ts';
import { gatheringBytes } from '../../src-main/federation/charter-gathering.ts';
import { joinByInvitation, previewInvitation } from '../../src-main/federation/invitation.ts';
import { currentConsortium } from '../../src-main/federation/series.ts';
import { findAudit } from '../../src-main/release/audit.ts';
import { nextCharter } from '../../src-main/release/charter-template.ts';
import { receiveCharter } from '../../src-main/release/consent-acts.ts';
import { describeConsent } from '../../src-main/release/consent-view.ts';
import { becomePartner, charteredConsortium, people } from '../fixtures/chartered-workspace.ts';

const consortium = charteredConsortium();
const { ids, roster, signedRoster, plan, charter, coordinatorKeys } = consortium;
const now = '2026-03-02T09:00:00.000Z';
const officer = people.officer.name;

let folder: string;
let coordinator: Coordinator;
let partners: Catalog[];
let invitation: string;

const start = (given: SignedCharter | undefined, port = 0) =>
  startCoordinator({
    folder: join(folder, 'coordinator'),
    roster: signedRoster,
    plan,
    key: coordinatorKeys,
    charter: given,
    port,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-charter-meeting-'));
  coordinator = await start(charter);
  invitation = consortium.invitationTo(coordinator.url);
  partners = [];
  for (const id of ids) {
    const catalog = openCatalog(join(folder, `${id}.sqlite`), Buffer.alloc(32, 7));
    await becomePartner(catalog, consortium, id);
    partners.push(catalog);
  }
});
afterEach(async () => {
  await coordinator.close();
  for (const catalog of partners) catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

async function join3(): Promise<void> {
  for (const catalog of partners) {
    joinByInvitation(catalog, invitation, now, (await fetchCharter(catalog, invitation)) ?? undefined);
  }
}

const second = (purpose: string): string =>
  JSON.stringify({
    charter: { ...nextCharter(charter.charter, roster, plan, '2026-06-01'), purpose },
    signatures: {},
  });

const connectionsOf = (catalog: Catalog) => listConnections(catalog, { limit: 100 }).connections;
const callsOf = (catalog: Catalog) => connectionsOf(catalog).reduce((sum, { calls }) => sum + calls, 0);

const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isChoraleError(error) ? { code: error.code, ...error.data } : error;
};

/** As a coordinator that wants to be believed could: what it stores is another document. */
async function restartedWith(versions: readonly SignedCharter[]): Promise<void> {
  const { port } = new URL(coordinator.url);
  await coordinator.close();
  const db = new Database(join(folder, 'coordinator', 'coordinator.sqlite'));
  const gathered = gatheringBytes({ versions: [...versions], proposals: [] });
  db.prepare('update charters set gathered = ?').run(gathered);
  db.close();
  coordinator = await start(undefined, Number(port));
}

describe('an invitation without its charter', () => {
  it('is joined with the one that the coordinator keeps, once it is read, and with no other', async () => {
    const [first] = partners as [Catalog];
    expect(previewInvitation(first, invitation)).toMatchObject({ charter: null, needsCharter: true });
    expect(() => joinByInvitation(first, invitation, now)).toThrow(/CHARTER_INVALID.*not-here/);
    const text = await fetchCharter(first, invitation);
    expect(previewInvitation(first, invitation, text!).charter).toEqual({
      name: 'Decima',
      version: 1,
      hash: plan.charterHash,
      issued: charter.charter.issued,
      signedBy: ids.map((id) => ({ id, name: `Partner ${id}` })),
    });
    joinByInvitation(first, invitation, now, text!);
    expect(describeConsent(first, null, 'en', () => false)).toMatchObject({
      state: 'needed',
      charter: { version: 1, hash: plan.charterHash },
    });
    const asked = connectionsOf(first).map(({ purpose, outcome }) => [purpose, outcome]);
    expect(asked.toSorted()).toEqual([
      ['charter', 'allowed'],
      ['hello', 'allowed'],
    ]);
  });

  it('is refused a charter whose signature, roster or name in the plan is another', async () => {
    const [first] = partners as [Catalog];
    const { P01, ...others } = charter.signatures as Readonly<Record<string, string>>;
    await restartedWith([{ charter: charter.charter, signatures: { ...others, P01: others.P02! } }]);
    expect(await failure(fetchCharter(first, invitation))).toEqual({
      code: 'CHARTER_INVALID',
      ...{ place: 'signatures.P01', reason: 'signature-does-not-hold' },
    });
    await restartedWith([{ charter: charter.charter, signatures: others }]);
    expect(await failure(fetchCharter(first, invitation))).toMatchObject({ reason: 'signature-missing' });
    await restartedWith([charter]);
    expect(await failure(fetchCharter(first, invitation))).toBeUndefined();

    const forged = consortium.next((next) => ({ ...next, rosterHash: 'a'.repeat(64) }));
    await restartedWith([JSON.parse(forged)]);
    expect(await failure(fetchCharter(first, invitation))).toEqual({
      code: 'CHARTER_INVALID',
      ...{ place: 'rosterHash', reason: 'differs' },
    });
    await restartedWith([JSON.parse(consortium.next((next) => next))]);
    expect(await failure(fetchCharter(first, invitation))).toMatchObject({ reason: 'other-charter' });
    expect(currentConsortium(first)).toBeUndefined();
  });

  it('is answered by a coordinator that was started without a charter that there is none', async () => {
    await coordinator.close();
    rmSync(join(folder, 'coordinator'), { recursive: true });
    coordinator = await start(undefined);
    expect(await fetchCharter(partners[0]!, consortium.invitationTo(coordinator.url))).toBeNull();
  });
});

describe('a changed charter', () => {
  it('goes round by the coordinator until all have signed, and then asks for consent with what it changes', async () => {
    await join3();
    const [first, other, last] = partners as [Catalog, Catalog, Catalog];
    expect(await lookAtCoordinator(first)).toMatchObject({ next: null, proposals: [] });

    await handInCharter(first, second('Another purpose.'), officer);
    for (const catalog of [other, last]) {
      const seen = await lookAtCoordinator(catalog);
      expect(seen).toMatchObject({ next: null, proposals: [{ preview: { complete: false, faults: [] } }] });
      expect(seen!.proposals[0]!.preview.difference).toEqual({
        since: 1,
        changes: [{ place: 'purpose', change: 'changed', before: charter.charter.purpose, after: 'Another purpose.' }],
      });
      await handInCharter(catalog, seen!.proposals[0]!.text, officer);
    }
    const seen = await lookAtCoordinator(first);
    expect(seen).toMatchObject({ next: { preview: { complete: true, charter: { version: 2 } } }, proposals: [] });
    receiveCharter(first, currentConsortium(first)!, seen!.next!.text, officer);
    expect(describeConsent(first, null, 'en', () => false)).toMatchObject({
      state: 'needed',
      charter: { version: 2, purpose: 'Another purpose.' },
    });
    expect(await lookAtCoordinator(first)).toMatchObject({ next: null, proposals: [] });
    const acts = findAudit(first, { group: 'decisions', limit: 9 }).entries.map(({ act }) => act);
    expect(acts).toEqual(['charter-received', 'charter-handed-in', 'charter-signed']);
  });

  it('is still there after a restart of the coordinator, which is told its first charter again', async () => {
    await join3();
    await handInCharter(partners[0]!, second('Another purpose.'), officer);
    const { port } = new URL(coordinator.url);
    await coordinator.close();
    coordinator = await start(charter, Number(port));
    expect((await lookAtCoordinator(partners[1]!))?.proposals).toHaveLength(1);
  });

  it('is refused when it is not of this plan, before anything of it is sent', async () => {
    await join3();
    const [first] = partners as [Catalog];
    const before = callsOf(first);
    const other = JSON.parse(second('Another purpose.'));
    other.charter.rounds.threshold = 1;
    expect(await failure(handInCharter(first, JSON.stringify(other), officer))).toEqual({
      code: 'CHARTER_INVALID',
      ...{ place: 'rounds.threshold', reason: 'differs' },
    });
    expect(callsOf(first)).toBe(before);
  });

  it('is not taken for the next one where the coordinator shows one that does not follow', async () => {
    await join3();
    const skipped = consortium.next((next) => ({ ...next, version: 3 }));
    await restartedWith([charter, JSON.parse(skipped)]);
    expect(await failure(lookAtCoordinator(partners[0]!))).toMatchObject({
      code: 'CHARTER_INVALID',
      ...{ place: 'version', reason: 'other-version' },
    });
  });
});
