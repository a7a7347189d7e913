/** What the trainer tells of an error: a known one as it is, such as a cancellation, any other as training that failed. */
import { ChoraleError, type ErrorCode, isChoraleError } from '../contract/errors.ts';

export function failureOf(error: unknown): { readonly code: ErrorCode; readonly data: unknown } {
  const { code, data } = isChoraleError(error)
    ? error
    : new ChoraleError('TRAINING_FAILED', { reason: error instanceof Error ? error.message : 'unknown' });
  return { code, data };
}
