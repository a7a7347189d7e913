/** What every step of the wizard is handed. */
import type { Inspection, Mapping } from '../../../src-main/contract/intake.ts';
import type { Draft } from './draft.ts';
import type { ImportSearch } from './search.ts';

export type StepProps = {
  /** Token of the file in hand. */
  readonly file: string;
  readonly inspection: Inspection;
  readonly mapping: Mapping;
  readonly draft: Draft;
  readonly change: (next: (draft: Draft) => Draft) => void;
  readonly go: (place: NonNullable<ImportSearch['step']>) => void;
};

/** Starting a job: pressed once, it is pending until the engine has taken it, then failed or gone to its step. */
export type Starting<Input = void> = {
  readonly mutate: (input: Input) => void;
  readonly isPending: boolean;
  readonly error: unknown;
};
