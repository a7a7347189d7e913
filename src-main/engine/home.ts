/** Home in one call: every station's figures, the next step, what is blocked, what happened and what has left. */
import { lastSentAt } from '../catalog/audit-egress.ts';
import { callsByHost } from '../catalog/connections.ts';
import {
  batchesWithRejects,
  countImports,
  countRuns,
  countScoreSheets,
  countTasks,
  currentModel,
  currentRound,
  isInConsortium,
} from '../catalog/home.ts';
import { type JobRow, listJobs } from '../catalog/jobs.ts';
import type { Catalog } from '../catalog/open.ts';
import { readSetting } from '../catalog/settings.ts';
import { countStructures } from '../catalog/structures.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { type ChemistryParameters, parameterHash } from '../chemistry/parameters.ts';
import type { AuditAct } from '../contract/audit.ts';
import type { Home, Stations } from '../contract/home.ts';
import type { Person } from '../contract/settings.ts';
import { currentConsortium } from '../federation/series.ts';
import { findAudit, lastVerification } from '../release/audit.ts';
import { missingConsent } from '../release/consent-acts.ts';
import { readEgress } from '../release/egress.ts';
import { summarisePackages } from '../release/view.ts';
import { nextStep, whatIsBlocked } from './home-rules.ts';

const week = 7 * 24 * 3_600_000;

/** What would crowd out what was done. */
const comingAndGoing: readonly AuditAct[] = ['signed-in', 'signed-out'];

export function readHome(workspace: Workspace, person: Person | null, now: () => number = Date.now): Home {
  const { catalog } = workspace;
  const waiting = summarisePackages(workspace, { states: ['frozen'], limit: 100 })
    .map(({ name, hash, frozenAt, checks }) => ({ name, hash, frozenAt, blocked: checks.block > 0 }))
    .reverse();
  const current = currentConsortium(catalog);
  const consortium = current?.state === 'joined' || current?.state === 'running' ? current : undefined;
  const [newest] = summarisePackages(workspace, { limit: 1 });
  const egress = readEgress(catalog);
  const verification = lastVerification(catalog);
  const stations = readStations(catalog, waiting, egress);
  const lately = new Date(now() - week).toISOString();
  return {
    stations,
    next: nextStep(stations, person?.role ?? null, waiting, isInConsortium(catalog)),
    blocked: whatIsBlocked({
      stations,
      rejected: batchesWithRejects(catalog, 3),
      missingConsent: consortium === undefined ? [] : missingConsent(catalog, consortium),
      waiting,
      voided: newest?.state === 'void' ? [newest] : [],
      failedJobs: failedJobs(listJobs(catalog, 50)),
      brokenAt: verification?.broken ? { seq: verification.broken.seq, at: verification.at } : null,
      denied: callsByHost(catalog).filter(({ outcome, lastAt }) => outcome === 'denied' && lastAt > lately),
    }),
    recent: findAudit(catalog, { limit: 50 })
      .entries.filter(({ act }) => !comingAndGoing.includes(act))
      .slice(0, 10),
    round: currentRound(catalog) ?? null,
    left: {
      submissions: egress.submissions.count,
      bytes: egress.submissions.bytes,
      since: egress.since,
      hosts: egress.submissions.hosts,
      otherCalls: egress.otherCalls,
      deniedCalls: egress.deniedCalls,
    },
  };
}

function readStations(
  catalog: Catalog,
  waiting: readonly { readonly frozenAt: string }[],
  egress: ReturnType<typeof readEgress>,
): Stations {
  const imports = countImports(catalog);
  const chemistry = chemistryInForce(catalog);
  const { builtAt, parameterHash: builtOn, ...tasks } = countTasks(catalog);
  const dataIsNewer = builtAt !== null && imports.lastAt !== null && imports.lastAt > builtAt;
  return {
    import: imports,
    structures: structureFigures(catalog, chemistry),
    tasks: { ...tasks, outdated: dataIsNewer || (builtOn !== null && builtOn !== chemistry) },
    train: countRuns(catalog),
    review: { waiting: waiting.length, oldestAt: waiting[0]?.frozenAt ?? null },
    submissions: { sent: egress.submissions.count, lastAt: lastSentAt(catalog) },
    score: { model: currentModel(catalog) ?? null, sheets: countScoreSheets(catalog) },
  };
}

/** Before the first standardisation every structure waits. */
function structureFigures(catalog: Catalog, chemistry: string | null): Stations['structures'] {
  const { structures: compounds, standardised, failed } = countStructures(catalog, chemistry ?? '');
  return { compounds, standardised, failed, waiting: compounds - standardised - failed };
}

/** Null before the first standardisation: looking at Home must not make the workspace's key. */
function chemistryInForce(catalog: Catalog): string | null {
  const parameters = readSetting<ChemistryParameters>(catalog, 'chemistry.parameters');
  return parameters === undefined ? null : parameterHash(parameters);
}

/** The newest job of each kind, where it failed or was cut off. */
function failedJobs(jobs: readonly JobRow[]): JobRow[] {
  const newest = new Map<string, JobRow>();
  for (const job of jobs) if (!newest.has(job.kind)) newest.set(job.kind, job);
  return [...newest.values()].filter(({ state }) => state === 'failed' || state === 'interrupted');
}
