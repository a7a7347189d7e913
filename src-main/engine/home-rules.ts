/** What Home says first: the one next step for a role, and what is blocked, from the figures of the stations. */
import type { Blocked, NextStep, Stations } from '../contract/home.ts';
import type { Role } from '../contract/settings.ts';

export type WaitingPackage = {
  readonly name: string;
  readonly hash: string;
  readonly frozenAt: string;
  readonly blocked: boolean;
};

/** The station nearest to the beginning that waits for this role; the officer's desk comes first for the officer. */
export function nextStep(
  stations: Stations,
  role: Role | null,
  waiting: readonly WaitingPackage[],
  inConsortium: boolean,
): NextStep {
  const { structures, tasks, train, score } = stations;
  const { measurements } = stations.import;
  const [oldest] = waiting;
  const step = (name: NextStep['step'], station: NextStep['station'], facts: NextStep['facts'] = {}): NextStep => ({
    step: name,
    station,
    facts,
    target: null,
  });
  if (oldest !== undefined && (role === 'compliance' || role === 'administrator')) {
    return { ...step('review-package', 'review', { name: oldest.name }), target: oldest.hash };
  }
  if (role === 'scientist' && score.model !== null) return step('score', 'score');
  if (measurements === 0) return step('import-file', 'import');
  if (structures.waiting > 0) return step('standardise', 'structures', { waiting: structures.waiting });
  if (tasks.tasks === 0 || tasks.outdated) return step('build-tasks', 'tasks', { measurements });
  if (train.runs === 0 && train.running === null) return step('train', 'train', { tasks: tasks.tasks });
  if (!inConsortium) return step('join-consortium', 'settings');
  return step('score', 'score');
}

export type Trouble = {
  readonly stations: Stations;
  readonly rejected: readonly { readonly id: number; readonly rejected: number; readonly committedAt: string }[];
  /** Whose consent to the charter is missing; empty without a charter, and once both are there. */
  readonly missingConsent: readonly string[];
  readonly waiting: readonly WaitingPackage[];
  readonly voided: readonly { readonly name: string; readonly hash: string; readonly frozenAt: string }[];
  readonly failedJobs: readonly { readonly id: string; readonly kind: string; readonly finishedAt: string | null }[];
  readonly brokenAt: { readonly seq: number; readonly at: string } | null;
  readonly denied: readonly { readonly host: string; readonly calls: number; readonly lastAt: string }[];
};

/** In the order of weight: broken, then in the order of the stations. */
export function whatIsBlocked(trouble: Trouble): Blocked[] {
  const { stations, rejected, missingConsent, waiting, voided, failedJobs, brokenAt, denied } = trouble;
  const { structures, tasks } = stations;
  const entries: Blocked[] = [];
  const add = (
    cause: Blocked['cause'],
    severity: Blocked['severity'],
    station: Blocked['station'],
    action: Blocked['action'],
    rest: Partial<Pick<Blocked, 'facts' | 'target' | 'since'>> = {},
  ) => entries.push({ cause, severity, station, action, facts: {}, target: null, since: null, ...rest });

  if (brokenAt !== null) {
    add('log-broken', 'bad', 'audit', 'open-audit', { facts: { seq: brokenAt.seq }, since: brokenAt.at });
  }
  for (const { id, kind, finishedAt } of failedJobs) {
    add('job-failed', 'bad', stationOfJob(kind), 'open-job', { facts: { kind }, target: id, since: finishedAt });
  }
  for (const { id, rejected: count, committedAt } of rejected) {
    const facts = { count, batch: id };
    add('rows-rejected', 'bad', 'import', 'open-check', { facts, target: String(id), since: committedAt });
  }
  if (structures.waiting > 0) {
    add('structures-waiting', 'wait', 'structures', 'standardise', { facts: { count: structures.waiting } });
  }
  if (structures.failed > 0) {
    add('structures-failed', 'warn', 'structures', 'open-check', { facts: { count: structures.failed } });
  }
  if (tasks.outdated) add('tasks-outdated', 'warn', 'tasks', 'build-tasks');
  else if (tasks.tasks === 0 && structures.standardised > 0) add('tasks-missing', 'wait', 'tasks', 'build-tasks');
  if (missingConsent.length > 0) add('consent-missing', 'wait', 'consent', 'open-consent');
  for (const { name, hash, frozenAt, blocked } of waiting) {
    const rest = { facts: { name }, target: hash, since: frozenAt };
    if (blocked) add('package-blocked', 'bad', 'review', 'open-review', rest);
    else add('package-waits', 'wait', 'review', 'open-review', rest);
  }
  for (const { name, hash, frozenAt } of voided) {
    add('package-void', 'bad', 'review', 'open-review', { facts: { name }, target: hash, since: frozenAt });
  }
  for (const { host, calls, lastAt } of denied) {
    const rest = { facts: { count: calls, host }, target: host, since: lastAt };
    add('connection-denied', 'wait', 'audit', 'open-audit', rest);
  }
  return entries;
}

function stationOfJob(kind: string): Blocked['station'] {
  switch (kind) {
    case 'preview':
    case 'import':
    case 'sample':
      return 'import';
    case 'standardise':
      return 'structures';
    case 'tasks':
      return 'tasks';
    case 'score':
      return 'score';
    default:
      return 'train';
  }
}
