/** What the command line says about an error: one English sentence with the place, for the codes it meets most. */
import type { ChoraleError, ErrorCode, ErrorData } from '../../contract/errors.ts';

const sentences: { readonly [Code in ErrorCode]?: (data: ErrorData<Code>) => string } = {
  INTERNAL: ({ logId }) => `something went wrong that should not; it is logged above as ${logId}`,
  CANCELLED: () => 'stopped',
  INPUT_INVALID: ({ issues }) => issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
  NOT_FOUND: ({ kind, id }) =>
    kind === 'identity'
      ? 'this workspace has no key of the partner yet, which signs what leaves it: give the partner its identity first, in Settings of the application'
      : `there is no ${kind} ${id}`,
  NOT_ALLOWED: ({ action, needs }) => `${action} needs the role ${needs}`,
  SIGN_IN_NEEDED: ({ action }) => `${action} is a person's own: sign in with --as NAME`,
  TOO_MANY_TRIES: ({ seconds }) => `too many wrong passphrases; try again in ${seconds} s`,
  NAME_TAKEN: ({ name }) => `there is or was an account ${name} already`,
  LAST_ADMINISTRATOR: ({ name }) => `${name} is the only administrator; add another one first`,
  WORKSPACE_MISSING: ({ folder }) => `there is no workspace in ${folder}`,
  WORKSPACE_EXISTS: ({ folder }) => `there is a workspace in ${folder} already`,
  WORKSPACE_IN_USE: ({ folder }) => `another Chorale has ${folder} open; close it there first`,
  WORKSPACE_TOO_NEW: ({ found, known }) =>
    `the workspace was written by a later version (${found}; this one knows up to ${known})`,
  WORKSPACE_DAMAGED: ({ file }) => `${file} is damaged or not of this workspace`,
  WRONG_PASSPHRASE: () => 'the passphrase is wrong',
  PASSPHRASE_TOO_SHORT: ({ atLeast }) => `a passphrase needs at least ${atLeast} characters`,
  PASSPHRASE_NEEDED: ({ folder }) =>
    `${folder} is locked: give its passphrase with --passphrase-file or in CHORALE_PASSPHRASE`,
  FILE_UNREADABLE: ({ file, line, column, rowGroup, reason }) =>
    `${[file, line === undefined ? '' : `line ${line}`, column ?? '', rowGroup === undefined ? '' : `row group ${rowGroup}`].filter((part) => part !== '').join(', ')}: ${reason}`,
  HOST_DENIED: ({ host }) => `${host} is not the coordinator; nothing was sent`,
  CERTIFICATE_REFUSED: ({ host, expected, found }) =>
    `${host} showed the certificate ${found || 'of nobody'}, the invitation names ${expected}; nothing was sent`,
  NO_MODEL: () => 'there is no model to score with: train one, or train again after the chemistry has changed',
  NOTHING_TO_LEARN: ({ reason }) => `there is nothing to learn from: ${reason}`,
  MAPPING_INCOMPLETE: ({ missing }) => `the file lacks columns that the mapping uses: ${missing.join(', ')}`,
  BUNDLE_WRONG: ({ where, rule, expected, found }) => `${where}: ${rule}; expected ${expected}, found ${found}`,
  CHARTER_INVALID: ({ place, reason }) => `the charter is not valid at ${place}: ${reason}`,
  CONSENT_NEEDED: ({ series, missing }) =>
    `nobody takes part in ${series} before the charter has the consent of: ${missing.join(', ')}`,
  FORMAT_UNKNOWN: ({ file }) => `${file} is in no format that Chorale reads`,
};

export function sentenceOf({ code, data }: ChoraleError): string {
  const sentence = sentences[code] as ((data: unknown) => string) | undefined;
  return sentence === undefined ? `${code} ${JSON.stringify(data)}` : sentence(data);
}
