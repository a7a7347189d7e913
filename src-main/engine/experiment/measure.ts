/** All arms of an experiment on one fold with one seed: what each partner reaches in each. */
import type { Control } from '../../contract/progress.ts';
import { aloneSettings } from '../../contract/training.ts';
import { bestAlone } from './alone.ts';
import { type FederatedRun, federate } from './federated.ts';
import type { ExperimentPartner } from './partners.ts';
import { pooledResults } from './pooled.ts';
import { fusePredictions, minimumPerClass } from './predictions.ts';
import { experimentRecipe } from './recipe.ts';
import type { Corner, PartnerResult, RunPlace, Runs } from './runs.ts';
import { type ExperimentSettings, usualChoices, type Variant, variantsOf } from './settings.ts';
import { shuffleLabels } from './tables.ts';

export type ArmResults = {
  /** With what makes it different from others of the same arm. */
  readonly name: string;
  readonly results: ReadonlyMap<string, PartnerResult>;
  /** The federations behind it. */
  readonly runs: readonly FederatedRun[];
};

export type Measured = {
  readonly corner: Corner;
  readonly learners: readonly ExperimentPartner[];
  readonly alone: ReadonlyMap<string, PartnerResult>;
  readonly others: readonly ArmResults[];
};

/** Nothing can be said without the baseline: training alone is part of it whatever is asked for. */
export async function measure(
  runs: Runs,
  corner: Corner,
  learners: readonly ExperimentPartner[],
  settings: ExperimentSettings,
  control: Control,
): Promise<Measured> {
  const { recipe, arms, bits } = settings;
  const alone = new Map<string, PartnerResult>();
  for (const { id, table } of learners) {
    alone.set(id, await bestAlone(runs, corner, id, table, recipe.alone ?? usualChoices(bits), control));
  }
  const others: ArmResults[] = [];
  for (const variant of variantsOf(settings)) {
    others.push(...(await measureVariant({ runs, corner, learners, settings, control }, variant, alone)));
  }
  if (arms.includes('pooled')) {
    const joint = aloneSettings.parse({ ...recipe.pooled, seed: corner.seed, minimumPerClass });
    const place: RunPlace = { ...corner, arm: 'pooled', settings: { ...joint, bits } };
    others.push({ name: 'pooled', results: await pooledResults(runs, place, learners, joint, control), runs: [] });
  }
  return { corner, learners, alone, others };
}

type Bench = {
  readonly runs: Runs;
  readonly corner: Corner;
  readonly learners: readonly ExperimentPartner[];
  readonly settings: ExperimentSettings;
  readonly control: Control;
};

async function measureVariant(
  { runs, corner, learners, settings, control }: Bench,
  variant: Variant,
  alone: ReadonlyMap<string, PartnerResult>,
): Promise<readonly ArmResults[]> {
  const { transport, arms, shuffledFor } = settings;
  const recipe = experimentRecipe(settings, variant, corner.seed);
  const ids = learners.map(({ id }) => id);
  const place = (arm: string, more: object): RunPlace => ({
    ...corner,
    arm,
    settings: { ...recipe, transport, partners: ids, ...more },
  });
  const found: ArmResults[] = [];
  const add = (arm: string, results: ArmResults['results'], federations: readonly FederatedRun[]) =>
    found.push({ name: `${arm}${variant.name}`, results, runs: federations });

  if (arms.includes('federated') || arms.includes('fused')) {
    const own = place('federated', {});
    const run = await federate(runs, own, learners, recipe, transport, ids, control);
    const global = new Map(ids.map((id) => [id, runs.read(own, id)!]));
    add('federated', global, [run]);
    if (arms.includes('fused')) add('fused', fused(learners, alone, global), [run]);
  }
  if (arms.includes('shuffled')) {
    const results = new Map<string, PartnerResult>();
    const federations: FederatedRun[] = [];
    for (const focus of shuffledFor) {
      const others = learners.map((learner, index) =>
        learner.id === focus ? learner : { ...learner, table: shuffleLabels(learner.table, corner.seed * 100 + index) },
      );
      const own = place('shuffled', { focus });
      federations.push(await federate(runs, own, others, recipe, transport, [focus], control));
      results.set(focus, runs.read(own, focus)!);
    }
    add('shuffled', results, federations);
  }
  return found;
}

const fused = (
  learners: readonly ExperimentPartner[],
  alone: ReadonlyMap<string, PartnerResult>,
  global: ReadonlyMap<string, PartnerResult>,
): Map<string, PartnerResult> =>
  new Map(
    learners.map(({ id, table }) => {
      const result = global.get(id)!;
      const { weight, predictions } = fusePredictions(table, alone.get(id)!.predictions, result.predictions);
      return [id, { ...result, predictions, chosen: `weight of the global model ${weight}` }];
    }),
  );
