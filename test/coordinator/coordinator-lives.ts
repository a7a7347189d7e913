/** A coordinator as a process that kills itself at named points, and is started again at the same port whenever it has died. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toHex } from '../../src-main/federation/canonical.ts';
import { type SigningKeys, signingKeys } from '../../src-main/federation/identity.ts';
import type { Plan } from '../../src-main/federation/plan.ts';
import type { SignedRoster } from '../../src-main/federation/roster.ts';

export type CoordinatedSeries = {
  readonly signedRoster: SignedRoster;
  readonly plan: Plan;
  readonly coordinatorKeys: SigningKeys;
};

export type CoordinatorLives = {
  readonly url: string;
  /** Ends it for good; how often it had died by itself is known by its marks. @throws when it ended in any other way */
  readonly end: () => Promise<void>;
};

const program = fileURLToPath(new URL('mortal-coordinator.ts', import.meta.url));
const seriesFile = (folder: string) => join(folder, 'series.json');
const portFile = (folder: string) => join(folder, 'coordinator.port');

/**
 * @param folder its data lie in `coordinator` below it, its marks in it
 * @param at the port of a coordinator that was closed and goes on in this way; any free one if not given
 */
export async function startCoordinatorLives(
  folder: string,
  { signedRoster, plan, coordinatorKeys }: CoordinatedSeries,
  points: readonly string[],
  at?: string,
): Promise<CoordinatorLives> {
  const seed = toHex(coordinatorKeys.secretKey.subarray(0, 32));
  writeFileSync(seriesFile(folder), JSON.stringify({ signedRoster, plan, seed }));
  const port = () => (existsSync(portFile(folder)) ? readFileSync(portFile(folder), 'utf8') : (at ?? '0'));
  let child: ChildProcess;
  let over = false;
  let complaints = '';
  const lives = (async () => {
    while (!over) {
      child = spawn(process.execPath, [program, folder, port(), points.join(',')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr!.on('data', (text) => {
        complaints += text;
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (signal !== 'SIGKILL') throw new Error(`the coordinator ended: ${complaints}`);
    }
  })();
  lives.catch(() => {});
  while (port() === '0') await Promise.race([delay(50), lives]);
  return {
    url: `http://127.0.0.1:${port()}`,
    async end() {
      over = true;
      child.kill('SIGKILL');
      await lives;
    },
  };
}

export function readCoordinatedSeries(folder: string): CoordinatedSeries {
  const { seed, ...series } = JSON.parse(readFileSync(seriesFile(folder), 'utf8'));
  return { ...series, coordinatorKeys: signingKeys(Buffer.from(seed, 'hex')) };
}

export const tellPort = (folder: string, port: number): void => {
  const partial = `${portFile(folder)}.partial`;
  writeFileSync(partial, String(port));
  renameSync(partial, portFile(folder));
};
