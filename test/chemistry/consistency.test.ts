import { describe, expect, it } from 'vitest';
import { consistencyRecord, differingStages, stagesWithoutStructures } from '../../src-main/chemistry/consistency.ts';
import { consistencyStages, reportConsistency } from '../../src-main/chemistry/consistency-report.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { referenceSet } from '../../src-main/chemistry/reference-set.ts';

const parameters = chemistryParameters('a secret of the consortium');
const { stages, structures } = await reportConsistency(parameters);
const otherKey = await reportConsistency(chemistryParameters('another secret'));

describe('the reference set', () => {
  it('has at least 200 different molecules and every way to fail before the toolkit breaks', () => {
    expect(new Set(referenceSet.map(({ text }) => text)).size).toBe(referenceSet.length);
    expect(structures.filter(({ parent }) => !/^[a-z]+-[a-z-]+$|^unreadable$/.test(parent)).length).toBeGreaterThan(
      200,
    );
    const failures = structures.map(({ parent }) => parent);
    for (const failure of ['unreadable', 'too-many-atoms', 'too-deep', 'too-heavy', 'malformed-block']) {
      expect(failures).toContain(failure);
    }
  });
});

describe('the consistency check', () => {
  it('gives the same hash for each stage on every run', async () => {
    expect(await consistencyStages(parameters)).toEqual(stages);
    expect(Object.values(stages).every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });

  it('names the stages that another choice or another key changes', async () => {
    const agreed = consistencyRecord(stages);
    const otherFolds = await reportConsistency(chemistryParameters(parameters.key, { foldRule: 'tuner-lsh' }));
    expect(differingStages(stages, agreed)).toEqual([]);
    expect(differingStages(otherFolds.stages, agreed)).toEqual(['parameters', 'fold']);
    expect(differingStages(otherKey.stages, agreed)).toEqual(['key', 'scramble', 'fold']);
  });

  it('counts a stage that the plan does not tell as one that differs', () => {
    const { key } = stagesWithoutStructures(parameters);
    expect(differingStages({ key }, {})).toEqual(['key']);
    expect(differingStages({}, {})).toEqual([]);
  });

  it('hashes the key with itself, and what follows from it, so that no hash can be compared without it', () => {
    expect(otherKey.stages.parent).toBe(stages.parent);
    expect(otherKey.stages.fingerprint).toBe(stages.fingerprint);
    expect(otherKey.structures).toEqual(structures);
  });
});
