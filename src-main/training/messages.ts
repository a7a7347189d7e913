/** What the training process is asked and what it answers. */

import type { FoldRole } from '../contract/chemistry.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Progress } from '../contract/progress.ts';
import type { ProviderName } from '../contract/providers.ts';
import type { AloneSettings, RunPoint } from '../contract/training.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import type { CompactTrunk } from './compaction.ts';
import type { Stopped } from './early-stopping.ts';
import type { TaskMetrics } from './evaluation.ts';
import type { LocalSettings } from './local-recipe.ts';
import type { Membership, MembershipRequest } from './membership.ts';
import type { TrainedHeads } from './model-file.ts';
import type { ProviderCheck } from './providers/check.ts';
import type { RetrainRequestOfProcess } from './retrain.ts';

/** Each request with its answer. Trunks travel compact: only the rows whose bits occur in the table. */
export type Exchanges = {
  readonly load: {
    readonly ask: { readonly table: TrainingTable; readonly provider: ProviderName; readonly threads: number };
    readonly answer: null;
  };
  readonly trainAlone: {
    readonly ask: { readonly settings: AloneSettings };
    readonly answer: {
      readonly trunk: CompactTrunk;
      readonly step: number;
      readonly stepsTaken: number;
      readonly validation: TaskMetrics;
    };
  };
  readonly retrain: {
    readonly ask: RetrainRequestOfProcess;
    readonly answer: Omit<Stopped<never>, 'kept'>;
  };
  readonly localRound: {
    readonly ask: {
      readonly trunk: CompactTrunk;
      readonly hidden: readonly number[];
      readonly settings: LocalSettings;
      readonly seed: number;
    };
    readonly answer: { readonly trunk: CompactTrunk; readonly loss: number };
  };
  readonly evaluate: {
    readonly ask: {
      readonly trunk: CompactTrunk;
      readonly hidden: readonly number[];
      readonly role: FoldRole;
      readonly minimumPerClass: number;
    };
    readonly answer: TaskMetrics;
  };
  /** On the trunk given and the head in the process. */
  readonly membership: { readonly ask: MembershipRequest; readonly answer: Membership };
  readonly heads: { readonly ask: Record<never, never>; readonly answer: TrainedHeads };
  readonly headState: { readonly ask: Record<never, never>; readonly answer: Uint8Array };
  readonly restoreHead: { readonly ask: { readonly bytes: Uint8Array }; readonly answer: null };
  /** What this build of onnxruntime knows. */
  readonly builtProviders: { readonly ask: Record<never, never>; readonly answer: readonly ProviderName[] };
  readonly checkProvider: {
    readonly ask: { readonly provider: ProviderName; readonly seconds: number };
    readonly answer: ProviderCheck;
  };
  readonly openModel: { readonly ask: { readonly model: Uint8Array }; readonly answer: { readonly model: number } };
  readonly predict: {
    readonly ask: {
      readonly model: number;
      /** [compounds, width], padded with -1 */
      readonly bits: Int32Array;
      readonly compounds: number;
    };
    /** [compounds, tasks] and [compounds, regression tasks]; empty without a head for them. */
    readonly answer: { readonly probabilities: Float32Array; readonly values: Float32Array };
  };
};

export type Kind = keyof Exchanges;
export type Ask<K extends Kind> = Exchanges[K]['ask'];
export type Answer<K extends Kind> = Exchanges[K]['answer'];

export type ToProcess =
  | { readonly id: number; readonly kind: Kind; readonly ask: Ask<Kind> }
  | { readonly id: number; readonly cancel: true };

export type FromProcess =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: Answer<Kind> }
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly point: RunPoint }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly data: unknown } };
