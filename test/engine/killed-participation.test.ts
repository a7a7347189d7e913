import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import { uploadBytes } from '../../src-main/federation/plan.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { findAudit, verifyWholeAudit } from '../../src-main/release/audit.ts';
import { describeModels } from '../../src-main/training/overview.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { refusalsOf } from './coordinator-log.ts';
import { type DisturbingRelay, openDisturbingRelay, type Relayed } from './disturbing-relay.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 }); // half a minute on a quiet machine

const series = 'test-1';
const window = 8 << 20;
const lax = { amber: 1, red: 1 };
const program = fileURLToPath(new URL('mortal-participation.ts', import.meta.url));

let companies: SmallCompanies;
let consortium: SmallConsortium;
let relay: DisturbingRelay;
let child: ChildProcess | undefined;

beforeAll(async () => {
  companies = await prepareCompanies('killed', 150);
});

afterAll(() => companies.remove());

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await relay.close();
  await consortium.close();
});

type Points = {
  /** Of the partner's stored state, each before anything of it is sent or done; and of its training. */
  readonly own: readonly string[];
  /** Of what is under way between the partner and the coordinator: not there yet, or done and the answer not heard. */
  readonly way: readonly string[];
};

/** One round among three, the first of which is killed once at each of these points. */
async function liveThrough({ own, way }: Points) {
  const [mortalId] = companies.partners.map(({ id }) => id);
  const sent: Relayed[] = [];
  const stored = new Set<string>();
  const sentAgain: string[] = [];
  const counts = new Map<string, number>();
  const marks = () => join(consortium.folder, 'marks');
  const reached = (point: string): 'hang-up' | undefined => {
    const mark = join(marks(), `way ${point}.died`);
    if (!way.includes(point) || existsSync(mark)) return undefined;
    writeFileSync(mark, '');
    child!.kill('SIGKILL');
    return 'hang-up';
  };
  /** `PUT chunk 3` is the third; messages are not counted. */
  const numbered = ({ what, chunk }: Relayed, place: string): string => {
    if (chunk === undefined) return what;
    const count = (counts.get(`${what} ${place}`) ?? 0) + 1;
    counts.set(`${what} ${place}`, count);
    return `${what} ${count}`;
  };

  consortium = await openConsortium(
    companies,
    { rounds: 1, hidden: [50], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 3600, ringBits: 16 },
    [1, 1, 1],
    (agreed) => ({
      ...agreed,
      deadlines: { gather: 3600, keys: 3600, shares: 3600, upload: 3600 },
      voiding: { ...usualVoiding, fall: 1 },
      // All rows are sent, and of few compounds: a person would look at each package.
      disclosure: { fewestCompounds: 0, membershipAuc: lax, membershipTpr: lax, membershipTrunk: lax },
    }),
    async (url) => {
      relay = await openDisturbingRelay(() => url, {
        before(request) {
          if (request.partner !== mortalId) return undefined;
          if (request.what === 'PUT chunk') sent.push(request);
          if (request.what === 'PUT chunk' && stored.has(request.chunk!)) sentAgain.push(request.chunk!);
          return reached(`${numbered(request, 'under way')} under way`);
        },
        after(request, status) {
          if (request.partner !== mortalId || status !== 200) return undefined;
          if (request.what === 'PUT chunk') stored.add(request.chunk!);
          return reached(`${numbered(request, 'unanswered')} unanswered`);
        },
      });
      return relay.url;
    },
  );
  const [mortal, ...others] = consortium.workspaces;
  mkdirSync(marks());
  const { folder, key } = { folder: mortal.folder, key: Buffer.from(mortal.key) };
  mortal.close();

  const running = Promise.all(others.map((workspace) => takePart(workspace)));
  const args = [program, folder, key.toString('hex'), series, marks(), own.join(',')];
  for (;;) {
    // Its program is the same each time.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(consortium.folder, 'compiled') };
    child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    let complaints = '';
    child.stderr!.on('data', (text) => {
      complaints += text;
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== null && code !== 0) throw new Error(`ended with ${code}: ${complaints}`);
    if (code === 0) break;
  }
  expect((await running).map(({ ended }) => ended)).toEqual(['finished', 'finished']);
  const died = [...own.map((point) => `partner ${point}.died`), ...way.map((point) => `way ${point}.died`)];
  expect(readdirSync(marks()).sort()).toEqual(died.sort());
  expect(stored.size).toBeGreaterThan(0);
  expect(sentAgain).toEqual([]);
  return { workspaces: [openWorkspaceWithKey(folder, key), ...others], sent };
}

const takePart = (workspace: Workspace) =>
  participate(
    workspace,
    { series, preparedBy: steward },
    { signal: unattended.signal, report: () => {} },
    { jobId: null, spawnTraining },
  );

/** The sum is exact, all hold the same trunk, and nothing was said twice, to the others or to the log. */
async function expectOneRound(workspaces: readonly Workspace[]): Promise<void> {
  expect(checkSum(workspaces, { series, ringBits: 16 }, 1)).toMatchObject({ partners: 3, mismatches: 0 });
  const trunks = workspaces.map(({ catalog }) => listRounds(catalog, series, 9).map(({ trunkHash }) => trunkHash));
  expect(trunks[0]).toEqual([expect.any(String)]);
  expect(trunks[1]).toEqual(trunks[0]);
  expect(trunks[2]).toEqual(trunks[0]);
  expect(refusalsOf(consortium.folder)).toEqual([]);
  const { catalog } = workspaces[0]!;
  expect((await verifyWholeAudit(catalog, unattended)).state).toBe('intact');
  for (const act of [
    ...(['keys-advertised', 'shares-sent', 'package-frozen', 'package-approved', 'package-sent'] as const),
    ...(['survivors-signed', 'masks-revealed', 'result-applied', 'result-judged'] as const),
  ]) {
    expect([act, findAudit(catalog, { act, limit: 1 }).matching]).toEqual([act, 1]);
  }
}

describe('a partner that is killed with SIGKILL', () => {
  it('at each step up to its upload sends no chunk again that is stored, at most 8 MiB, and is in an exact sum', async () => {
    const { workspaces, sent } = await liveThrough({
      own: ['advertised', 'shared', 'training', 'trained', 'freezing', 'approval', 'uploading'],
      way: [
        ...['APPROVE unanswered', 'ADVERTISE under way', 'SHARE unanswered', 'MANIFEST unanswered'],
        ...['PUT chunk 1 unanswered', 'PUT chunk 4 under way'],
      ],
    });
    await expectOneRound(workspaces);
    const upload = uploadBytes(consortium.plan);
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0) - upload).toBeLessThanOrEqual(window);
    workspaces[0]!.close();
  });

  it('at each step from its upload to the last result ends its first round with what it has learnt in it', async () => {
    const { workspaces } = await liveThrough({
      own: ['confirmed', 'unmasked', 'applying', 'applied', 'tested'],
      way: [
        ...['CONSISTENCY unanswered', 'UNMASK unanswered', 'VERDICT unanswered'],
        ...['GET chunk 1 unanswered', 'GET chunk 4 under way'],
      ],
    });
    await expectOneRound(workspaces);
    const [{ catalog }] = workspaces as [Workspace];
    expect(listRounds(catalog, series, 1)[0]).toMatchObject({ validationAucPr: expect.any(Number) });
    expect(describeModels(catalog, 'global')[0]).toMatchObject({ kind: 'global', series });
    workspaces[0]!.close();
  });
});
