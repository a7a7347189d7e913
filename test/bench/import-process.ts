/**
 * One preview or import in a process of its own, as the engine does it: in a job's thread, beside the engine.
 * `node import-process.ts preview|import <file> <empty folder>` prints a line of JSON: {rows, milliseconds, peak} with the
 * highest resident size of the whole process in bytes.
 */
import { join } from 'node:path';
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { checkReport, importOutcome } from '../../src-main/contract/intake.ts';
import { createEventHub } from '../../src-main/engine/event-hub.ts';
import { jobKinds } from '../../src-main/engine/job-kinds.ts';
import { openJobs } from '../../src-main/engine/jobs.ts';
import { openLooks } from '../../src-main/engine/looks.ts';
import { version } from '../../src-main/engine/version.ts';
import { asInspected, stateOfInspection } from '../../src-main/intake/inspected.ts';
import { peakResident } from './peak-memory.ts';

const [kind = 'import', path = '', folder = ''] = process.argv.slice(2);
const workspace = openWorkspaceWithKey(folder, new Uint8Array(32).fill(5));
const url = new URL('../../src-main/engine/job-kinds.ts', import.meta.url).href;
const host = { kind: 'command-line', configurationFolder: join(folder, 'configuration'), log: console.error } as const;
const jobs = await openJobs(workspace, { url, jobKinds }, host, createEventHub());
// As the steward has seen it before saying so, in the thread that looks at files; the import is told what was found.
const looks = openLooks(workspace, async (structures) => structures.map(() => undefined), console.error);
const seen = await stateOfInspection([path, null], workspace.catalog, version);
const inspection = await looks.inspect({ kind: 'inspect', path, name: 'results.csv', reading: {} });
if (kind === 'import') await looks.rest();
const { mapping } = inspection;
const inspected = asInspected(inspection, seen);

const started = performance.now();
const { id } = await jobs.start(
  kind === 'preview' ? 'preview' : 'import',
  kind === 'preview' ? { path, mapping } : { path, mapping, inspected, name: 'results.csv', person: 'Mara Lindner' },
);
const { state, result } = await jobs.finished(id);
if (state !== 'done') throw new Error(`the ${kind} ended as ${state}`);
const milliseconds = performance.now() - started;
const report = kind === 'preview' ? checkReport.parse(result) : importOutcome.parse(result).report;
console.log(JSON.stringify({ rows: report.rows.in, milliseconds, peak: peakResident() }));
await jobs.close();
await looks.close();
workspace.close();
