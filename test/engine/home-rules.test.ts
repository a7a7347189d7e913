import { describe, expect, it } from 'vitest';
import type { Stations } from '../../src-main/contract/home.ts';
import type { Role } from '../../src-main/contract/settings.ts';
import { nextStep, type Trouble, whatIsBlocked } from '../../src-main/engine/home-rules.ts';

const finished: Stations = {
  import: { measurements: 900, batches: 1, rejectedRows: 0, lastAt: '2025-11-25T12:00:00.000Z' },
  structures: { compounds: 300, standardised: 300, failed: 0, waiting: 0 },
  tasks: { tasks: 4, assays: 6, tooSmall: 2, outdated: false },
  train: { runs: 1, aucPr: 0.7, aucRoc: 0.8, running: null },
  review: { waiting: 0, oldestAt: null },
  submissions: { sent: 0, lastAt: null },
  score: { model: null, sheets: 0 },
};
const waiting = [{ name: 'S-0001', hash: 'a'.repeat(64), frozenAt: '2025-11-25T13:52:00.000Z', blocked: false }];
const calm: Trouble = {
  stations: finished,
  rejected: [],
  missingConsent: [],
  waiting: [],
  voided: [],
  failedJobs: [],
  brokenAt: null,
  denied: [],
};

describe('the next step', () => {
  const stepFor = (role: Role, changes: Partial<Stations>, packages = [] as typeof waiting, inConsortium = true) =>
    nextStep({ ...finished, ...changes }, role, packages, inConsortium).step;

  it('follows the way of the data for the steward', () => {
    const nothing = { ...finished.import, measurements: 0 };
    expect(stepFor('steward', { import: nothing })).toBe('import-file');
    expect(stepFor('steward', { structures: { ...finished.structures, waiting: 300 } })).toBe('standardise');
    expect(stepFor('steward', { tasks: { ...finished.tasks, tasks: 0 } })).toBe('build-tasks');
    expect(stepFor('steward', { tasks: { ...finished.tasks, outdated: true } })).toBe('build-tasks');
    expect(stepFor('steward', { train: { ...finished.train, runs: 0 } })).toBe('train');
    expect(stepFor('steward', {}, [], false)).toBe('join-consortium');
    expect(stepFor('steward', {})).toBe('score');
  });

  it('is the waiting package for those who decide, and scoring for the scientist', () => {
    expect(stepFor('compliance', {}, waiting)).toBe('review-package');
    expect(stepFor('steward', {}, waiting)).toBe('score');
    const model = { id: 'm', kind: 'global' as const, step: 3, hash: 'h', createdAt: '2025' };
    expect(
      stepFor('scientist', { structures: { ...finished.structures, waiting: 3 }, score: { model, sheets: 0 } }),
    ).toBe('score');
  });
});

describe('what is blocked', () => {
  it('is nothing when every station has done its work', () => {
    expect(whatIsBlocked(calm)).toEqual([]);
  });

  it('names what is broken first, then each station in the order of the data', () => {
    const causes = whatIsBlocked({
      stations: { ...finished, structures: { ...finished.structures, failed: 4, waiting: 9 } },
      rejected: [{ id: 7, rejected: 72, committedAt: '2025' }],
      waiting: [...waiting, { ...waiting[0]!, name: 'S-0002', blocked: true }],
      missingConsent: ['compliance'],
      voided: [{ name: 'S-0000', hash: 'b'.repeat(64), frozenAt: '2025' }],
      failedJobs: [{ id: 'j', kind: 'tasks', finishedAt: '2025' }],
      brokenAt: { seq: 12, at: '2025' },
      denied: [{ host: 'updates.example:443', calls: 9, lastAt: '2025' }],
    }).map(({ cause, severity }) => `${severity} ${cause}`);
    expect(causes).toEqual([
      'bad log-broken',
      'bad job-failed',
      'bad rows-rejected',
      'wait structures-waiting',
      'warn structures-failed',
      'wait consent-missing',
      'wait package-waits',
      'bad package-blocked',
      'bad package-void',
      'wait connection-denied',
    ]);
  });
});
