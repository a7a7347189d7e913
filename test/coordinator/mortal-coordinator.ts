/** A coordinator as a process of its own that kills itself at named points. Arguments: folder, port, points. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openChunkFiles } from '../../src-main/coordinator/chunk-files.ts';
import { openSeriesEngine } from '../../src-main/coordinator/series-engine.ts';
import { createService } from '../../src-main/coordinator/service.ts';
import { openSqliteStore } from '../../src-main/coordinator/sqlite-store.ts';
import type { ChunkStore, MessageStore } from '../../src-main/coordinator/store.ts';
import { consortiumOfTests, openMortal } from './mortal.ts';

const [folder, port, points] = process.argv.slice(2) as [string, string, string];
const { dieAt } = openMortal(folder, 'coordinator', points.split(','));
const { plan, planHash, roster, coordinatorKeys: keys } = consortiumOfTests();
const around = { plan, planHash, roster, keys };
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
    dieAt(`before chunk ${++put}`);
    await files.put(hash, chunk);
    dieAt(`after chunk ${put}`);
  },
  async get(hash) {
    dieAt(engine.state().attempt?.phase === 'summing' ? 'while summing' : 'while reading');
    return files.get(hash);
  },
};

const now = Date.now;
const failed = (error: unknown) => process.stderr.write(`${String(error)}\n`);
const engine = await openSeriesEngine({ around, messages, chunks, retention: { uploads: 1, sums: 50 }, now, failed });
const service = createService({ around, engine, messages, chunks, now, failed });
await service.listen({ host: '127.0.0.1', port: Number(port) });
writeFileSync(join(folder, 'coordinator.port'), String((service.server.address() as AddressInfo).port));
