import { describe, expect, it } from 'vitest';
import { standardiseInBatches } from '../../src-main/chemistry/batches.ts';
import { createCrew } from '../../src-main/chemistry/crew.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { openChemistry, type Structure } from '../../src-main/chemistry/pool.ts';
import { compileToolkit } from '../../src-main/chemistry/toolkit.ts';
import { startWorker } from '../../src-main/chemistry/worker-thread.ts';
import { type Progress, unattended } from '../../src-main/contract/progress.ts';
import { hostileStructures } from '../fixtures/hostile-structures.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';

const parameters = chemistryParameters('a secret of the consortium');
const structuresOf = (texts: readonly string[]): Structure[] => texts.map((text) => ({ kind: 'smiles', text }));

describe('the pool', () => {
  it('answers in the order of the input, failures in their places, and tells how far it is', async () => {
    const chemistry = await openChemistry({ parameters, workers: 2 });
    const texts = [...inventedSmiles(450)];
    texts[17] = 'c1ccc(';
    texts[300] = 'C'.repeat(5000);
    const told: Progress[] = [];
    const results = await chemistry.standardise(structuresOf(texts), {
      ...unattended,
      report: (one) => told.push(one),
    });
    expect(results.flatMap((result, at) => (result.ok ? [] : [`${at} ${result.failure}`]))).toEqual([
      '17 unreadable',
      '300 too-long',
    ]);
    const alone = await chemistry.standardise(structuresOf(texts.slice(200, 201)), unattended);
    expect(results[200]).toEqual(alone[0]);
    expect(told.at(-1)).toEqual({ step: 'chemistry.standardise', done: 450, total: 450 });
    await chemistry.close();
  });

  it('stops when it is asked to, and works on afterwards', async () => {
    const chemistry = await openChemistry({ parameters, workers: 1 });
    const stop = new AbortController();
    const structures = structuresOf(inventedSmiles(1000));
    const cancelled = chemistry.standardise(structures, {
      signal: stop.signal,
      report: ({ done }) => done > 0 && stop.abort(),
    });
    await expect(cancelled).rejects.toThrow(/CANCELLED/);
    expect(await chemistry.standardise(structures.slice(0, 3), unattended)).toHaveLength(3);
    await chemistry.close();
  });

  it('renumbers the bits by the key, unless plain ones are asked for', async () => {
    const bitsOf = async (key: string, plainBits: boolean) => {
      const chemistry = await openChemistry({ parameters: chemistryParameters(key), workers: 1, plainBits });
      const [result] = await chemistry.standardise(structuresOf(['CCO']), unattended);
      await chemistry.close();
      return result?.ok ? [...result.bits] : [];
    };
    expect(await bitsOf('one', true)).toEqual(await bitsOf('two', true));
    expect(await bitsOf('one', false)).not.toEqual(await bitsOf('two', false));
  });

  it('draws in the colours of the theme on no ground, and nothing where there is no structure', async () => {
    const chemistry = await openChemistry({ parameters, workers: 1 });
    const size = { width: 132, height: 68 };
    const light = await chemistry.depict({ kind: 'smiles', text: 'Oc1ccncc1' }, { ...size, theme: 'light' });
    const dark = await chemistry.depict({ kind: 'smiles', text: 'Oc1ccncc1' }, { ...size, theme: 'dark' });
    expect(light).toContain('#19191E');
    expect(light).toContain('#2D3BC4');
    expect(dark).toContain('#9DABFF');
    expect(light).not.toContain('<rect');
    expect(light).toContain('stroke-width:1.0px');
    expect(await chemistry.depict({ kind: 'smiles', text: 'no structure' }, { ...size, theme: 'light' })).toBeNull();
    expect(await chemistry.depict({ kind: 'smiles', text: 'C'.repeat(900) }, { ...size, theme: 'light' })).toBeNull();
    await chemistry.close();
  });
});

describe('a structure that ends its worker', () => {
  const stubborn = async (texts: readonly string[]) => {
    const toolkit = await compileToolkit();
    const script = new URL('../fixtures/stubborn-worker.ts', import.meta.url);
    let started = 0;
    const start = () => {
      started += 1;
      return startWorker({ toolkit, parameters, permutation: undefined }, 0.5, script);
    };
    const crew = createCrew(start, 2, 1000);
    const results = await standardiseInBatches(crew, structuresOf(texts), unattended);
    await crew.close();
    return { started, results: results.map((result) => (result.ok ? result.smiles : result.failure)) };
  };

  it('is named, whether it hangs, ends the thread or breaks the toolkit; all others come through', async () => {
    const texts = Array.from({ length: 20 }, (_, at) => `C${at}`);
    [texts[3], texts[11], texts[19]] = ['hang', 'exit', 'break'];
    const expected = [...texts];
    [expected[3], expected[11], expected[19]] = ['timed-out', 'crashed-toolkit', 'crashed-toolkit'];
    expect((await stubborn(texts)).results).toEqual(expected);
  });

  it('is tried twice, and its worker replaced each time', async () => {
    expect(await stubborn(['break'])).toEqual({ started: 2, results: ['crashed-toolkit'] });
  });

  it('ends the run with an error only when no worker starts at all', async () => {
    const crew = createCrew(
      async () =>
        startWorker(
          { toolkit: await compileToolkit(), parameters, permutation: undefined },
          1,
          new URL('../fixtures/no-such-worker.ts', import.meta.url),
        ),
      1,
      1000,
    );
    await expect(standardiseInBatches(crew, structuresOf(['C']), unattended)).rejects.toThrow(/TOOLKIT_FAILED/);
    await crew.close();
  });
});

describe('a run over hostile structures', () => {
  it('ends with every good structure standardised and every bad one named', async () => {
    const good = structuresOf(inventedSmiles(hostileStructures.length));
    const chemistry = await openChemistry({ parameters, workers: 2 });
    const mixed = hostileStructures.flatMap((hostile, at) => [hostile, good[at]!]);
    const [results, alone] = await Promise.all([
      chemistry.standardise(mixed, unattended),
      chemistry.standardise(good, unattended),
    ]);
    await chemistry.close();
    expect(results.filter((_, at) => at % 2 === 1)).toEqual(alone);
    expect(alone.every(({ ok }) => ok)).toBe(true);
    const told = hostileStructures.map(({ name }, at) => ({ name, result: results[2 * at]! }));
    for (const { result } of told) {
      if (result.ok) expect(result.heavyAtoms).toBeLessThan(100);
      else expect(result).toMatchObject({ failure: expect.stringMatching(/^[a-z-]+$/) });
    }
    const failures = (failure: string) =>
      told.flatMap(({ name, result }) => (!result.ok && result.failure === failure ? [name] : []));
    expect(failures('timed-out')).toEqual([]);
    expect(failures('crashed-toolkit')).toEqual([]);
    expect(failures('too-long').length).toBeGreaterThan(5);
    expect(failures('malformed-block').length).toBeGreaterThan(10);
    expect(told.filter(({ result }) => result.ok).length).toBeLessThan(hostileStructures.length / 3);
  });
});

describe('a crew', () => {
  it('replaces a worker that has done its share', async () => {
    const toolkit = await compileToolkit();
    let started = 0;
    const script = new URL('../fixtures/stubborn-worker.ts', import.meta.url);
    const start = () => {
      started += 1;
      return startWorker({ toolkit, parameters, permutation: undefined }, 5, script);
    };
    const crew = createCrew(start, 1, 400);
    const texts = Array.from({ length: 1000 }, (_, at) => `C${at}`);
    const results = await standardiseInBatches(crew, structuresOf(texts), unattended);
    expect(results.map((result) => result.ok && result.smiles)).toEqual(texts);
    expect(started).toBe(3);
    await crew.close();
  });
});
