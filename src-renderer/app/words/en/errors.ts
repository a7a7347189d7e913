/** Words for the closed list of errors: the fact with its place, then what it means and the way out. */
import type { ErrorCode } from '../../../../src-main/contract/errors.ts';

export const errors = {
  LOST: {
    title: 'The engine did not answer',
    explanation: 'The connection to the engine on this machine was lost. Nothing was changed by this page.',
  },
  INTERNAL: { title: 'Chorale made a mistake', explanation: 'The work stopped. What was stored before is as it was.' },
  INPUT_INVALID: {
    title: 'The engine did not take the input',
    explanation: 'It says: {{issues}}. Nothing was changed.',
  },
  PASSPHRASE_NEEDED: { title: 'The passphrase is needed', explanation: 'Unlock {{folder}} with it.' },
  JOB_INTERRUPTED: {
    title: 'The work was interrupted',
    explanation: 'Chorale was closed while it ran. Start it again.',
  },
  KEY_STORE_UNSAFE: {
    title: 'This computer cannot keep the key safely',
    explanation: 'Its key store is {{store}}. Type the passphrase at each start instead.',
  },
  CANCELLED: { title: 'Cancelled', explanation: 'Nothing of it was kept.' },
  NOT_FOUND: { title: 'Not there any more', explanation: 'The {{kind}} {{id}} does not exist in this workspace.' },
  SIGN_IN_NEEDED: { title: 'Nobody is signed in', explanation: 'Sign in to go on. Nothing was changed.' },
  TOO_MANY_TRIES: {
    title: 'Too many wrong passphrases',
    explanation: 'The next try is possible in {{seconds}} s.',
  },
  NAME_TAKEN: {
    title: '{{name}} has an account already',
    explanation: 'A name is given once, also when its account is disabled. Choose another one.',
  },
  LAST_ADMINISTRATOR: {
    title: '{{name}} is the only administrator',
    explanation: 'Make somebody else administrator first. Nothing was changed.',
  },
  NOT_ALLOWED: { title: 'Your role does not do this', explanation: 'It needs the role {{needs}}.' },
  WORKSPACE_LOCKED: { title: 'The workspace is locked', explanation: 'Unlock it with its passphrase.' },
  WORKSPACE_MISSING: { title: 'There is no workspace here', explanation: '{{folder}} holds none.' },
  WORKSPACE_EXISTS: { title: 'There is a workspace already', explanation: '{{folder}} holds one. Unlock it instead.' },
  WORKSPACE_IN_USE: {
    title: 'The workspace is in use',
    explanation: 'Another Chorale has {{folder}} open. Close it there first.',
  },
  WORKSPACE_TOO_NEW: {
    title: 'The workspace is newer than this Chorale',
    explanation: 'It has format {{found}}; this version knows {{known}}. Install the newer version.',
  },
  WORKSPACE_DAMAGED: {
    title: 'A file of the workspace is damaged',
    explanation: '{{file}} is not what was written. Bring the folder back from a copy.',
  },
  WRONG_PASSPHRASE: {
    title: 'The passphrase is wrong',
    explanation: 'Nothing was changed. Check capitals and the keyboard layout.',
  },
  PASSPHRASE_TOO_SHORT: { title: 'The passphrase is too short', explanation: 'It needs {{atLeast}} characters.' },
  FILE_UNREADABLE: {
    title: '{{file}} cannot be read',
    explanation: 'Reading stopped, since {{reason}}. Nothing has been imported.',
  },
  FORMAT_UNKNOWN: {
    title: '{{file}} has a format that Chorale does not know',
    explanation:
      'It reads delimited text, XLSX, SDF, SMILES lists and Parquet, also packed by gzip or zip: export the table as one of these. Nothing has been imported.',
  },
  MAPPING_INCOMPLETE: { title: 'The mapping is not complete', explanation: 'These targets are open: {{missing}}.' },
  TOOLKIT_FAILED: { title: 'The chemistry toolkit stopped', explanation: 'It said: {{reason}}.' },
  NOTHING_TO_LEARN: { title: 'There is nothing to learn from', explanation: '{{reason}}.' },
  TRAINING_FAILED: { title: 'Training stopped', explanation: 'The reason: {{reason}}.' },
  NO_MODEL: { title: 'There is no model yet', explanation: 'Train one, or take part in a round.' },
  MODEL_UNREADABLE: { title: 'Model {{model}} cannot be read', explanation: 'The reason: {{reason}}.' },
  ROSTER_INVALID: { title: 'The roster is not valid', explanation: 'The reason: {{reason}}. Nothing was sent.' },
  PLAN_INVALID: { title: 'The plan is not valid', explanation: 'The reason: {{reason}}. Nothing was sent.' },
  CHARTER_INVALID: {
    title: 'The charter is not valid',
    explanation: 'The place: {{place}}. {{reason}}. Nothing was signed or taken in.',
  },
  CONSENT_NEEDED: {
    title: 'This company has not consented to the charter',
    explanation: 'Missing: {{missing}}. Nothing was frozen and nothing was sent. Open Consent to read and sign it.',
  },
  MESSAGE_REFUSED: {
    title: 'A message of {{from}} was refused',
    explanation: 'Its kind is {{type}}; the reason: {{reason}}.',
  },
  ROUND_REFUSED: { title: 'Round {{round}} was refused', explanation: 'The reason: {{reason}}. Nothing was sent.' },
  NOT_APPROVED: {
    title: 'The package is not approved',
    explanation: 'It stays on this machine until somebody approves it.',
  },
  PACKAGE_CHANGED: {
    title: 'The package is not the one that was approved',
    explanation: 'Its hash differs. Nothing was sent, and the approval is void.',
  },
  BUNDLE_WRONG: {
    title: 'The audit bundle is wrong at {{where}}',
    explanation: 'Rule {{rule}}: expected {{expected}}, found {{found}}.',
  },
  AUDIT_BROKEN: { title: 'The log is broken at entry {{seq}}', explanation: 'The reason: {{reason}}.' },
  COORDINATOR_UNREACHABLE: {
    title: '{{host}} cannot be reached',
    explanation: 'The reason: {{reason}}. Nothing was sent.',
  },
  COORDINATOR_REFUSED: {
    title: '{{host}} refused the call',
    explanation: 'It answered {{status}}: {{reason}}.',
  },
  HOST_DENIED: {
    title: 'A connection to {{host}} was refused here',
    explanation: 'Only the coordinator of the consortium may be called. Nothing left this machine.',
  },
  CERTIFICATE_REFUSED: {
    title: '{{host}} showed another certificate than the one agreed on',
    explanation:
      'Its key is {{found}}; the invitation names {{expected}}. Nothing was sent. Ask whoever runs the coordinator, by voice, which is right.',
  },
} as const satisfies Record<ErrorCode | 'LOST', { readonly title: string; readonly explanation: string }>;
