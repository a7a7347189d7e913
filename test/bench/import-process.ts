/**
 * One preview or import in a process of its own, as the engine does it: in a job's thread, beside the engine.
 * `node import-process.ts preview|import <file> <empty folder>` prints a line of JSON: {rows, milliseconds, peak} with the
 * highest resident size of the whole process in bytes.
 */
import { join } from 'node:path';
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { checkReport, importOutcome } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { createEventHub } from '../../src-main/engine/event-hub.ts';
import { jobKinds } from '../../src-main/engine/job-kinds.ts';
import { openJobs } from '../../src-main/engine/jobs.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';

const [kind = 'import', path = '', folder = ''] = process.argv.slice(2);
const workspace = openWorkspaceWithKey(folder, new Uint8Array(32).fill(5));
const url = new URL('../../src-main/engine/job-kinds.ts', import.meta.url).href;
const host = { kind: 'command-line', configurationFolder: join(folder, 'configuration'), log: console.error } as const;
const jobs = await openJobs(workspace, { url, jobKinds }, host, createEventHub());
const { mapping } = await inspectFile(path, { catalog: workspace.catalog }, unattended);

const started = performance.now();
const { id } = await jobs.start(
  kind === 'preview' ? 'preview' : 'import',
  kind === 'preview' ? { path, mapping } : { path, mapping, name: 'results.csv', person: 'Mara Lindner' },
);
const { state, result } = await jobs.finished(id);
if (state !== 'done') throw new Error(`the ${kind} ended as ${state}`);
const milliseconds = performance.now() - started;
const report = kind === 'preview' ? checkReport.parse(result) : importOutcome.parse(result).report;
console.log(JSON.stringify({ rows: report.rows.in, milliseconds, peak: process.resourceUsage().maxRSS * 1024 }));
await jobs.close();
workspace.close();
