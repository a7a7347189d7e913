/** What models can learn on here: execution providers of onnxruntime, checked by training a little, and a person's choice. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const providerName = z.enum(['cpu', 'webgpu', 'cuda', 'directml', 'coreml']);
export type ProviderName = z.infer<typeof providerName>;

/** `automatic` takes the fastest that has been checked here and agrees with the CPU. */
export const providerChoice = z.enum(['automatic', ...providerName.options]);
export type ProviderChoice = z.infer<typeof providerChoice>;

/**
 * Why a provider is not used. `not-built`: this build of onnxruntime does not have it. `library-missing`: a library that
 * it needs is not installed. `no-device`: the machine has no device for it, or no driver. `failed`: it refused or broke
 * off, as `detail` says. `ended`: the training process ended under it. `no-answer`: nothing came back in time.
 * `differs`: its weights are not those of the CPU. `slower`: the CPU was faster. `not-checked`: automatic, before a check.
 */
export const providerReason = z.enum([
  'not-built',
  'library-missing',
  'no-device',
  'failed',
  'ended',
  'no-answer',
  'differs',
  'slower',
  'not-checked',
]);
export type ProviderReason = z.infer<typeof providerReason>;

/** Why training is not on a provider that was to be had or asked for. */
export const providerTrouble = z.object({
  /** Null when no provider in particular is meant. */
  provider: providerName.nullable(),
  reason: providerReason,
  /** What onnxruntime or the operating system says, in its own words; empty where the reason says it all. */
  detail: z.string(),
});
export type ProviderTrouble = z.infer<typeof providerTrouble>;

export const usedProvider = z.object({
  name: providerName,
  trouble: providerTrouble.nullable(),
  /** That training may take on the CPU; one unless told. */
  threads: z.number().int().min(1).exactOptional(),
});
export type UsedProvider = z.infer<typeof usedProvider>;

export const checkedProvider = z.object({
  name: providerName,
  /** Compounds trained on per second; null when it could not be tried. */
  rowsPerSecond: z.number().nullable(),
  /** Steps that were timed. */
  steps: z.number().int(),
  /** How far its weights are from the CPU's after the first steps, over how far those moved. */
  difference: z.number().nullable(),
  trouble: providerTrouble.nullable(),
});
export type CheckedProvider = z.infer<typeof checkedProvider>;

export const providerReport = z.object({
  checkedAt: z.string(),
  /** Of the whole check. */
  seconds: z.number(),
  /** What was trained, on an invented table: the same everywhere, so that machines can be compared. */
  lesson: z.object({
    compounds: z.number().int(),
    bits: z.number().int(),
    tasks: z.number().int(),
    hidden: z.array(z.number().int()),
    batch: z.number().int(),
  }),
  /** Each of `providerName`, in its order. */
  providers: z.array(checkedProvider),
});
export type ProviderReport = z.infer<typeof providerReport>;

/** More are of no use to matrices of this size. */
export const mostThreads = 64;

export const trainingThreads = z.number().int().min(1).max(mostThreads);

export const providersContract = {
  /** The last check of this machine, the person's choice, and what the next training will run on. */
  state: procedure.output(
    z.object({
      choice: providerChoice,
      /** Whether the machine is checked once by itself, when there is something to learn from and nothing learns. */
      checksItself: z.boolean(),
      /** Of the CPU that training may take, and how many the machine has. */
      threads: trainingThreads,
      cores: z.number().int().min(1),
      next: usedProvider,
      report: providerReport.nullable(),
      /** Of the check that is under way or waits. */
      jobId: z.string().nullable(),
    }),
  ),
  /** What is not said stays as it is. */
  choose: procedure
    .input(z.object({ choice: providerChoice, checksItself: z.boolean(), threads: trainingThreads }).partial())
    .output(z.object({ choice: providerChoice, checksItself: z.boolean(), threads: trainingThreads })),
  check: procedure.output(z.object({ jobId: z.string() })),
};
