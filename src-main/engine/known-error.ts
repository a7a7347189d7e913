/** Turns any error into one of the closed list; what lies outside it is logged, and only its log id goes on. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type * as z from 'zod';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import type { LogEntry } from './host.ts';

export function toKnownError(error: unknown, log: (entry: LogEntry) => void): ChoraleError {
  if (isChoraleError(error)) return error;
  const logId = randomUUID();
  log({ logId, at: new Date().toISOString(), error: describe(error) });
  return new ChoraleError('INTERNAL', { logId }, { cause: error });
}

/** A thread has come to the end of its heap: what it was reading is larger than anything it was made for. */
export function tooLarge(error: Error, request: unknown): ChoraleError | undefined {
  if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return undefined;
  const { name, path = '' } = request as { readonly name?: string; readonly path?: string };
  return new ChoraleError('FILE_UNREADABLE', { file: name ?? basename(path), reason: 'too-large' }, { cause: error });
}

type Issue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/** Where an input breaks its schema; never the value that does. */
export const inputInvalid = (issues: readonly Issue[]): ChoraleError =>
  new ChoraleError('INPUT_INVALID', {
    issues: issues.map(({ path = [], message }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    })),
  });

/** @throws INPUT_INVALID */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw inputInvalid(parsed.error.issues);
  return parsed.data;
}

/**
 * Kind, code, where in the program, causes, and where a schema was broken. Never what the error says: it may quote a
 * structure, a value or a passphrase.
 */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  if ('issues' in error && Array.isArray(error.issues)) {
    return `${error.name}: ${JSON.stringify(inputInvalid(error.issues as readonly Issue[]).data)}`;
  }
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describe(error.cause)}`;
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  const named = [error.name, code, syscall].filter((part) => typeof part === 'string').join(' ');
  const frames = (error.stack ?? '').split('\n').filter((line) => frame.test(line));
  return `${[named, ...frames].join('\n')}${cause}`;
}

const frame = /^ {4}at (?:[\w.<>#$[\] ]+ \()?(?:async )?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\n]*:\d+:\d+\)?$/;
