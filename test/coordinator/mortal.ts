/** A process that kills itself at named points, once at each, and writes down what it has done so that the next one goes on. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { makeConsortium } from '../federation/consortium.ts';

/** Both sides of the tests make the same consortium from the same seed: three partners, one round, twelve chunks. */
export const consortiumOfTests = () =>
  makeConsortium(3, {
    rounds: 1,
    tensors: [{ name: 'trunk.0.weight', shape: [3_000_000], offset: 0 }],
    voiding: usualVoiding,
  });

export type Mortal = {
  /** SIGKILL, when this point is among those named and was not reached before. */
  readonly dieAt: (point: string) => void;
  readonly note: (line: string) => void;
};

export function openMortal(folder: string, name: string, points: readonly string[]): Mortal {
  return {
    dieAt(point) {
      const mark = join(folder, `${name} ${point}.died`);
      if (!points.includes(point) || existsSync(mark)) return;
      writeFileSync(mark, '');
      process.kill(process.pid, 'SIGKILL');
    },
    note: (line) => appendFileSync(join(folder, `${name}.notes`), `${line}\n`),
  };
}
