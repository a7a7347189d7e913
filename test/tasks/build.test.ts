import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countStructures, summariseStructures } from '../../src-main/catalog/structures.ts';
import { chooseThresholds } from '../../src-main/catalog/tasks.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import {
  chemistryParameters,
  keyOrigin,
  parameterHash,
  readChemistryParameters,
  writeChemistryParameters,
} from '../../src-main/chemistry/parameters.ts';
import { type Chemistry, openChemistry } from '../../src-main/chemistry/pool.ts';
import { standardiseCatalog } from '../../src-main/chemistry/standardise-catalog.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type SampleCompany, writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { defaultTaskRules, writeTaskRules } from '../../src-main/tasks/rules.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { viewAssay, viewTaskSet } from '../../src-main/tasks/view.ts';

let folder: string;
let workspace: Workspace;
let chemistry: Chemistry;
let companies: SampleCompany[];
const bring = (company: SampleCompany) =>
  importFile(workspace, { path: company.file, person: 'Mara Lindner' }, unattended);
const build = () => buildTasks(workspace, defaultTaskRules, unattended);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-tasks-'));
  companies = await writeSampleExports(join(folder, 'exports'), 'test');
  workspace = openWorkspaceWithKey(mkdtempSync(join(folder, 'workspace-')), new Uint8Array(32).fill(7));
  chemistry = await openChemistry({ parameters: readChemistryParameters(workspace.catalog) });
});
afterAll(async () => {
  await chemistry.close();
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

// One way from file to training table; each step starts where the one before ended.
describe('from an import to a training table', () => {
  it('nothing can be learnt before something is measured and standardised', async () => {
    expect(build).toThrow(/NOTHING_TO_LEARN.*no measurements/);
    const outcome = await bring(companies[0]!);
    expect(outcome.outcome).toBe('imported');
    expect(build).toThrow(/NOTHING_TO_LEARN.*no standard structures/);
    expect(viewTaskSet(workspace.catalog, undefined)).toMatchObject({ taskSet: null, assays: [] });
  });

  it('every structure is standardised once, also when the work was interrupted', async () => {
    const stop = new AbortController();
    stop.abort();
    const stopped = standardiseCatalog(workspace, chemistry, { signal: stop.signal, report: () => {} });
    await expect(stopped).rejects.toThrow(/CANCELLED/);

    const { compounds, brokenStructures } = companies[0]!;
    const first = await standardiseCatalog(workspace, chemistry, unattended);
    expect(first).toMatchObject({ reused: 0, failed: brokenStructures });
    expect(first.standardised).toBe(first.structures);
    const again = await standardiseCatalog(workspace, chemistry, unattended);
    expect(again).toEqual({ ...first, standardised: 0, reused: first.structures });

    const summary = summariseStructures(workspace.catalog, parameterHash(chemistry.parameters));
    expect(summary).toMatchObject({ failed: 2, waiting: 0, failures: [{ failure: 'unreadable', structures: 2 }] });
    expect(summary.standardised).toBe(compounds);
    expect(summary.steps.fragment).toBeGreaterThan(10);
    expect(summary.steps.charge).toBeGreaterThan(0);
    expect(summary.steps.stereo).toBeGreaterThan(0);
    expect(summary.duplicates).toEqual({ structures: 24, standardStructures: 12 });
    expect(summary.standardStructures).toBe(compounds - 12);
  });

  it('an assay below a quorum stands in the set with its counts', () => {
    const summary = build();
    const { assays, taskSet } = viewTaskSet(workspace.catalog, undefined);
    expect(summary.assays).toBe(companies[0]!.assays);
    expect(summary.status.ready).toBeGreaterThanOrEqual(10);
    expect(assays).toHaveLength(summary.assays);
    expect(taskSet).toMatchObject({ trainingTasks: summary.trainingTasks, stale: false, hash: summary.hash });
    expect(assays.map(({ compounds }) => compounds)).toEqual(
      assays.map(({ compounds }) => compounds).sort((a, b) => b - a),
    );
    expect(assays.filter(({ type }) => type === 'ADME')).toHaveLength(1);
  });

  it('the table holds each labelled compound once, with sorted labels that fit the counts', () => {
    const { taskSetId, compounds, labels, trainingTasks } = build();
    const table = readTrainingTable(workspace.catalog, taskSetId);
    expect(table).toMatchObject({ rows: compounds });
    expect(table.tasks).toHaveLength(trainingTasks);
    expect(table.bitOffsets).toHaveLength(compounds + 1);
    expect(table.bitIndices).toHaveLength(table.bitOffsets.at(-1)!);
    expect(table.labelRows).toHaveLength(labels);
    for (let at = 1; at < labels; at++) {
      const [row, task] = [
        table.labelRows[at]! - table.labelRows[at - 1]!,
        table.labelTasks[at]! - table.labelTasks[at - 1]!,
      ];
      expect(row > 0 || (row === 0 && task > 0)).toBe(true);
    }
    for (let row = 0; row < table.rows; row++) {
      const bits = table.bitIndices.subarray(table.bitOffsets[row], table.bitOffsets[row + 1]);
      expect(bits.every((bit, at) => at === 0 || bit > bits[at - 1]!)).toBe(true);
    }
    const { assays } = viewTaskSet(workspace.catalog, taskSetId);
    table.tasks.forEach(({ assayId, threshold }, position) => {
      const shown = assays.find((assay) => assay.assayId === assayId)!;
      if (shown.thresholds.find(({ auxiliary }) => !auxiliary)?.threshold !== threshold) return;
      const own = table.labelValues.filter((_, at) => table.labelTasks[at] === position);
      expect([own.filter((value) => value === 1).length, own.filter((value) => value === -1).length]).toEqual([
        shown.actives,
        shown.inactives,
      ]);
    });
    expect(() => readTrainingTable(workspace.catalog, 999)).toThrow(/NOT_FOUND/);
  });

  it('a rebuild of the same gives another set of the same hash, and leaves the first as it was', () => {
    const first = build();
    const second = build();
    expect(second.taskSetId).toBeGreaterThan(first.taskSetId);
    expect(second.hash).toBe(first.hash);
    expect(readTrainingTable(workspace.catalog, first.taskSetId)).toMatchObject({ rows: first.compounds });
  });

  it("a person's threshold is tried without being kept, kept when set, and used by the next set", () => {
    const { assays } = viewTaskSet(workspace.catalog, undefined);
    const { assayId, thresholds } = assays.find(({ type }) => type === 'OTHER')!;
    const ruled = viewAssay(workspace.catalog, assayId, undefined);
    const tried = viewAssay(workspace.catalog, assayId, [6.2]);
    expect(tried.tasks.map(({ threshold, method }) => `${threshold} ${method}`)).toEqual([
      '5.7 aux_low',
      '6.2 expert',
      '6.7 aux_high',
    ]);
    expect(tried.suggestion.thresholds).toEqual(thresholds);
    expect(viewAssay(workspace.catalog, assayId, undefined)).toEqual(ruled);

    chooseThresholds(workspace.catalog, assayId, [6.2], 'Mara Lindner');
    expect(viewTaskSet(workspace.catalog, undefined).taskSet?.stale).toBe(true);
    expect(viewAssay(workspace.catalog, assayId, undefined)).toMatchObject({
      chosen: [6.2],
      tasks: [{}, { threshold: 6.2 }, {}],
    });
    const { taskSetId } = build();
    const built = viewTaskSet(workspace.catalog, taskSetId);
    expect(built.taskSet?.stale).toBe(false);
    expect(built.assays.find((assay) => assay.assayId === assayId)?.thresholds[1]).toMatchObject({
      threshold: 6.2,
      method: 'expert',
    });

    chooseThresholds(workspace.catalog, assayId, [], 'Mara Lindner');
    expect(viewAssay(workspace.catalog, assayId, undefined)).toMatchObject({ chosen: [], reason: ruled.reason });
  });

  it('the histogram holds every compound once', () => {
    for (const { assayId, compounds, censored } of viewTaskSet(workspace.catalog, undefined).assays) {
      const { histogram } = viewAssay(workspace.catalog, assayId, undefined);
      const total = (count: (bin: (typeof histogram.bins)[number]) => number) =>
        histogram.bins.reduce((sum, bin) => sum + count(bin), 0);
      expect(total(({ equal, less, greater }) => equal + less + greater)).toBe(compounds);
      expect(total(({ less, greater }) => less + greater)).toBe(censored);
      expect(histogram.bins.length).toBeLessThanOrEqual(62);
    }
  });

  it('the rules of a consortium make the set stale, and go into the next one', () => {
    build();
    const rules = { ...defaultTaskRules, evaluationQuorum: { actives: 1, inactives: 1 } };
    writeTaskRules(workspace.catalog, rules);
    expect(viewTaskSet(workspace.catalog, undefined)).toMatchObject({ rules, taskSet: { stale: true } });
    const { evaluatedTasks } = buildTasks(workspace, rules, unattended);
    expect(viewTaskSet(workspace.catalog, undefined).taskSet).toMatchObject({ rules, stale: false, evaluatedTasks });
    writeTaskRules(workspace.catalog, defaultTaskRules);
  });

  it('another key makes all structures wait, and the old ones are known again under the old key', async () => {
    const { catalog } = workspace;
    const own = readChemistryParameters(catalog);
    const known = countStructures(catalog, parameterHash(own));
    expect(keyOrigin(catalog)).toBe('local');
    writeChemistryParameters(catalog, chemistryParameters('the key of a consortium'));
    expect(keyOrigin(catalog)).toBe('consortium');
    expect(countStructures(catalog, parameterHash(readChemistryParameters(catalog)))).toMatchObject({
      standardised: 0,
    });
    expect(build).toThrow(/NOTHING_TO_LEARN/);
    writeChemistryParameters(catalog, own);
    expect(countStructures(catalog, parameterHash(readChemistryParameters(catalog)))).toEqual(known);
  });
});
