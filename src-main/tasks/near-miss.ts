/** The least that is missing for one more step of an assay, so that a person sees what a few more measurements would bring. */
import type { NearMiss, RegressionDetail } from '../contract/tasks.ts';
import type { DefinedTask, Frame } from './define.ts';
import { foldCount } from './folds.ts';

/** Beyond this share of what is needed it is no near miss. */
const nearShare = 0.15;

type Candidate = NearMiss & { readonly needed: number };

/** Of classes first; of the values where nothing is missing to the classes. Null where nothing, or too much, is missing. */
export function nearMissOf(
  tasks: readonly DefinedTask[],
  regression: RegressionDetail,
  frame: Pick<Frame, 'rules'>,
): NearMiss | null {
  const found = least(classCandidates(tasks, frame)) ?? least(regressionCandidates(regression));
  if (found === null) return null;
  const { needed: _, ...nearMiss } = found;
  return nearMiss;
}

function classCandidates(tasks: readonly DefinedTask[], { rules }: Pick<Frame, 'rules'>): readonly Candidate[] {
  const own = tasks.filter(({ auxiliary }) => !auxiliary);
  const training = own.filter(({ trainingQuorum }) => trainingQuorum);
  if (training.some(({ evaluationQuorum }) => evaluationQuorum)) return [];
  if (training.length === 0) {
    return own.map(({ threshold, trainingShort }) => ({
      ...candidate('training', 'classification', threshold),
      ...trainingShort,
      needed: rules.trainingQuorum.actives + rules.trainingQuorum.inactives,
    }));
  }
  return training.map(({ threshold, evaluationShort }) => ({
    ...candidate('evaluation', 'classification', threshold),
    fold: evaluationShort[0]?.fold ?? null,
    folds: evaluationShort.length,
    actives: evaluationShort.reduce((sum, { actives }) => sum + actives, 0),
    inactives: evaluationShort.reduce((sum, { inactives }) => sum + inactives, 0),
    needed: foldCount * (rules.evaluationQuorum.actives + rules.evaluationQuorum.inactives),
  }));
}

function regressionCandidates(regression: RegressionDetail): readonly Candidate[] {
  const { status, trainingShort, evaluationShort, limits } = regression;
  if (status === 'too-few') {
    const values = Math.max(trainingShort.total, trainingShort.uncensored);
    return [{ ...candidate('training', 'regression', null), values, needed: limits.trainingTotal }];
  }
  if (status !== 'not-evaluated' || evaluationShort.length === 0) return [];
  return [
    {
      ...candidate('evaluation', 'regression', null),
      fold: evaluationShort[0]!.fold,
      folds: evaluationShort.length,
      values: evaluationShort.reduce((sum, { total, uncensored }) => sum + Math.max(total, uncensored), 0),
      needed: foldCount * Math.max(limits.foldTotal, limits.foldUncensored),
    },
  ];
}

function least(candidates: readonly Candidate[]): Candidate | null {
  const missing = ({ actives, inactives, values }: Candidate) => actives + inactives + values;
  const near = candidates.filter((found) => missing(found) > 0 && missing(found) <= nearShare * found.needed);
  return near.toSorted((a, b) => missing(a) - missing(b))[0] ?? null;
}

const candidate = (
  goal: NearMiss['goal'],
  kind: NearMiss['kind'],
  threshold: number | null,
): Omit<Candidate, 'needed'> => ({
  ...{ goal, kind, threshold, fold: null, folds: 0 },
  ...{ actives: 0, inactives: 0, values: 0 },
});
