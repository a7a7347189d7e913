/** The closed list of errors that may reach a person, each with data that is safe to show. */
import * as z from 'zod';

const place = z.object({
  file: z.string(),
  line: z.number().int().optional(),
  column: z.string().optional(),
});

/** Every error code with the shape of its data. An error outside this list becomes INTERNAL with a log id. */
export const errorData = {
  INTERNAL: z.object({ logId: z.string() }),
  CANCELLED: z.object({}),
  INPUT_INVALID: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  NOT_FOUND: z.object({ kind: z.string(), id: z.string() }),
  NOT_ALLOWED: z.object({ action: z.string(), needs: z.string() }),
  // people
  SIGN_IN_NEEDED: z.object({ action: z.string() }),
  TOO_MANY_TRIES: z.object({ seconds: z.number() }),
  NAME_TAKEN: z.object({ name: z.string() }),
  LAST_ADMINISTRATOR: z.object({ name: z.string() }),
  // workspace
  WORKSPACE_LOCKED: z.object({}),
  WORKSPACE_MISSING: z.object({ folder: z.string() }),
  WORKSPACE_EXISTS: z.object({ folder: z.string() }),
  WORKSPACE_IN_USE: z.object({ folder: z.string() }),
  WORKSPACE_TOO_NEW: z.object({ found: z.number(), known: z.number() }),
  WORKSPACE_DAMAGED: z.object({ file: z.string() }),
  WRONG_PASSPHRASE: z.object({}),
  PASSPHRASE_TOO_SHORT: z.object({ atLeast: z.number() }),
  PASSPHRASE_NEEDED: z.object({ folder: z.string() }),
  JOB_INTERRUPTED: z.object({ kind: z.string() }),
  KEY_STORE_UNSAFE: z.object({ store: z.string() }),
  // intake
  FILE_UNREADABLE: place.extend({ reason: z.string(), rowGroup: z.number().int().optional() }),
  FORMAT_UNKNOWN: z.object({ file: z.string() }),
  MAPPING_INCOMPLETE: z.object({ missing: z.array(z.string()) }),
  // chemistry
  TOOLKIT_FAILED: z.object({ reason: z.string() }),
  // tasks and training
  NOTHING_TO_LEARN: z.object({ reason: z.string() }),
  TRAINING_FAILED: z.object({ reason: z.string() }),
  NO_MODEL: z.object({}),
  MODEL_UNREADABLE: z.object({ model: z.string(), reason: z.string() }),
  // federation, release, exchange
  ROSTER_INVALID: z.object({ reason: z.string() }),
  PLAN_INVALID: z.object({ reason: z.string() }),
  CHARTER_INVALID: z.object({ place: z.string(), reason: z.string() }),
  /** What is missing: `steward`, `compliance`, or both; `other-person` where one person gave both. */
  CONSENT_NEEDED: z.object({ series: z.string(), missing: z.array(z.string()) }),
  MESSAGE_REFUSED: z.object({
    from: z.string(),
    type: z.string(),
    reason: z.string(),
  }),
  ROUND_REFUSED: z.object({ round: z.number(), reason: z.string() }),
  NOT_APPROVED: z.object({ package: z.string() }),
  PACKAGE_CHANGED: z.object({
    package: z.string(),
    expected: z.string(),
    found: z.string(),
  }),
  AUDIT_BROKEN: z.object({ seq: z.number(), reason: z.string() }),
  BUNDLE_WRONG: z.object({ where: z.string(), rule: z.string(), expected: z.string(), found: z.string() }),
  COORDINATOR_UNREACHABLE: z.object({ host: z.string(), reason: z.string() }),
  COORDINATOR_REFUSED: z.object({
    host: z.string(),
    status: z.number(),
    reason: z.string(),
  }),
  HOST_DENIED: z.object({ host: z.string() }),
  /** Hex SHA-256 of public keys; `found` is empty where none was shown. */
  CERTIFICATE_REFUSED: z.object({ host: z.string(), expected: z.string(), found: z.string() }),
} as const;

export type ErrorCode = keyof typeof errorData;
export type ErrorData<Code extends ErrorCode> = z.infer<(typeof errorData)[Code]>;

/** An error a person can act on. `data` names the place and never holds structures, values or secrets. */
export class ChoraleError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly data: ErrorData<Code>;

  constructor(code: Code, data: ErrorData<Code>, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(data)}`, options);
    this.name = 'ChoraleError';
    this.code = code;
    this.data = data;
  }
}

export const isChoraleError = (error: unknown): error is ChoraleError => error instanceof ChoraleError;
