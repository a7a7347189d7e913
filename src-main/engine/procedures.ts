/** What every route starts from: the contract over the engine's context, with all errors kept to the closed list and every act in the log. */
import { implement, ORPCError, ValidationError } from '@orpc/server';
import { api } from '../contract/api.ts';
import { ChoraleError } from '../contract/errors.ts';
import { logAct } from './act-log.ts';
import type { EngineContext } from './context.ts';
import type { LogEntry } from './host.ts';
import { inputInvalid, toKnownError } from './known-error.ts';
import { requirePermission } from './permissions.ts';

/** `procedures.<station>.<name>.handler(({ input, context, signal }) => ...)` */
export const procedures = implement(api)
  .$context<EngineContext>()
  .use(async ({ context, next, path, signal }, input) => {
    const { host } = context;
    try {
      requirePermission(context, path);
      const result = await next();
      logAct(path, context, input, result.output);
      return isStream(result.output) ? { ...result, output: closed(result.output, host.log, signal) } : result;
    } catch (error) {
      throw toTypedError(error, host.log, signal);
    }
  });

type Log = (entry: LogEntry) => void;

function toTypedError(error: unknown, log: Log, signal: AbortSignal | undefined): ORPCError<string, unknown> {
  const known = signal?.aborted === true ? new ChoraleError('CANCELLED', {}) : fromProcedure(error, log);
  return new ORPCError(known.code, { data: known.data, message: known.code });
}

const fromProcedure = (error: unknown, log: Log): ChoraleError =>
  error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError
    ? inputInvalid(error.cause.issues)
    : toKnownError(error, log);

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output;

/** Errors of a stream come while it is read, long after its procedure has answered. */
async function* closed(stream: AsyncIterable<unknown>, log: Log, signal: AbortSignal | undefined) {
  try {
    yield* stream;
  } catch (error) {
    throw toTypedError(error, log, signal);
  }
}
