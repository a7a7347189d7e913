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
    const provider = { name: 'cpu', trouble: { provider: 'webgpu', reason: 'ended', detail: 'SIGSEGV' } };
    expect(jobEntry('train', { runId: '0d3f9a52-run', modelId: 'm', provider })).toEqual({
      act: 'training-finished',
      subject: 'run 0d3f9a52',
      detail: { run: '0d3f9a52-run', model: 'm', provider: 'cpu', insteadOf: 'webgpu', reason: 'ended' },
    });
    expect(jobEntry('score', { sheetId: 's', compounds: 5, scored: 4, failed: 1, duplicates: 0 })).toEqual({
      act: 'compounds-scored',
      subject: '4 compounds',
      detail: { sheet: 's' },
    });
    expect(jobEntry('fuse', { fusionId: 'f', modelId: '5b2d94d0-fused', weight: 0.6 })).toEqual({
      act: 'models-fused',
      subject: 'model 5b2d94d0',
      detail: { model: '5b2d94d0-fused', fusion: 'f', weight: 0.6 },
    });
  });

  it('is nothing for a result that tells of no change', () => {
    expect(jobEntry('fuse', { fusionId: 'f', modelId: null, weight: 1 })).toBeUndefined();
    for (const kind of jobKind.options) {
      expect(jobEntry(kind, undefined)).toBeUndefined();
      expect(jobEntry(kind, { outcome: 'needs-decision' })).toBeUndefined();
    }
  });
});
