/** A coordinator as a process of its own that kills itself at named points. Arguments: folder, port, points. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openCharters } from '../../src-main/coordinator/charters.ts';
import { openChunkFiles } from '../../src-main/coordinator/chunk-files.ts';
import { openSeriesEngine } from '../../src-main/coordinator/series-engine.ts';
import { createService } from '../../src-main/coordinator/service.ts';
import { openSqliteStore } from '../../src-main/coordinator/sqlite-store.ts';
import type { ChunkStore, MessageStore } from '../../src-main/coordinator/store.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { readCoordinatedSeries, tellPort } from './coordinator-lives.ts';
import { openMortal } from './mortal.ts';

const [folder, port, points] = process.argv.slice(2) as [string, string, string];
const { dieAt } = openMortal(folder, 'coordinator', points.split(','));
const { plan, signedRoster, coordinatorKeys: keys } = readCoordinatedSeries(folder);
const around = { plan, planHash: planHash(plan), roster: signedRoster.roster, keys };
const data = join(folder, 'coordinator');
mkdirSync(data, { recursive: true });

const stored = openSqliteStore(join(data, 'coordinator.sqlite'));
const messages: MessageStore = {
  ...stored,
  async commit(commit) {
    for (const { type } of commit.entries) dieAt(`before storing ${type}`);
    await stored.commit(commit);
    for (const { type } of commit.entries) dieAt(`after storing ${type}`);
  },
};
const files = openChunkFiles(join(data, 'chunks'));
let put = 0;
const chunks: ChunkStore = {
  ...files,
  async put(hash, chunk) {
    const summing = engine.state().attempt?.phase === 'summing';
    const point = summing ? 'part of the sum' : `chunk ${++put}`;
    dieAt(`before ${point}`);
    await files.put(hash, chunk);
    dieAt(`after ${point}`);
  },
  async get(hash) {
    dieAt(engine.state().attempt?.phase === 'summing' ? 'while summing' : 'while handing out the sum');
    return files.get(hash);
  },
};

const now = Date.now;
const failed = (error: unknown) => process.stderr.write(`${String(error)}\n`);
const engine = await openSeriesEngine({ around, messages, chunks, retention: { uploads: 1, sums: 50 }, now, failed });
const charters = await openCharters(messages, around);
const service = createService({ around, engine, messages, chunks, charters, now, failed });
await service.listen({ host: '127.0.0.1', port: Number(port) });
tellPort(folder, (service.server.address() as AddressInfo).port);
