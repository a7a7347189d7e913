import { describe, expect, it } from 'vitest';
import { parseWeighting, rosterOf } from '../../src-main/engine/pilot/consortium.ts';
import { integerWeights } from '../../src-main/federation/plan.ts';

const partners = [900, 100, 0].map((train, index) => ({
  ...{ id: `P0${index + 1}`, name: `Partner ${index + 1}`, publicKey: `key ${index + 1}` },
  compounds: { train },
}));
const weights = (...weighting: Parameters<typeof parseWeighting>) =>
  rosterOf('Decima', partners, parseWeighting(...weighting)).partners.map(({ weight }) => weight);

describe('the weights of a consortium', () => {
  it('follow the training compounds unless told, and nobody weighs nothing', () => {
    expect(rosterOf('Decima', partners).partners.map(({ weight }) => weight)).toEqual([900, 100, 1]);
    expect(weights('compounds')).toEqual([900, 100, 1]);
  });

  it('may follow their square root, or be equal', () => {
    expect(weights('square-root')).toEqual([30, 10, 1]);
    expect(weights('equal')).toEqual([1, 1, 1]);
  });

  it('may be numbers that the partners agreed on, for every one of them', () => {
    expect(weights('P01=5, P02=3, P03=2')).toEqual([5, 3, 2]);
    expect(() => weights('P01=5,P02=3')).toThrow(/ROSTER_INVALID.*weight-missing/);
    for (const wrong of ['compound', 'P01=', 'P01=-1', 'P01=1=2', '']) {
      expect(() => parseWeighting(wrong)).toThrow(/INPUT_INVALID/);
    }
  });

  it('become whole numbers in proportion in the plan', () => {
    const whole = integerWeights(rosterOf('Decima', partners, parseWeighting('P01=5,P02=3,P03=2')));
    expect(whole).toEqual({ P01: 512, P02: 307, P03: 204 });
  });
});
