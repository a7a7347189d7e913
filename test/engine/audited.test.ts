import { describe, expect, it } from 'vitest';
import { jobKind } from '../../src-main/contract/jobs.ts';
import { jobEntry } from '../../src-main/engine/audited.ts';

describe('what a finished job leaves in the log', () => {
  it('is one act with its counts, for the jobs that change something', () => {
    const counts = { structures: 300, standardised: 200, reused: 100, failed: 4 };
    expect(jobEntry('standardise', counts)).toEqual({
      act: 'structures-standardised',
      subject: '300 structures',
      detail: counts,
    });
    expect(jobEntry('train', { runId: '0d3f9a52-run', modelId: 'm' })).toMatchObject({
      act: 'training-finished',
      subject: 'run 0d3f9a52',
    });
  });

  it('is nothing for a result that tells of no change', () => {
    for (const kind of jobKind.options) {
      expect(jobEntry(kind, undefined)).toBeUndefined();
      expect(jobEntry(kind, { outcome: 'needs-decision' })).toBeUndefined();
    }
  });
});
