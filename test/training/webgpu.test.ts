/** The train step on WebGPU against float64 and against the CPU, in a process of its own: a driver may end it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, noSwiftshader, unpackSwiftshader } from './swiftshader.ts';
import type { Case, Outcome } from './webgpu-steps.ts';

const withDriver = describe.skipIf(noSwiftshader !== undefined);

/** The driver first makes programs of every operator: seconds of a processor, which others may use too. */
const patience = 600_000;

withDriver(
  `the train step on WebGPU${noSwiftshader === undefined ? '' : ` (skipped, no SwiftShader: ${noSwiftshader})`}`,
  () => {
    let driver: Driver;
    let device: ReturnType<typeof fork>;
    let ended: Promise<never>;
    beforeAll(() => {
      driver = unpackSwiftshader();
      device = fork(new URL('./webgpu-steps.ts', import.meta.url), { env: { ...process.env, ...driver.environment } });
      ended = once(device, 'exit').then(([code, signal]) => {
        throw new Error(`the process on WebGPU ended: ${signal ?? code}`);
      });
      ended.catch(() => {});
    });
    afterAll(() => {
      device.kill();
      driver.remove();
    });

    async function outcomeOf(asked: Case): Promise<Outcome> {
      device.send(asked);
      const [outcome] = await Promise.race([once(device, 'message'), ended]);
      return outcome as Outcome;
    }

    // More rows than go as a dense product, and more compounds than go through the first layer at once.
    const table = { rows: 400, tasks: 4, bits: 1500, bitsPerCompound: 30, valueTasks: 3, catalogueTasks: 3 };
    const sizes = { batch: 280, table };
    const settings = { values: true, catalogue: true };

    it.each([
      ['Adam on trunk and head, two layers, past a settling', { hidden: [8, 6], optimiser: 'adam', runs: [2, 30, 2] }],
      ['Adam, all heads, rare rows, in two parts', { hidden: [4], optimiser: 'adam', runs: [2], settings, sizes }],
      [
        'Adam, weights that decay, rare rows, in two parts',
        { hidden: [4], optimiser: 'adam', runs: [2], sizes: { ...sizes, weightDecay: 0.05 } },
      ],
      [
        'SGD on the trunk, two layers, rare rows, in two parts',
        { hidden: [6, 4], optimiser: 'sgd', runs: [2, 1], sizes },
      ],
    ] as const)(
      'agrees with float64 and with the CPU, and gives the same bits again: %s',
      async (_, asked) => {
        const { fromReference, fromCpu, moved, repeats } = await outcomeOf(asked);
        expect(fromReference).toBeLessThan(1e-3);
        expect(fromCpu).toBeLessThan(1e-3);
        expect(moved).toBeGreaterThan(0.01);
        expect(repeats).toBe(true);
      },
      patience,
    );
  },
);
