import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVault, type Vault } from '../../src-main/catalog/vault.ts';
import { openResiduals, type Residuals, type RoundPlace } from '../../src-main/engine/participation/residuals.ts';
import { bytesOf } from '../../src-main/federation/chunks.ts';

const plan = {
  series: 'decima-1',
  encoding: { ringBits: 8, valueBits: 4, scale: { first: 1, factor: 3, atLeast: 1e-9 } },
} as const;

let folder: string;
let vault: Vault;
let residuals: Residuals;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-residuals-'));
  vault = openVault(folder, randomBytes(32));
  residuals = openResiduals(vault, plan);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keep(place: RoundPlace, residual: Float32Array): void {
  const file = residuals.keep(place);
  file.write(bytesOf(residual));
  file.close();
}

function current(of = residuals): Float32Array | null {
  const file = of.current();
  if (file === null) return null;
  const numbers = new Float32Array(file.read(0, file.bytes).buffer);
  file.close();
  return numbers;
}

const leftOver = (value: number) => new Float32Array(5).fill(value);
const files = () => readdirSync(join(folder, 'series', 'decima-1')).sort();

describe('what encoding leaves over', () => {
  it('is added to the next change once the sum of its round stands', () => {
    expect(residuals.current()).toBeNull();
    keep({ round: 1, attempt: 1 }, leftOver(1));
    expect(residuals.current()).toBeNull();
    residuals.close({ round: 1, attempt: 1 }, true);
    expect(current()).toEqual(leftOver(1));
  });

  it('stays what it was after a sum without this partner, and after an attempt that failed', () => {
    keep({ round: 1, attempt: 1 }, leftOver(1));
    residuals.close({ round: 1, attempt: 1 }, true);
    keep({ round: 2, attempt: 1 }, leftOver(2));
    keep({ round: 2, attempt: 2 }, leftOver(3));
    expect(current()).toEqual(leftOver(1));
    residuals.close({ round: 2, attempt: 2 }, false);
    expect(current()).toEqual(leftOver(1));
    expect(files()).toEqual(['residual-1-1', 'residuals']);
  });

  it('is the same after a kill between any two steps, however often a sum is applied', () => {
    keep({ round: 1, attempt: 1 }, leftOver(1));
    for (let time = 0; time < 3; time++) {
      openResiduals(vault, plan).close({ round: 1, attempt: 1 }, true);
      expect(current(openResiduals(vault, plan))).toEqual(leftOver(1));
    }
    keep({ round: 2, attempt: 1 }, leftOver(2));
    keep({ round: 2, attempt: 1 }, leftOver(2));
    openResiduals(vault, plan).close({ round: 2, attempt: 1 }, true);
    expect(current(openResiduals(vault, plan))).toEqual(leftOver(2));
  });

  it('goes back with a result that is taken back, and keeps two rounds of files', () => {
    for (let round = 1; round <= 4; round++) {
      keep({ round, attempt: 1 }, leftOver(round));
      residuals.close({ round, attempt: 1 }, true);
    }
    expect(files()).toEqual(['residual-3-1', 'residual-4-1', 'residuals']);
    residuals.backTo(3);
    residuals.backTo(3);
    expect(current()).toEqual(leftOver(3));
    keep({ round: 4, attempt: 2 }, leftOver(44));
    residuals.close({ round: 4, attempt: 2 }, true);
    expect(current()).toEqual(leftOver(44));
  });

  it('is nothing on a fixed grid', () => {
    const encoding = { ringBits: 32, fractionBits: 20, clip: { first: 1, factor: 4, atLeast: 1e-6 } } as const;
    const fixed = openResiduals(vault, { series: 'decima-1', encoding });
    fixed.close({ round: 1, attempt: 1 }, true);
    expect(fixed.current()).toBeNull();
  });
});
