/** The whole experiment: partners prepared once, then every arm on every fold and seed, each kept as soon as it is there. */
import type { Control } from '../../contract/progress.ts';
import { type AloneSettings, aloneSettings } from '../../contract/training.ts';
import type { PartnerExport } from '../pilot/federation-data.ts';
import { bestAlone } from './alone.ts';
import { type FederatedRun, federate } from './federated.ts';
import { targetsOf } from './federation-targets.ts';
import type { Pair } from './gain.ts';
import { type ExperimentPartner, preparePartners } from './partners.ts';
import { pooledResults } from './pooled.ts';
import { fusePredictions, judgePredictions, minimumPerClass, type Predictions } from './predictions.ts';
import { experimentRecipe } from './recipe.ts';
import { type ArmReport, type ExperimentReport, reportArm } from './report.ts';
import { type Corner, openRuns, type PartnerResult, type RunPlace, type Runs } from './runs.ts';
import { type Arm, type ExperimentSettings, ringOf } from './settings.ts';
import { foldBits, oneTaskPerAssay, rotateFolds, shuffleLabels } from './tables.ts';

export type ExperimentOptions = {
  /** Of the data: `partners/` and `truth.json`. */
  readonly data: string;
  /** Where workspaces, runs and reports are kept. */
  readonly folder: string;
  readonly exports: readonly PartnerExport[];
  readonly settings: ExperimentSettings;
};

type Learner = Pick<ExperimentPartner, 'id' | 'table' | 'assays'>;

/** Everything that arms measure on one fold with one seed, by partner. */
type Measured = {
  readonly corner: Corner;
  readonly learners: readonly Learner[];
  readonly results: ReadonlyMap<Arm, ReadonlyMap<string, PartnerResult>>;
  readonly runs: ReadonlyMap<Arm, FederatedRun>;
};

/** @throws what preparing and training throw; CANCELLED, after which the same call goes on */
export async function runExperiment(options: ExperimentOptions, control: Control): Promise<ExperimentReport> {
  const { data, folder, exports, settings } = options;
  const prepared = await preparePartners(folder, exports, control);
  const whole = prepared.map(({ id, table, assays }) => {
    const one = oneTaskPerAssay(table);
    return { id, assays, table: settings.bits === 32_000 ? one : foldBits(one, settings.bits) };
  });
  const runs = openRuns(folder);
  const measured: Measured[] = [];
  for (const seed of settings.seeds) {
    for (const fold of settings.folds) {
      const learners = whole.map((learner) => ({ ...learner, table: rotateFolds(learner.table, fold) }));
      measured.push(await measure(runs, { fold, seed }, learners, settings, control));
    }
  }
  return reportOf(measured, targetsOf(data), settings);
}

async function measure(
  runs: Runs,
  corner: Corner,
  learners: readonly Learner[],
  settings: ExperimentSettings,
  control: Control,
): Promise<Measured> {
  const results = new Map<Arm, Map<string, PartnerResult>>();
  const federations = new Map<Arm, FederatedRun>();
  const { recipe, transport, bits } = settings;
  const wants = (arm: Arm) => settings.arms.includes(arm);
  const federation = experimentRecipe(settings, corner.seed);
  const place = (arm: string, more: object): RunPlace => ({
    ...corner,
    arm,
    settings: { ...federation, transport, partners: learners.map(({ id }) => id), ...more },
  });

  // The baseline: nothing can be said without it.
  const alone = new Map<string, PartnerResult>();
  for (const { id, table } of learners) {
    alone.set(id, await bestAlone(runs, corner, id, table, recipe.alone ?? [{}], control));
  }
  results.set('alone', alone);

  if (wants('federated') || wants('fused')) {
    const own = place('federated', {});
    const ids = learners.map(({ id }) => id);
    federations.set('federated', await federate(runs, own, learners, federation, transport, ids, control));
    results.set('federated', kept(runs, own, ids));
  }
  if (wants('fused')) results.set('fused', fused(learners, alone, results.get('federated')!));
  if (wants('shuffled')) {
    const found = new Map<string, PartnerResult>();
    for (const focus of settings.shuffledFor) {
      const others = learners.map((learner, index) =>
        learner.id === focus ? learner : { ...learner, table: shuffleLabels(learner.table, corner.seed * 100 + index) },
      );
      const own = place('shuffled', { focus });
      federations.set('shuffled', await federate(runs, own, others, federation, transport, [focus], control));
      found.set(focus, runs.read(own, focus)!);
    }
    results.set('shuffled', found);
  }
  if (wants('pooled')) {
    const joint: AloneSettings = aloneSettings.parse({ ...recipe.pooled, seed: corner.seed, minimumPerClass });
    const own: RunPlace = { ...corner, arm: 'pooled', settings: { ...joint, bits } };
    results.set('pooled', await pooledResults(runs, own, learners, joint, control));
  }
  return { corner, learners, results, runs: federations };
}

const kept = (runs: Runs, place: RunPlace, partners: readonly string[]) =>
  new Map(partners.map((id) => [id, runs.read(place, id)!]));

function fused(
  learners: readonly Learner[],
  alone: ReadonlyMap<string, PartnerResult>,
  global: ReadonlyMap<string, PartnerResult>,
): Map<string, PartnerResult> {
  return new Map(
    learners.map(({ id, table }) => {
      const result = global.get(id)!;
      const { weight, predictions } = fusePredictions(table, alone.get(id)!.predictions, result.predictions);
      return [id, { ...result, predictions, chosen: `weight of the global model ${weight}` }];
    }),
  );
}

function reportOf(
  measured: readonly Measured[],
  targets: ReadonlyMap<string, string>,
  settings: ExperimentSettings,
): ExperimentReport {
  const others = [...new Set(measured.flatMap(({ results }) => [...results.keys()]))].filter((arm) => arm !== 'alone');
  const arms = others.map((arm): ArmReport => {
    const pairs = measured.flatMap((corner) => pairsOf(corner, arm, targets));
    return reportArm(
      arm,
      pairs,
      measured.flatMap(({ runs }) => runs.get(arm) ?? []),
    );
  });
  const alone = measured.flatMap(({ corner, results }) =>
    [...results.get('alone')!.values()].map(({ partner, chosen, seconds }) => ({
      ...corner,
      partner,
      chosen,
      seconds,
    })),
  );
  return {
    format: 'chorale experiment 1',
    settings,
    minimumPerClass,
    ringBits: ringOf[settings.quantise],
    arms,
    alone,
  };
}

/** Tasks with enough of both classes on the test fold and at least one of each to learn from. */
function pairsOf(
  { learners, results, corner }: Measured,
  arm: Arm,
  targets: ReadonlyMap<string, string>,
): readonly (Pair & Corner)[] {
  return learners.flatMap(({ id, table, assays }) => {
    const other = results.get(arm)?.get(id);
    if (other === undefined) return [];
    const areas = (predictions: Predictions) => judgePredictions(table, predictions, 'test').tasks;
    const own = areas(results.get('alone')!.get(id)!.predictions);
    const judgedOther = areas(other.predictions);
    const learnt = learntTasks(table);
    return table.tasks.flatMap(({ assayId }, task) => {
      const { actives, inactives, aucPr } = own[task]!;
      if (Math.min(actives, inactives) < minimumPerClass || !learnt[task]) return [];
      const { code } = assays.get(assayId)!;
      return [
        {
          ...corner,
          ...{ partner: id, assay: code, target: targets.get(`${id} ${code}`) ?? `${id} ${code}` },
          ...{ alone: aucPr!, other: judgedOther[task]!.aucPr! },
        },
      ];
    });
  });
}

function learntTasks({ tasks, labelRows, labelTasks, labelValues, folds }: Learner['table']): readonly boolean[] {
  const classes = tasks.map(() => new Set<number>());
  labelRows.forEach((row, at) => {
    if (folds[row]! > 1) classes[labelTasks[at]!]!.add(labelValues[at]!);
  });
  return classes.map(({ size }) => size === 2);
}
