/** The whole experiment: partners prepared once, then every arm on every fold and seed, each kept as soon as it is there. */
import type { Control } from '../../contract/progress.ts';
import type { PartnerExport } from '../pilot/federation-data.ts';
import { type Targets, targetsOf } from './federation-targets.ts';
import { type Pair, sizesOf } from './gain.ts';
import { type ArmResults, type Measured, measure } from './measure.ts';
import { type ExperimentPartner, preparePartners } from './partners.ts';
import { judgePredictions, minimumPerClass, type Predictions } from './predictions.ts';
import { type ExperimentReport, reportArm } from './report.ts';
import { type Corner, openRuns } from './runs.ts';
import type { ExperimentSettings } from './settings.ts';
import { foldBits, oneTaskPerAssay, rotateFolds } from './tables.ts';

export type ExperimentOptions = {
  /** Of the data: `partners/` and `truth.json`. */
  readonly data: string;
  /** Where workspaces, runs and reports are kept. */
  readonly folder: string;
  readonly exports: readonly PartnerExport[];
  readonly settings: ExperimentSettings;
};

/** @throws what preparing and training throw; CANCELLED, after which the same call goes on */
export async function runExperiment(options: ExperimentOptions, control: Control): Promise<ExperimentReport> {
  const { data, folder, exports, settings } = options;
  const prepared = await preparePartners(folder, exports, control);
  const whole = prepared.map(({ table, ...partner }) => {
    const one = oneTaskPerAssay(table);
    return { ...partner, table: settings.bits === 32_000 ? one : foldBits(one, settings.bits) };
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

function reportOf(measured: readonly Measured[], targets: Targets, settings: ExperimentSettings): ExperimentReport {
  const names = [...new Set(measured.flatMap(({ others }) => others.map(({ name }) => name)))];
  const arms = names.map((name) => {
    const found = measured.flatMap((corner) => corner.others.filter((arm) => arm.name === name));
    const pairs = measured.flatMap((corner) =>
      corner.others.filter((arm) => arm.name === name).flatMap((arm) => pairsOf(corner, arm, targets)),
    );
    return reportArm(
      name,
      pairs,
      found.flatMap(({ runs }) => runs),
    );
  });
  const alone = measured.flatMap((corner) =>
    [...corner.alone.values()].map(({ partner, chosen, seconds }) => ({ ...corner.corner, partner, chosen, seconds })),
  );
  return { format: 'chorale experiment 1', settings, minimumPerClass, arms, alone };
}

/** Tasks with enough of both classes on the test fold and at least one of each to learn from. */
const pairsOf = (
  { learners, alone, corner }: Measured,
  { results }: ArmResults,
  { targets, partnersOf }: Targets,
): readonly (Pair & Corner)[] => {
  const sizes = sizesOf(learners.map(({ id, table }) => ({ id, compounds: table.rows })));
  return learners.flatMap(({ id, table, assays }) => {
    const other = results.get(id);
    if (other === undefined) return [];
    const areas = (predictions: Predictions) => judgePredictions(table, predictions, 'test').tasks;
    const [own, others] = [areas(alone.get(id)!.predictions), areas(other.predictions)];
    const learnt = learntTasks(table);
    return table.tasks.flatMap(({ assayId }, task) => {
      const { actives, inactives, aucPr } = own[task]!;
      if (Math.min(actives, inactives) < minimumPerClass || !learnt[task]) return [];
      const { code } = assays.get(assayId)!;
      const target = targets.get(`${id} ${code}`) ?? `${id} ${code}`;
      const sharedBy = partnersOf.get(target)?.size ?? 1;
      const size = sizes.get(id)!;
      return [{ ...corner, partner: id, size, target, sharedBy, alone: aucPr!, other: others[task]!.aucPr! }];
    });
  });
};

function learntTasks({ tasks, labelRows, labelTasks, labelValues, folds }: ExperimentPartner['table']) {
  const classes = tasks.map(() => new Set<number>());
  labelRows.forEach((row, at) => {
    if (folds[row]! > 1) classes[labelTasks[at]!]!.add(labelValues[at]!);
  });
  return classes.map(({ size }) => size === 2);
}
