import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { addPacked } from '../../src-main/federation/ring.ts';
import { makeConsortium } from '../federation/consortium.ts';
import { drivePartner } from './partner-driver.ts';

const cli = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));

let folder: string;
let children: ChildProcess[];
let closing: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-coordinator-'));
  children = [];
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  for (const child of children) await end(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}

/** Runs the command until it has printed its answer. */
async function run(...options: string[]): Promise<{ child: ChildProcess; answer: Record<string, unknown> }> {
  const child = spawn(process.execPath, [cli, 'coordinator', '--data', join(folder, 'data'), '--json', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let printed = '';
  let complaints = '';
  child.stderr!.on('data', (text) => {
    complaints += text;
  });
  for await (const text of child.stdout!.iterator({ destroyOnReturn: false })) {
    printed += text;
    if (printed.endsWith('}\n')) return { child, answer: JSON.parse(printed) };
  }
  throw new Error(`the coordinator ended: ${printed}${complaints}`);
}

describe('chorale coordinator', () => {
  it('makes its key, refuses a plan of another, and goes on after kill -9 in the middle of a round', async () => {
    const { answer: identity } = await run();
    const { seed } = JSON.parse(readFileSync(join(folder, 'data', 'coordinator.key'), 'utf8'));
    const tensors = [{ name: 'trunk.0.weight', shape: [300_000], offset: 0 }];
    const consortium = makeConsortium(3, { rounds: 2, tensors, coordinatorSeed: Buffer.from(seed, 'base64url') });
    expect(toBase64url(consortium.coordinatorKeys.publicKey)).toBe(identity.publicKey);

    const [roster, plan] = [join(folder, 'roster.json'), join(folder, 'plan.json')];
    writeFileSync(roster, JSON.stringify(consortium.signedRoster));
    writeFileSync(plan, JSON.stringify(makeConsortium(3, { tensors }).plan));
    await expect(run('--roster', roster, '--plan', plan)).resolves.toMatchObject({
      answer: { error: { code: 'PLAN_INVALID', data: { reason: 'other-coordinator' } } },
    });

    writeFileSync(plan, JSON.stringify(consortium.plan));
    const first = await run('--roster', roster, '--plan', plan);
    const url = String(first.answer.url);
    let killed = false;
    const partners = consortium.ids.map((id) =>
      drivePartner(consortium, id, {
        folder,
        url,
        before: async (effect) => {
          const now = id === 'P03' && effect.kind === 'send' && effect.type === 'UNMASK' && effect.round === 1;
          if (!now || killed) return;
          killed = true;
          await end(first.child, 'SIGKILL');
          await run('--roster', roster, '--plan', plan, '--port', new URL(url).port);
        },
      }),
    );
    closing.push(...partners.map(({ close }) => close));
    await Promise.all(partners.map((partner) => partner.run()));

    expect(killed).toBe(true);
    for (const round of [1, 2]) {
      const plain = new Uint8Array(1_200_000);
      for (const { encoded } of partners) addPacked(plain, encoded.get(round)!, 32);
      expect(partners.every(({ sums }) => Buffer.compare(sums.get(round)!, plain) === 0)).toBe(true);
    }
    expect(await end(children.at(-1)!, 'SIGTERM')).toBe(0);
  });
});
