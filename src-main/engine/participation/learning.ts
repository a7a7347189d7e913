/** What a partner learns in a series: local rounds from the global trunk, and after each sum a look at the own validation fold. */
import { removeSupersededModels } from '../../catalog/models.ts';
import { writeRoundValidation } from '../../catalog/rounds.ts';
import { setRunProvider } from '../../catalog/run-providers.ts';
import {
  addRunPoint,
  bestRunPoint,
  federatedRun,
  finishRun,
  readRunPoints,
  removeRunPoints,
} from '../../catalog/runs.ts';
import { newestTaskSet } from '../../catalog/tasks.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { MembershipReport } from '../../contract/disclosure.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import type { UsedProvider } from '../../contract/providers.ts';
import type { RunPoint } from '../../contract/training.ts';
import type { Judgement } from '../../federation/partner.ts';
import { type Plan, privateWeight } from '../../federation/plan.ts';
import { type FoldLook, fallBeyondLimit } from '../../federation/voiding.ts';
import { policyNow } from '../../release/policy.ts';
import { taughtTasks } from '../../tasks/left-out.ts';
import { readTrainingTable, type TrainingTable } from '../../tasks/training-table.ts';
import { rowsOfRole } from '../../training/roles.ts';
import { saveModel } from '../../training/save-model.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { startTrainer, type TaskMetrics, type TrunkTensors, trunkShapes } from '../../training/trainer.ts';
import { openExposure } from './exposure.ts';
import { openLessons } from './left-out.ts';

export type Learning = {
  readonly runId: string;
  /** For the package: what the change was learned from. */
  readonly trainedOn: () => { readonly tasks: number; readonly smallestTask: number; readonly compounds: number };
  /** What attacks on the trunk found, as of this round; null where none could be made. */
  readonly exposure: (round: number) => MembershipReport | null;
  readonly heads: { readonly tasks: number; readonly numbers: number };
  /** Training compounds that set the bit of each row of the first layer. */
  readonly compoundsByRow: () => Uint32Array;
  /**
   * One local round from this trunk, with the head as the last finished round left it, on what no amendment has left
   * out; where it is time, the trained trunk is attacked.
   * @returns the change of the trunk, trained minus given, with this partner's private weight where the plan has such
   */
  readonly train: (
    request: {
      readonly round: number;
      readonly attempt: number;
      readonly values: Float32Array;
      readonly localRate: number;
      readonly seed: number;
    },
    control: Control,
  ) => Promise<Float32Array>;
  /**
   * After the sum of a round: keeps the head, and where it is time, or the plan knows voiding, looks at the validation
   * fold. The model is kept once the result stands.
   * @returns how far the fold fell beyond the plan's limit
   */
  readonly look: (round: number, values: Float32Array, control: Control) => Promise<Judgement>;
  /** Forgets what came after so many rounds; of the last round only. */
  readonly backTo: (rounds: number) => Promise<void>;
  /** @param values the trunk after the last round */
  readonly finish: (values: Float32Array, control: Control) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** At most so many looks in a series. */
const looks = 25;

const minimumPerClass = 5;

/** A look whose result is not known to stand yet. */
type Look = { readonly point: RunPoint; readonly trunk: TrunkTensors; readonly validation: TaskMetrics };

/**
 * @param rounds that the stored state of the series says are done
 * @throws NOTHING_TO_LEARN without a task set, PLAN_INVALID when it was built on another chemistry than the plan's,
 *   TRAINING_FAILED
 */
export async function openLearning(
  workspace: Workspace,
  plan: Plan,
  rounds: number,
  jobId: string | null,
  spawn: SpawnTraining,
  provider: UsedProvider = { name: 'cpu', trouble: null },
): Promise<Learning> {
  const { catalog, vault } = workspace;
  const taskSet = newestTaskSet(catalog);
  if (taskSet === undefined) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-task-set' });
  if (taskSet.parameterHash !== plan.chemistryHash)
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-chemistry' });
  const regression = plan.recipe.heads?.values === true;
  const whole = readTrainingTable(catalog, taskSet.id, { regression });
  if (whole.tasks.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-tasks' });
  const lessons = openLessons(
    catalog,
    { series: plan.series, taskSetId: taskSet.id, classifiedOnly: !regression },
    whole,
  );
  let table = lessons.table();

  const trainingCompounds = () => rowsOfRole(table, 'train').length;
  const { recipe, series, hidden, voiding } = plan;
  const shapes = trunkShapes(hidden);
  const headFile = (round: number, of = series) => `series/${of}/head-${round}`;
  /** As the round's training left it, while the round is not finished. */
  const trainedFile = (round: number) => `${headFile(round)}-trained`;
  /** The last round that the head in the process has learnt in; null where there is no head yet. */
  let learntIn: number | null = null;
  const runId = federatedRun(catalog, {
    taskSetId: taskSet.id,
    jobId,
    series,
    settings: { hidden, steps: recipe.rounds, ...recipe, heldOut: lessons.heldOut },
  });
  const every = Math.max(1, Math.ceil(recipe.rounds / looks));
  let best = bestRunPoint(catalog, runId);
  let unsettled: Look | undefined;
  let settling = Promise.resolve();

  const trainer = await startTrainer(spawn, provider);
  try {
    await trainer.load(table);
    // One round more where the process was killed while it applied that round's sum.
    if (!(await restoreHead(rounds + 1))) await headAfter(rounds);
  } catch (error) {
    await trainer.close();
    throw error;
  }
  const exposure = openExposure(
    catalog,
    {
      series,
      parameterHash: taskSet.parameterHash,
      policy: () => policyNow(catalog, series),
      smilesOf: lessons.smilesOf,
    },
    trainer,
  );
  const began = performance.now();
  let loss: number | null = null;

  /** After an amendment: the head goes on from the last finished round, without what was left out. */
  async function takeUpAmendment(rounds: number): Promise<void> {
    const amended = lessons.table();
    if (amended === table) return;
    table = amended;
    await trainer.load(table);
    await headAfter(rounds, true);
    exposure.forget();
  }

  /** The head as it was after so many rounds, or a new one. @param isNew whether there is none in the process */
  async function headAfter(rounds: number, isNew = learntIn === null): Promise<void> {
    if (await restoreHead(rounds)) return;
    if (!isNew) await trainer.load(table);
    learntIn = null;
    if (plan.continueFrom === undefined) return;
    // Of the series that this one continues, where this partner was in it.
    const { rounds: last, series: before } = plan.continueFrom;
    await restoreHead(rounds, headFile(last, before));
  }

  /** @returns false where no head was kept */
  async function restoreHead(round: number, file = headFile(round)): Promise<boolean> {
    try {
      await trainer.restoreHead(vault.read(file));
      learntIn = round;
      return true;
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return false;
      throw error;
    }
  }

  const isDue = (round: number): boolean => round % every === 0 || round === recipe.rounds;

  async function lookAt(round: number, trunk: TrunkTensors, control: Control): Promise<Look> {
    const validation = await trainer.evaluate({ trunk, role: 'validation', minimumPerClass }, control);
    const { aucPr, aucRoc, aucPrInterval } = validation.means;
    const point = {
      step: round,
      loss,
      validationAucPr: aucPr,
      validationAucRoc: aucRoc,
      validationInterval: aucPrInterval,
      seconds: (performance.now() - began) / 1000,
    };
    addRunPoint(catalog, runId, point);
    writeRoundValidation(catalog, series, round, aucPr);
    setRunProvider(catalog, runId, trainer.provider());
    return { point, trunk, validation };
  }

  /**
   * The result of the last look stands: keeps the model where it is due. The head is still the one of that look, so
   * nothing is trained before this is done, and what was cancelled is done by who comes next.
   */
  function settle(control: Control): Promise<void> {
    settling = settling.catch(() => {}).then(() => settleLook(control));
    return settling;
  }

  async function settleLook(control: Control): Promise<void> {
    if (unsettled === undefined) return;
    const { point, trunk, validation } = unsettled;
    const { step, validationAucPr } = point;
    if (isDue(step) && isWithinOneError(point, best)) {
      const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass }, control);
      const id = await saveModel(workspace, trainer, { runId, kind: 'global', step, trunk, validation, test });
      for (const file of removeSupersededModels(catalog, runId, id)) vault.remove(file);
    }
    if ((validationAucPr ?? 0) > (best?.validationAucPr ?? -1)) best = point;
    unsettled = undefined;
  }

  /** After each round before this one. */
  const looksBefore = (round: number): readonly FoldLook[] =>
    readRunPoints(catalog, runId, 0).flatMap((point) => (point.step < round ? [foldLook(point)] : []));

  const trunkOf = (values: Float32Array): TrunkTensors => ({ shapes, values });

  return {
    runId,
    trainedOn() {
      const { tasks, smallest } = taughtTasks(table);
      return { tasks, smallestTask: smallest, compounds: trainingCompounds() };
    },
    exposure: exposure.report,
    heads: { tasks: table.tasks.length, numbers: table.tasks.length * (hidden.at(-1)! + 1) },

    compoundsByRow: () => compoundsByBit(table, shapes[0]!.shape[0]!),

    async train({ round, attempt, values, localRate, seed }, control) {
      await settle(control);
      await takeUpAmendment(round - 1);
      // A round that is tried again begins with the head that it began with before.
      if (learntIn !== null && learntIn >= round) await headAfter(round - 1);
      const compounds = trainingCompounds();
      const settings = {
        steps: recipe.localSteps,
        rate: localRate,
        headRate: recipe.headRate,
        batch: compounds < recipe.smallBatch.below ? recipe.smallBatch.size : recipe.batchSize,
        dropout: recipe.dropout,
        inputDropout: 0,
        ...(recipe.heads !== undefined && { heads: recipe.heads }),
      };
      const trained = await trainer.localRound({ trunk: trunkOf(values), settings, seed }, control);
      loss = trained.loss;
      learntIn = round;
      vault.write(trainedFile(round), await trainer.headState());
      await exposure.measure({ round, attempt }, trained.trunk, control);
      const change = trained.trunk.values;
      const weight = privateWeight(plan, compounds);
      for (let i = 0; i < change.length; i++) change[i] = weight * (change[i]! - values[i]!);
      return change;
    },

    async look(round, values, control) {
      await settle(control);
      // A process that was killed since has forgotten what this round taught.
      if ((learntIn ?? 0) < round) await restoreHead(round, trainedFile(round));
      if (learntIn === null) return { fall: null }; // it has taken part in no round yet
      vault.write(headFile(round), await trainer.headState());
      vault.remove(headFile(round - 2));
      vault.remove(trainedFile(round));
      if (!isDue(round) && voiding === undefined) return { fall: null };
      unsettled = await lookAt(round, trunkOf(values), control);
      if (voiding === undefined) {
        await settle(control);
        return { fall: null };
      }
      return { fall: fallBeyondLimit(voiding, looksBefore(round), foldLook(unsettled.point)) };
    },

    async backTo(round) {
      unsettled = undefined;
      removeRunPoints(catalog, runId, round);
      exposure.backTo(round);
      best = bestRunPoint(catalog, runId);
      vault.remove(headFile(round + 1));
      await headAfter(round);
    },

    async finish(values, control) {
      // A process that was killed after the last look has forgotten what it saw.
      if (voiding !== undefined && learntIn !== null)
        unsettled ??= await lookAt(recipe.rounds, trunkOf(values), control);
      await settle(control);
      finishRun(catalog, runId, 'done');
    },
    close: trainer.close,
  };
}

const foldLook = ({ validationAucPr, validationInterval }: RunPoint): FoldLook => ({
  mean: validationAucPr,
  interval: validationInterval,
});

/**
 * The rule of one standard error (Breiman et al. 1984): of the looks that the validation fold cannot tell from the best,
 * the last is kept, since an early peak over few tasks is mostly chance and later rounds average more.
 */
function isWithinOneError({ validationAucPr }: RunPoint, best: RunPoint | undefined): boolean {
  if (best === undefined || best.validationAucPr === null) return true;
  const { low, high } = best.validationInterval ?? { low: 0, high: 0 };
  const standardError = (high - low) / (2 * 1.96);
  return (validationAucPr ?? 0) >= best.validationAucPr - standardError;
}

function compoundsByBit(table: TrainingTable, bits: number): Uint32Array {
  const { bitOffsets, bitIndices } = table;
  const compounds = new Uint32Array(bits);
  for (const row of rowsOfRole(table, 'train')) {
    for (let i = bitOffsets[row]!; i < bitOffsets[row + 1]!; i++) compounds[bitIndices[i]!]!++;
  }
  return compounds;
}
