/** Tells the contract's own errors, which a person can act on, from all others. */
import { ORPCError } from '@orpc/client';
import { type ErrorCode, type ErrorData, errorData } from '../../src-main/contract/errors.ts';

export type KnownError = {
  readonly [Code in ErrorCode]: { readonly code: Code; readonly data: ErrorData<Code> };
}[ErrorCode];

/** The code and data of the closed list; undefined when the engine could not be reached or the page itself is wrong. */
export function knownError(error: unknown): KnownError | undefined {
  if (!(error instanceof ORPCError) || !Object.hasOwn(errorData, error.code)) return undefined;
  const parsed = errorData[error.code as ErrorCode].safeParse(error.data);
  return parsed.success ? ({ code: error.code, data: parsed.data } as KnownError) : undefined;
}
