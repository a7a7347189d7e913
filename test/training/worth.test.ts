import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worthOf } from '../../src-main/training/worth.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const loss = fc.double({ min: 0, max: 5, noNaN: true });

describe('what the validation fold chooses by', () => {
  it('is mean AUC-PR where classes alone are learnt, whatever their loss', () => {
    fc.assert(
      fc.property(share, loss, share, (aucPr, some, weight) => {
        expect(worthOf({ aucPr, loss: some, regressionLoss: null }, weight)).toBe(aucPr);
      }),
    );
  });

  it('grows with AUC-PR and falls with the error of values, each as much as the loss weighs it', () => {
    fc.assert(
      fc.property(share, loss, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (aucPr, regressionLoss, weight) => {
        const reached = { aucPr, loss: 1, regressionLoss };
        const better = worthOf({ ...reached, aucPr: aucPr + 0.1 }, weight) - worthOf(reached, weight);
        const worse = worthOf({ ...reached, regressionLoss: regressionLoss + 0.1 }, weight) - worthOf(reached, weight);
        expect(better).toBeCloseTo(0.1 * (1 - weight), 9);
        expect(worse).toBeCloseTo(-0.1 * weight, 9);
      }),
    );
  });

  it('is the loss, turned round, where no task has enough of both classes', () => {
    expect(worthOf({ aucPr: null, loss: 0.5, regressionLoss: 0.25 })).toBe(-0.75);
    expect(worthOf({ aucPr: null, loss: null, regressionLoss: 0.25 })).toBe(-0.25);
    expect(worthOf({ aucPr: null, loss: null, regressionLoss: null })).toBeCloseTo(0, 12);
  });
});
