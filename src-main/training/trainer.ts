/** The client of the training process: hands it a table, and asks for training, federated rounds and evaluations. */
import { ChoraleError } from '../contract/errors.ts';
import type { Control } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import type { AloneSettings, RunPoint } from '../contract/training.ts';
import type { RetrainSettings } from '../contract/tuning.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { type Compaction, compactionOf, compactTrunk, withCompact } from './compaction.ts';
import { connect } from './connection.ts';
import type { TaskMetrics } from './evaluation.ts';
import type { LocalSettings } from './local-recipe.ts';
import type { Membership } from './membership.ts';
import { type ModelAbout, modelFile } from './model-file.ts';
import { hiddenOf, initialTrunk, type TrunkTensors, tensorOf } from './network.ts';
import { connectOn } from './providers/fall-back.ts';
import type { SpawnTraining } from './spawn.ts';

export type { TaskMetrics } from './evaluation.ts';
export { type LocalSettings, localRecipe } from './local-recipe.ts';
export { initialTrunk, type TensorShape, type TrunkTensors, trunkShapes } from './network.ts';

export type AloneResult = {
  /** At the step that the validation fold chose; the head in the process is of the same step. */
  readonly trunk: TrunkTensors;
  readonly step: number;
  readonly stepsTaken: number;
  readonly validation: TaskMetrics;
};

export type Trainer = {
  /** What is trained on from now on; forgets the head. @throws NOTHING_TO_LEARN */
  readonly load: (table: TrainingTable) => Promise<void>;
  /** Each look at the validation fold is told to `onPoint` at once, from step 0 again when the provider fails. @throws TRAINING_FAILED, CANCELLED */
  readonly trainAlone: (
    settings: AloneSettings,
    control: Control,
    onPoint?: (point: RunPoint) => void,
  ) => Promise<AloneResult>;
  /** A new head on the trunk given, which stays as it is; the head in the process is then the new one. */
  readonly retrain: (
    request: { readonly trunk: TrunkTensors; readonly settings: RetrainSettings; readonly minimumPerClass: number },
    control: Control,
    onPoint?: (point: RunPoint) => void,
  ) => Promise<Omit<AloneResult, 'trunk'>>;
  /**
   * Local SGD on a copy of the trunk, Adam on the own head, which is made at the first round and goes on in the next;
   * a round that fails or is cancelled leaves the head as it was.
   * @returns the trunk after the last step; rows of bits that no training compound has are bit for bit those given
   */
  readonly localRound: (
    request: { readonly trunk: TrunkTensors; readonly settings: LocalSettings; readonly seed: number },
    control: Control,
  ) => Promise<{ readonly trunk: TrunkTensors; readonly loss: number }>;
  /** The trunk given together with the head in the process. */
  readonly evaluate: (
    request: {
      readonly trunk: TrunkTensors;
      readonly role: 'validation' | 'test';
      /** A task counts in the plain means from this many of each class; 5 unless told. */
      readonly minimumPerClass?: number;
    },
    control?: Control,
  ) => Promise<TaskMetrics>;
  /** How well the compounds of the training folds can be told from those held out, by this trunk and the head in the process. */
  readonly membership: (
    request: { readonly trunk: TrunkTensors; readonly seed: number },
    control: Control,
  ) => Promise<Membership>;
  /** Head, its optimiser's state and steps taken: all that a killed partner needs to go on from this round. */
  readonly headState: () => Promise<Uint8Array>;
  readonly restoreHead: (bytes: Uint8Array) => Promise<void>;
  /** The .onnx scoring model of this trunk and the head in the process. */
  readonly exportModel: (trunk: TrunkTensors, about: ModelAbout) => Promise<Uint8Array>;
  /** What training runs on: the CPU with the trouble of the provider that was chosen, once that has failed. */
  readonly provider: () => UsedProvider;
  readonly close: () => Promise<void>;
};

/** Of one model; empty where it has no head for them. */
export type Predictions = {
  /** [compounds, tasks] */
  readonly probabilities: Float32Array;
  /** [compounds, regression tasks], in the assays' scales. */
  readonly values: Float32Array;
};

/** Applies models; needs no table. */
export type Predictor = {
  /** @returns a number to name the model by @throws TRAINING_FAILED when the bytes are no model that can be run */
  readonly openModel: (model: Uint8Array) => Promise<number>;
  /** @param bits [compounds, width], padded with -1 */
  readonly predict: (model: number, bits: Int32Array, compounds: number) => Promise<Predictions>;
  readonly close: () => Promise<void>;
};

const onCpu: UsedProvider = { name: 'cpu', trouble: null };

/** @throws TRAINING_FAILED when the process does not start */
export async function startTrainer(spawn: SpawnTraining, chosen: UsedProvider = onCpu): Promise<Trainer> {
  const { ask, load, provider, close } = await connectOn(spawn, chosen);
  let lesson: { readonly table: TrainingTable; readonly compaction: Compaction } | undefined;
  const loaded = () => lesson ?? fail('no-table');

  return {
    async load(table) {
      lesson = undefined;
      await load(table);
      lesson = { table, compaction: compactionOf(table) };
    },
    async trainAlone(settings, control, onPoint) {
      const { compaction, table } = loaded();
      const { trunk, ...rest } = await ask('trainAlone', { settings }, control, onPoint);
      const start = initialTrunk(settings.hidden, settings.seed, table.fingerprintBits);
      // Adam takes steps of its rate however small a decay is: what meets no compound is at zero after some tens of them.
      if ((settings.weightDecay ?? 0) > 0) tensorOf(start, start.shapes[0]!).fill(0);
      return { ...rest, trunk: withCompact(start, compaction, trunk) };
    },
    async retrain({ trunk, settings, minimumPerClass }, control, onPoint) {
      const { compaction } = loaded();
      const compact = compactTrunk(trunk, compaction, compaction.bits.length);
      const hidden = hiddenOf(trunk.shapes);
      return ask('retrain', { trunk: compact, hidden, settings, minimumPerClass }, control, onPoint);
    },
    async localRound({ trunk, settings, seed }, control) {
      const { compaction } = loaded();
      const compact = compactTrunk(trunk, compaction, compaction.trained);
      const hidden = hiddenOf(trunk.shapes);
      const answer = await ask('localRound', { trunk: compact, hidden, settings, seed }, control);
      return { trunk: withCompact(trunk, compaction, answer.trunk), loss: answer.loss };
    },
    async evaluate({ trunk, role, minimumPerClass = 5 }, control) {
      const { compaction } = loaded();
      const compact = compactTrunk(trunk, compaction, compaction.bits.length);
      return ask('evaluate', { trunk: compact, hidden: hiddenOf(trunk.shapes), role, minimumPerClass }, control);
    },
    async membership({ trunk, seed }, control) {
      const { compaction } = loaded();
      const compact = compactTrunk(trunk, compaction, compaction.bits.length);
      return ask('membership', { trunk: compact, hidden: hiddenOf(trunk.shapes), seed }, control);
    },
    headState: () => ask('headState', {}),
    async restoreHead(bytes) {
      await ask('restoreHead', { bytes });
    },
    exportModel: async (trunk, about) => modelFile(trunk, await ask('heads', {}), about),
    provider,
    close,
  };
}

/** @throws TRAINING_FAILED when the process does not start */
export async function startPredictor(spawn: SpawnTraining): Promise<Predictor> {
  const { ask, close } = await connect(spawn);
  return {
    openModel: async (model) => (await ask('openModel', { model })).model,
    predict: (model, bits, compounds) => ask('predict', { model, bits, compounds }),
    close,
  };
}

function fail(reason: string): never {
  throw new ChoraleError('TRAINING_FAILED', { reason });
}
