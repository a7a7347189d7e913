import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCoordinator } from '../../src-main/coordinator/start.ts';
import { addPacked } from '../../src-main/federation/ring.ts';
import { startCoordinatorLives } from './coordinator-lives.ts';
import { consortiumOfTests } from './mortal.ts';
import { type DrivenPartner, drivePartner } from './partner-driver.ts';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const consortium = consortiumOfTests();
const window = 8 << 20;

let folder: string;
let running: Set<ChildProcess>;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-kills-'));
  running = new Set();
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([...running].map((child) => once(child, 'exit')));
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the signal that ended the process, or null when it ended by itself */
async function runOnce(...args: string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  let complaints = '';
  child.stderr!.on('data', (text) => {
    complaints += text;
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  running.delete(child);
  if (code !== null && code !== 0) throw new Error(`ended with ${code}: ${complaints}`);
  return signal;
}

const deaths = () => readdirSync(folder).filter((name) => name.endsWith('.died')).length;

function sumOf(encoded: readonly Uint8Array[]): Uint8Array {
  const plain = new Uint8Array(encoded[0]!.length);
  for (const one of encoded) addPacked(plain, one, consortium.plan.encoding.ringBits);
  return plain;
}

const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

function drive(id: string, url: string): DrivenPartner {
  const partner = drivePartner(consortium, id, { folder, url });
  closing.push(partner.close);
  return partner;
}

describe('a round over HTTP', () => {
  const partnerPoints = [
    ...['ADVERTISE', 'SHARE', 'MANIFEST', 'CONSISTENCY', 'UNMASK', 'VERDICT'].flatMap((type) => [
      `before ${type}`,
      `after ${type}`,
    ]),
    ...['after freeze', 'before await-approval', 'sending chunk 3', 'acknowledged chunk 4'],
    ...['before apply-result', 'after apply-result'],
  ];

  it('ends exactly though a partner is killed with SIGKILL at each of its steps, and sends no acknowledged chunk again', async () => {
    const coordinator = await startCoordinator({
      folder: join(folder, 'coordinator'),
      roster: consortium.signedRoster,
      plan: consortium.plan,
      key: consortium.coordinatorKeys,
    });
    closing.push(coordinator.close);
    const others = ['P01', 'P03'].map((id) => drive(id, coordinator.url));
    const rounds = Promise.all(others.map((other) => other.run()));
    const args = [program('mortal-partner.ts'), folder, coordinator.url, 'P02', partnerPoints.join(',')];
    for (let signal: NodeJS.Signals | null = 'SIGKILL'; signal !== null; ) {
      signal = await runOnce(...args);
      if (signal !== null) expect(signal).toBe('SIGKILL');
    }
    await rounds;

    expect(deaths()).toBe(partnerPoints.length);
    const encoded = [...others.map((other) => other.encoded.get(1)!), readFileSync(join(folder, 'P02.encoded'))];
    const plain = sumOf(encoded);
    expect(others.every(({ sums }) => isSame(sums.get(1)!, plain))).toBe(true);
    expect(isSame(readFileSync(join(folder, 'P02.sum')), plain)).toBe(true);

    const notes = readFileSync(join(folder, 'P02.notes'), 'utf8').trim().split('\n');
    const sent = notes.filter((line) => line.startsWith('sending'));
    const acknowledged = notes.filter((line) => line.startsWith('acknowledged'));
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    const bytes = sent.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
    expect(bytes - plain.length).toBeLessThanOrEqual(window);
  }, 600_000);

  const coordinatorPoints = [
    ...['ADVERTISE', 'SHARE', 'MANIFEST', 'CONSISTENCY', 'UNMASK', 'VERDICT'].flatMap(aroundStoring),
    ...['PROPOSE', 'SURVIVORS', 'RESULT', 'SETTLED'].flatMap(aroundStoring),
    ...['before chunk 3', 'after chunk 5', 'while summing', 'after part of the sum', 'while handing out the sum'],
  ];

  it('ends exactly though the coordinator is killed with SIGKILL at each of its steps, and keeps what it acknowledged', async () => {
    const coordinator = await startCoordinatorLives(folder, consortium, coordinatorPoints);
    closing.push(coordinator.end);
    const chunks: string[] = [];
    const partners = consortium.ids.map((id) => {
      const partner = drivePartner(consortium, id, {
        folder,
        url: coordinator.url,
        retryAfter: Array(2000).fill(200),
        chunk: (at, hash) => void (at === 'acknowledged' && chunks.push(hash)),
      });
      closing.push(partner.close);
      return partner;
    });
    await Promise.all(partners.map((partner) => partner.run()));

    expect(deaths()).toBe(coordinatorPoints.length);
    const plain = sumOf(partners.map(({ encoded }) => encoded.get(1)!));
    expect(partners.every(({ sums }) => isSame(sums.get(1)!, plain))).toBe(true);
    expect(new Set(chunks).size).toBe(chunks.length);
  }, 600_000);
});

const aroundStoring = (type: string) => [`before storing ${type}`, `after storing ${type}`];
