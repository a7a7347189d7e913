/** What each procedure of the contract leaves in the log: one table that names them all, and what writes by it. */
import type { api } from '../contract/api.ts';
import type { AuditAct } from '../contract/audit.ts';
import { isChoraleError } from '../contract/errors.ts';
import type { JobKind } from '../contract/jobs.ts';
import type { AnyProcedure, Inputs, Outputs } from '../contract/procedure.ts';
import type { NewAuditEntry } from '../release/audit.ts';
import { auditAct } from './audited.ts';
import type { EngineContext } from './context.ts';

type Entry = Omit<NewAuditEntry, 'person'>;

/** Written once the procedure has answered, in the name of whoever is signed in; nothing where nothing was changed. */
type Writes<Input, Output> = (input: Input, output: Output) => Entry | undefined;

export type Rule<Input = never, Output = never> =
  /** Changes nothing, and takes nothing out of the window. */
  | 'reads'
  /** The job writes, once it is done: see `jobEntry`. */
  | { readonly starts: JobKind | readonly JobKind[] }
  /** Written by the procedure itself, mostly in one transaction with what it does. */
  | { readonly own: readonly AuditAct[] }
  /** Changes something, and leaves no entry; why not. */
  | { readonly silent: string }
  | Writes<Input, Output>;

type RulesOf<Contract, In, Out> = {
  readonly [Name in keyof Contract]: Contract[Name] extends AnyProcedure
    ? Rule<Name extends keyof In ? In[Name] : never, Name extends keyof Out ? Out[Name] : never>
    : RulesOf<Contract[Name], Name extends keyof In ? In[Name] : never, Name extends keyof Out ? Out[Name] : never>;
};

type Rules = RulesOf<typeof api, Inputs<typeof api>, Outputs<typeof api>>;

const exported = (subject: string, detail: Entry['detail'] = {}): Entry => ({ act: 'export-made', subject, detail });
const short = (id: string): string => id.slice(0, 8);

/** A procedure that is missing here does not compile. */
export const rules: Rules = {
  workspace: {
    status: 'reads',
    watch: 'reads',
    create: { own: ['workspace-made'] },
    unlock: { own: ['workspace-opened', 'unlock-failed'] },
    unlockRemembered: { own: ['workspace-opened'] },
    forget: () => ({ act: 'settings-changed', subject: 'remembered key' }),
    lock: { own: ['workspace-locked'] },
    changePassphrase: { own: ['passphrase-changed'] },
    backup: { starts: 'backup' },
    sample: { starts: 'sample' },
  },
  settings: {
    preferences: 'reads',
    setPreferences: { silent: 'language and theme of this user, outside the workspace' },
  },
  upload: {
    begin: { silent: 'the import or the scoring that uses the file writes' },
    chunk: { silent: 'part of a file; see begin' },
    finish: { silent: 'end of a file; see begin' },
    abort: { silent: 'the file is forgotten; nothing has used it' },
  },
  jobs: {
    list: 'reads',
    watch: 'reads',
    cancel: (_, { kind, state }) => ({ act: 'job-cancelled', subject: kind, detail: { state } }),
  },
  intake: {
    inspect: 'reads',
    preview: { starts: 'preview' },
    checkStructures: { starts: 'check-structures' },
    import: { starts: 'import' },
    batches: 'reads',
    batch: 'reads',
    findings: 'reads',
    rejectedCsvOfPreview: () => exported('rejected rows'),
    rejectedCsv: ({ batchId }) => exported('rejected rows', { batch: batchId }),
    withdraw: { own: ['batch-withdrawn'] },
    assays: 'reads',
    templates: {
      list: 'reads',
      read: 'reads',
      save: (_, { name, version }) => ({ act: 'mapping-saved', subject: name, detail: { version } }),
      rename: ({ id }, { name }) => ({ act: 'mapping-saved', subject: name, detail: { template: id } }),
      remove: ({ id }) => ({ act: 'mapping-removed', subject: `template ${id}` }),
    },
    drafts: {
      list: 'reads',
      read: 'reads',
      save: { silent: 'a mapping that is not used yet; the import that uses it writes' },
      discard: { silent: 'a mapping that was never used' },
    },
  },
  chemistry: {
    summary: 'reads',
    list: 'reads',
    salts: 'reads',
    duplicates: 'reads',
    depict: 'reads',
    standardise: { starts: 'standardise' },
    setParameters: { own: ['settings-changed'] },
    consistency: 'reads',
  },
  tasks: {
    list: 'reads',
    detail: 'reads',
    setThresholds: ({ assayId, thresholds }) => ({
      act: 'thresholds-set',
      subject: `assay ${assayId}`,
      detail: { thresholds: thresholds.join(' ') },
    }),
    annotate: ({ assayId, annotation }) => ({
      act: 'assays-annotated',
      subject: `assay ${assayId}`,
      detail: { fields: Object.keys(annotation).join(' ') },
    }),
    setCatalogue: ({ name }, { thresholds, tasks }) => ({
      act: 'catalogue-set',
      subject: tasks === 0 ? 'none' : name,
      detail: { thresholds: thresholds.length, tasks },
    }),
    annotateFromFile: ({ name }, { assays, unknown }) => ({
      act: 'assays-annotated',
      subject: name,
      detail: { assays, unknown },
    }),
    rebuild: { starts: 'tasks' },
  },
  training: {
    ready: 'reads',
    start: { starts: 'train' },
    runs: 'reads',
    run: 'reads',
    curve: 'reads',
    models: 'reads',
    means: 'reads',
    tasks: 'reads',
    report: 'reads',
    exportReport: ({ modelId, rows }) => exported('metrics', { model: modelId, rows }),
    exportModel: ({ modelId }) => exported('model', { model: modelId }),
    benefit: 'reads',
    exportBenefit: ({ aloneModelId, globalModelId, rows }) =>
      exported('benefit', { model: aloneModelId, globalModel: globalModelId, rows }),
    fusion: 'reads',
    fuse: { starts: 'fuse' },
  },
  tuning: {
    scan: { starts: 'scan' },
    newestScan: 'reads',
    finalFit: { starts: 'final-fit' },
    retrain: { starts: 'retrain' },
    retraining: 'reads',
  },
  providers: {
    state: 'reads',
    choose: (_, chosen) => ({ act: 'settings-changed', subject: 'provider', detail: chosen }),
    check: { starts: 'check-providers' },
  },
  federation: {
    status: 'reads',
    watch: 'reads',
    createIdentity: { own: ['settings-changed'] },
    readKeys: 'reads',
    prepareKey: { own: ['key-prepared'] },
    signRoster: { own: ['plan-approved'] },
    readInvitation: 'reads',
    readCharter: 'reads',
    join: { own: ['consortium-joined', 'key-replaced'] },
    leave: { own: ['consortium-left'] },
    rejoin: { own: ['consortium-joined'] },
    start: ({ series }) => ({ act: 'participation-started', subject: series }),
    pause: ({ series }) => ({ act: 'participation-paused', subject: series }),
    rounds: 'reads',
    round: 'reads',
  },
  consent: {
    read: 'reads',
    readVersion: 'reads',
    preview: 'reads',
    sign: { own: ['charter-signed'] },
    receive: { own: ['charter-received'] },
    give: { own: ['consent-given'] },
    withdraw: { own: ['consent-withdrawn'] },
    export: ({ hash }) => exported('charter', { charter: hash }),
    readAtCoordinator: 'reads',
    handIn: { own: ['charter-signed', 'charter-handed-in'] },
  },
  scoring: {
    models: 'reads',
    start: { starts: 'score' },
    sheets: 'reads',
    sheet: 'reads',
    page: 'reads',
    points: 'reads',
    task: 'reads',
    export: ({ sheetId, format }) => exported('scores', { sheet: sheetId, format }),
    exportFailures: ({ sheetId }) => exported('unread records', { sheet: sheetId }),
    clear: ({ sheetId }, { removed }) => ({
      act: 'scores-removed',
      subject: sheetId === null ? 'all sheets' : `sheet ${short(sheetId)}`,
      detail: { sheets: removed },
    }),
  },
  release: {
    list: 'reads',
    read: 'reads',
    bytes: 'reads',
    readPlace: 'reads',
    readBack: 'reads',
    rebuild: ({ hash }, { commitmentAgrees, merkleRootAgrees }) => ({
      act: 'escrow-rebuilt',
      subject: `package ${short(hash)}`,
      detail: { package: hash, agrees: commitmentAgrees && merkleRootAgrees },
    }),
    decide: { own: ['package-approved', 'package-refused', 'changes-requested'] },
    override: { ask: { own: ['override-asked'] }, confirm: { own: ['override-confirmed'] } },
    amend: { own: ['series-amended'] },
    amendable: 'reads',
    exportBytes: ({ hash }) => exported(`bytes of package ${short(hash)}`, { package: hash }),
    exportDocument: { own: ['export-made'] },
    standing: {
      list: 'reads',
      give: { own: ['standing-approval-given'] },
      stop: { own: ['standing-approval-stopped', 'package-voided'] },
    },
  },
  audit: {
    state: 'reads',
    entries: 'reads',
    verify: 'reads',
    exportBundle: { starts: 'export-bundle' },
    lastBundle: 'reads',
    bundleBytes: ({ file, offset }) =>
      offset === 0 ? exported('audit bundle', { bundle: short(file.slice(8)) }) : undefined,
    escrowKey: ({ file }) => exported('key of the escrow', { bundle: short(file.slice(8)) }),
    copied: ({ station, characters }) => ({ act: 'clipboard-copied', subject: station, detail: { characters } }),
    egress: 'reads',
    connections: 'reads',
    exportConnections: () => exported('connections'),
  },
  people: {
    session: 'reads',
    watch: 'reads',
    begin: { own: ['person-added', 'signed-in'] },
    signIn: { own: ['signed-in', 'sign-in-refused'] },
    signOut: { own: ['signed-out'] },
    active: { silent: 'a key or a click; the session that it keeps open is logged at both its ends' },
    list: 'reads',
    add: { own: ['person-added'] },
    disable: { own: ['person-disabled'] },
    changeRole: { own: ['role-changed'] },
    reset: { own: ['person-reset'] },
    changePassphrase: { own: ['own-passphrase-changed'] },
    rules: 'reads',
    setRules: { own: ['settings-changed'] },
  },
  exchange: { wayOut: 'reads', setProxy: { own: ['settings-changed'] } },
  home: { read: 'reads' },
};

/** @param path of the procedure in the contract, such as `['tasks', 'setThresholds']` */
export function ruleOf(path: readonly string[]): Rule | undefined {
  const found = path.reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>>)?.[name], rules);
  return found as Rule | undefined;
}

/** A procedure that also answers while the workspace is locked leaves its entry only while it is open. */
export function logAct(path: readonly string[], context: EngineContext, input: unknown, output: unknown): void {
  const rule = ruleOf(path);
  if (typeof rule !== 'function') return;
  const entry = rule(input as never, output as never);
  if (entry === undefined) return;
  try {
    auditAct(context.workspace(), entry);
  } catch (error) {
    if (!isChoraleError(error) || error.code !== 'WORKSPACE_LOCKED') throw error;
  }
}
