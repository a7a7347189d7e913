import { describe, expect, it } from 'vitest';
import { consistencyRecord, differingStages, stagesWithoutStructures } from '../../src-main/chemistry/consistency.ts';
import { consistencyStages, reportConsistency } from '../../src-main/chemistry/consistency-report.ts';
import { chemistryParameters, standardisationVersion } from '../../src-main/chemistry/parameters.ts';
import { referenceSet } from '../../src-main/chemistry/reference-set.ts';

const parameters = chemistryParameters('a secret of the consortium');
const { stages, structures } = await reportConsistency(parameters);
const otherKey = await reportConsistency(chemistryParameters('another secret'));

describe('the reference set', () => {
  it('has at least 200 different molecules and every way to fail before the toolkit breaks', () => {
    expect(new Set(referenceSet.map(({ text }) => text)).size).toBe(referenceSet.length);
    expect(
      structures.filter(({ parent }) => !/^[a-z]+-[a-z-]+$|^unreadable$|^query$/.test(parent)).length,
    ).toBeGreaterThan(200);
    const failures = structures.map(({ parent }) => parent);
    for (const failure of ['unreadable', 'too-many-atoms', 'too-deep', 'too-heavy', 'malformed-block', 'query']) {
      expect(failures).toContain(failure);
    }
  });
});

/**
 * By version of standardisation, for the key of this test. What stands here may stand in signed plans: never change an
 * entry, raise the version and add one.
 */
const released: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  3: {
    toolkit: '0b8a6160453c23590f224d93dcb3ca2ae2b80af1af0b252bcd879902b7fb2005',
    parameters: 'af3bf6c1532adcc9c6b348663e0e559fbbb284c917f61155fc87905a0ba9a0ef',
    key: 'cc5894fbc1338b14f24956b8acd0bd685ed23adfc65469bf1a20474702b84e89',
    parent: '9513fa37d66f93553d36a769c41c843550bdb8091636f857e1e2dca6bc01aceb',
    tautomer: '8ffccc04c41262cff8f4979b87a904bafbedd5f7ccec7e24095d684e3b4c7396',
    fingerprint: '31ff2e4569a0d77b8a31ef339bb3463c7ca2c8ad0b943ede592dd4418de7f803',
    scramble: '472190b2d259bdddf292ec7cabee6f916bea2de6c08f6dfad7763ecd283cacaa',
    fold: '8ae2c37fdb14f0feea963331fb141ebf5905aa765149b234c30e7e0a4e18d080',
  },
};

describe('the version of standardisation', () => {
  it('is raised whenever a stage gives something else', () => {
    expect(stages).toEqual(released[standardisationVersion]);
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
