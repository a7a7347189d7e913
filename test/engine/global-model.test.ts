import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePartnerState } from '../../src-main/catalog/rounds.ts';
import { createWorkspace, type Workspace } from '../../src-main/catalog/workspace.ts';
import { beginningTrunk, lastTrunk, takeBeginning } from '../../src-main/engine/participation/beginning.ts';
import { type GlobalModel, openGlobalModel } from '../../src-main/engine/participation/global-model.ts';
import { bytesOf } from '../../src-main/federation/chunks.ts';
import { beginSeries, encodePartnerState } from '../../src-main/federation/partner.ts';
import { firstClips, type Plan, planHash, uploadBytes } from '../../src-main/federation/plan.ts';
import { planOfRound } from '../../src-main/federation/rare-rows.ts';
import { pack } from '../../src-main/federation/ring.ts';
import { writeConsortium } from '../../src-main/federation/series.ts';
import { trunkHash } from '../../src-main/federation/server-optimiser.ts';
import { trunkShapes } from '../../src-main/training/trainer.ts';
import { makeConsortium } from '../federation/consortium.ts';

const hidden = [2];
const tensors = trunkShapes(hidden).map(({ name, shape, offset }) => ({ name, shape: [...shape], offset }));
const consortium = makeConsortium(3, { rounds: 12, tensors, rareRows: { compounds: 1, partners: 3 } });
const plan: Plan = { ...consortium.plan, hidden };
const { rareRows: _, ...whole } = plan;
const facts = { clips: firstClips(plan), totalWeight: 3 };

let folder: string;
let workspace: Workspace;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-global-'));
  workspace = createWorkspace(join(folder, 'workspace'), 'correct horse battery');
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (of: Plan, base: { rounds: number; hash: string }): GlobalModel =>
  openGlobalModel(workspace.vault, of, base, () => beginningTrunk(workspace, of));

const beginningOf = (of: Plan) => ({ rounds: 0, hash: trunkHash(beginningTrunk(workspace, of)) });

/** A sum that differs from round to round. */
const sumOf = (round: number, of: Plan) =>
  pack(
    Int32Array.from({ length: uploadBytes(of) / 4 }, (_number, i) => ((i % 7) - 3) * round * 1000),
    32,
  );

describe('a result that is taken back', () => {
  it('leaves trunk and moments as they were, also over a snapshot, and another sum can take its place', () => {
    const model = open(whole, beginningOf(whole));
    let before = model.state();
    for (let round = 1; round <= 10; round++) {
      before = model.state();
      model.apply(sumOf(round, whole), facts);
    }
    const voided = model.state();
    model.backTo({ rounds: 9, hash: trunkHash(before.values) });
    expect(model.state()).toEqual(before);

    const again = model.apply(sumOf(99, whole), facts);
    expect(again.trunkHash).not.toBe(trunkHash(voided.values));
    expect(open(whole, { rounds: 10, hash: again.trunkHash }).state()).toEqual(again.state);
  });
});

describe('rows that are frozen', () => {
  it('are the same after a restart, and keep their numbers', () => {
    const model = openGlobalModel(workspace.vault, plan, { ...beginningOf(plan), rounds: -1 }, () =>
      beginningTrunk(workspace, plan),
    );
    expect(model.keptRows()).toBeNull();
    const counts = Int32Array.from({ length: 32_000 }, (_number, row) => row % 5);
    expect(model.count(pack(counts, 32))).toBe(12_800);
    expect(model.fewestPartners()).toBe(3);
    const start = model.state().values.slice();
    const { trunkHash: hash, state } = model.apply(sumOf(1, planOfRound(plan, 1, 12_800)), facts);

    const reopened = open(plan, { rounds: 1, hash });
    expect(reopened.state()).toEqual(state);
    expect([...reopened.keptRows()!.subarray(0, 4)]).toEqual([3, 4, 8, 9]);
    expect([...state.values.subarray(0, 6)]).toEqual([...start.subarray(0, 6)]); // rows 0, 1 and 2
    expect(state.values[6]).not.toBe(start[6]);

    for (let round = 2; round <= 11; round++) reopened.apply(sumOf(round, planOfRound(plan, round, 12_800)), facts);
    expect(reopened.fewestPartners()).toBe(3);
    const last = reopened.state();
    expect(open(plan, { rounds: 11, hash: trunkHash(last.values) }).state()).toEqual(last);
  });
});

describe('a series that continues another', () => {
  /** The first series, at its first round. */
  function played(): Float32Array {
    const { signedRoster, coordinatorKeys } = consortium;
    const coordinator = { url: 'http://127.0.0.1:1', key: coordinatorKeys.publicKey };
    const { series, rosterHash } = whole;
    const joinedAt = '2026-11-23T00:00:00.000Z';
    const joined = { series, name: 'Decima', signedRoster, rosterHash, plan: whole, planHash: planHash(whole) };
    writeConsortium(workspace.catalog, { ...joined, coordinator: { ...coordinator, certificate: null }, joinedAt });
    const { state, trunkHash: hash, clips } = open(whole, beginningOf(whole)).apply(sumOf(1, whole), facts);
    const begun = beginSeries('P01', whole, planHash(whole), hash);
    const bytes = encodePartnerState({ ...begun, base: { rounds: 1, hash, clips } });
    writePartnerState(workspace.catalog, series, bytes, joinedAt);
    return state.values;
  }

  const continued = (hash: string): Plan => ({
    ...whole,
    series: 'decima-2',
    continueFrom: { series: whole.series, planHash: planHash(whole), rounds: 1, trunkHash: hash },
  });

  it('begins with the trunk that this machine holds of it, and keeps that', () => {
    const values = played();
    const plan2 = continued(trunkHash(values));
    expect(beginningTrunk(workspace, plan2)).toEqual(values);
    expect(lastTrunk(workspace, whole.series)).toEqual(values);
    const model = open(plan2, { rounds: 0, hash: trunkHash(values) });
    expect(model.state().firstMoment.every((moment) => moment === 0)).toBe(true);
  });

  it('takes it from another partner where this one is new, and nothing but the trunk that the plan names', () => {
    const values = new Float32Array(64_002).fill(0.25);
    const plan2 = continued(trunkHash(values));
    expect(() => beginningTrunk(workspace, plan2)).toThrow(/PLAN_INVALID.*no-trunk-to-continue/);
    const other = values.slice();
    other[7] = 0.5;
    expect(() => takeBeginning(workspace, plan2, bytesOf(other))).toThrow(/PLAN_INVALID.*other-trunk/);
    expect(() => takeBeginning(workspace, plan2, new Uint8Array(3))).toThrow(/PLAN_INVALID.*other-trunk/);
    takeBeginning(workspace, plan2, bytesOf(values));
    expect(beginningTrunk(workspace, plan2)).toEqual(values);
  });

  it('is refused where the plan names another trunk than this machine holds', () => {
    played();
    expect(() => beginningTrunk(workspace, continued('f'.repeat(64)))).toThrow(/no-trunk-to-continue/);
  });
});
