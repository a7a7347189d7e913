import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { type Looks, openLooks } from '../../src-main/engine/looks.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { asInspected, stateOfInspection } from '../../src-main/intake/inspected.ts';
import { rejectedCsvOfPreview } from '../../src-main/intake/rejected-csv.ts';
import { longCsv } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, workspace } = bench();
/** A thread starts slowly on a machine that is busy. */
const patience = 120_000;
const text = longCsv(300).replaceAll(/,(\d*7),nM/g, ',n.b.,nM');

describe('the thread that looks at files', () => {
  let looks: Looks;
  beforeEach(() => {
    looks = openLooks(
      workspace(),
      async (structures) => structures.map(() => undefined),
      () => {},
    );
  });
  afterEach(() => looks.close());
  const lookAt = (path: string, signal?: AbortSignal) =>
    looks.inspect({ kind: 'inspect', path, name: 'results.csv', reading: {} }, signal);
  const rejectedOf = (path: string, mapping: Mapping) =>
    looks.rejectedCsv({ kind: 'rejected-csv', path, name: 'results.csv', mapping, companion: null });

  it(
    'finds what the look itself finds, also after it has rested',
    async () => {
      const path = file('results.csv', text);
      const { catalog } = workspace();
      const expected = { ...(await inspectFile(path, { name: 'results.csv', catalog }, unattended)), templates: [] };
      expect(await lookAt(path)).toEqual(expected);
      await looks.rest();
      expect(await lookAt(path)).toEqual(expected);
    },
    patience,
  );

  it(
    'tells what is wrong with a file by its code, and hears that nobody waits any more',
    async () => {
      await expect(lookAt('/nowhere/results.csv')).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        data: { reason: 'missing' },
      });
      const path = file('results.csv', text);
      await expect(lookAt(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
      const leaving = new AbortController();
      const left = expect(lookAt(path, leaving.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
      leaving.abort();
      await left;
      const closed = expect(lookAt(path)).rejects.toMatchObject({ code: 'CANCELLED' });
      await looks.close();
      await closed;
    },
    patience,
  );

  it(
    'gives the rejected rows piece by piece, as many as are wanted',
    async () => {
      const path = file('results.csv', text);
      const { mapping } = await lookAt(path);
      let expected = '';
      for await (const piece of rejectedCsvOfPreview(path, mapping, unattended, {})) expected += piece;
      let found = '';
      for await (const piece of rejectedOf(path, mapping)) found += piece;
      expect(found).toBe(expected);
      expect(found).toContain('not-a-number');
      for await (const piece of rejectedOf(path, mapping)) {
        expect(piece).not.toBe('');
        break;
      }
      expect((await lookAt(path)).mapping).toEqual(mapping);
    },
    patience,
  );
});

describe('an import of a file that was looked at', () => {
  async function looked(path: string) {
    const { catalog } = workspace();
    const state = await stateOfInspection([path, null], catalog, undefined);
    const inspection = await inspectFile(path, { catalog }, unattended);
    return { path, person: 'Mara Lindner', mapping: inspection.mapping, inspected: asInspected(inspection, state) };
  }
  async function stepsOf(order: Awaited<ReturnType<typeof looked>>) {
    const steps = new Set<string>();
    const control: Control = { ...unattended, report: ({ step }) => steps.add(step) };
    const { report, outcome, proposals } = await importFile(workspace(), order, control);
    return { steps: [...steps], report, outcome, proposals };
  }

  it('goes by what was found, and comes to the same', async () => {
    const path = file('results.csv', text);
    const order = await looked(path);
    const { steps, report, outcome, proposals } = await stepsOf(order);
    expect([outcome, steps]).toEqual(['imported', ['import.rows', 'import.commit']]);
    expect(proposals).toEqual(order.inspected.proposals);
    const again = await bring(path, { mapping: order.mapping, again: true });
    expect(again.report).toEqual(report);
  });

  it('looks again where the file or the catalogue is another one by now', async () => {
    const path = file('results.csv', text);
    const before = await looked(path);
    file('results.csv', `${text}X-1,C,A9,1,nM\n`);
    expect((await stepsOf(before)).steps).toContain('import.inspect');
    const stale = await looked(file('others.csv', text));
    await bring(file('more.csv', longCsv(20).replaceAll('nM', 'uM')));
    expect((await stepsOf(stale)).steps).toContain('import.inspect');
  });

  it('is refused once it has been imported meanwhile', async () => {
    const order = await looked(file('results.csv', text));
    await stepsOf(order);
    expect((await stepsOf(order)).outcome).toBe('refused');
  });
});
