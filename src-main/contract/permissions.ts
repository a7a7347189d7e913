/** Who may do what: one table that names every procedure of the contract, so that none is open to anybody by oversight. */
import type { AnyContractProcedure } from '@orpc/contract';
import type { api } from './api.ts';
import { type Role, role } from './settings.ts';

/** Such as `tasks.setThresholds`. */
type ProcedureOf<Contract> = {
  readonly [Name in keyof Contract & string]: Contract[Name] extends AnyContractProcedure
    ? Name
    : `${Name}.${ProcedureOf<Contract[Name]>}`;
}[keyof Contract & string];

export type Action = ProcedureOf<typeof api>;

/** `at-the-door`: answered before anybody has signed in. Otherwise whoever is signed in must have one of these roles. */
export type ActionRule = 'at-the-door' | readonly Role[];

const door = 'at-the-door';
const everybody: readonly Role[] = role.options;
const workers: readonly Role[] = ['steward', 'scientist', 'administrator'];
const stewards: readonly Role[] = ['steward', 'administrator'];
const officers: readonly Role[] = ['compliance', 'administrator'];
const administrators: readonly Role[] = ['administrator'];

/** A procedure that is missing here does not compile, and is refused. */
export const permissions: Readonly<Record<Action, ActionRule>> = {
  'workspace.status': door,
  'workspace.watch': door,
  'workspace.create': door,
  'workspace.unlock': door,
  'workspace.unlockRemembered': door,
  'workspace.forget': door,
  'workspace.lock': door,
  'workspace.changePassphrase': administrators,
  'workspace.backup': administrators,
  'workspace.sample': workers,

  'settings.preferences': door,
  'settings.setPreferences': door,

  'people.session': door,
  'people.watch': door,
  'people.begin': door,
  'people.signIn': door,
  'people.signOut': door,
  'people.active': door,
  'people.list': everybody,
  'people.add': administrators,
  'people.disable': administrators,
  'people.changeRole': administrators,
  'people.reset': administrators,
  'people.changePassphrase': everybody,
  'people.rules': everybody,
  'people.setRules': administrators,

  // For an import or for scoring, which is open to every role.
  'upload.begin': everybody,
  'upload.chunk': everybody,
  'upload.finish': everybody,
  'upload.abort': everybody,

  'jobs.list': everybody,
  'jobs.watch': everybody,
  'jobs.cancel': everybody,

  'intake.inspect': everybody,
  'intake.preview': workers,
  'intake.checkStructures': workers,
  'intake.import': workers,
  'intake.batches': everybody,
  'intake.batch': everybody,
  'intake.findings': everybody,
  'intake.rejectedCsvOfPreview': workers,
  'intake.rejectedCsv': everybody,
  'intake.withdraw': stewards,
  'intake.assays': everybody,
  'intake.templates.list': everybody,
  'intake.templates.read': everybody,
  'intake.templates.save': workers,
  'intake.templates.rename': workers,
  'intake.templates.remove': workers,
  'intake.drafts.list': everybody,
  'intake.drafts.read': everybody,
  'intake.drafts.save': workers,
  'intake.drafts.discard': workers,

  'chemistry.summary': everybody,
  'chemistry.list': everybody,
  'chemistry.salts': everybody,
  'chemistry.duplicates': everybody,
  'chemistry.depict': everybody,
  'chemistry.standardise': workers,
  'chemistry.setParameters': stewards,
  'chemistry.consistency': everybody,

  'tasks.list': everybody,
  'tasks.detail': everybody,
  'tasks.setThresholds': workers,
  'tasks.annotate': workers,
  'tasks.setCatalogue': stewards,
  'tasks.annotateFromFile': workers,
  'tasks.rebuild': workers,

  'training.ready': everybody,
  'training.start': workers,
  'training.runs': everybody,
  'training.run': everybody,
  'training.curve': everybody,
  'training.models': everybody,
  'training.means': everybody,
  'training.tasks': everybody,
  'training.report': everybody,
  'training.exportReport': everybody,
  'training.exportModel': workers,
  'training.benefit': everybody,
  'training.exportBenefit': everybody,
  'training.fusion': everybody,
  'training.fuse': workers,

  'tuning.scan': workers,
  'tuning.newestScan': everybody,
  'tuning.finalFit': workers,
  'tuning.retrain': workers,
  'tuning.retraining': everybody,

  'providers.state': everybody,
  'providers.choose': workers,
  'providers.check': workers,

  'federation.status': everybody,
  'federation.watch': everybody,
  'federation.createIdentity': ['steward', 'compliance', 'administrator'],
  'federation.readKeys': everybody,
  'federation.prepareKey': officers,
  'federation.signRoster': officers,
  'federation.readInvitation': everybody,
  'federation.readCharter': officers,
  'federation.join': officers,
  'federation.leave': officers,
  'federation.rejoin': officers,
  'federation.start': workers,
  'federation.pause': everybody,
  'federation.rounds': everybody,
  'federation.round': everybody,

  'consent.read': everybody,
  'consent.readVersion': everybody,
  'consent.preview': everybody,
  'consent.sign': officers,
  'consent.receive': officers,
  'consent.give': ['steward', 'compliance', 'administrator'],
  'consent.withdraw': ['steward', 'compliance', 'administrator'],
  'consent.export': everybody,
  'consent.readAtCoordinator': everybody,
  'consent.handIn': officers,

  'scoring.models': everybody,
  'scoring.start': everybody,
  'scoring.sheets': everybody,
  'scoring.sheet': everybody,
  'scoring.page': everybody,
  'scoring.points': everybody,
  'scoring.task': everybody,
  'scoring.export': everybody,
  'scoring.exportFailures': everybody,
  'scoring.clear': everybody,

  'release.list': everybody,
  'release.read': everybody,
  'release.bytes': everybody,
  'release.readPlace': everybody,
  'release.readBack': everybody,
  'release.rebuild': everybody,
  'release.decide': officers,
  'release.override.ask': officers,
  'release.override.confirm': officers,
  'release.amend': workers,
  'release.amendable': everybody,
  'release.exportBytes': ['steward', 'compliance', 'administrator'],
  'release.exportDocument': ['steward', 'compliance', 'administrator'],
  'release.standing.list': everybody,
  'release.standing.give': officers,
  'release.standing.stop': ['steward', 'compliance', 'administrator'],

  'audit.state': everybody,
  'audit.entries': everybody,
  'audit.verify': everybody,
  'audit.exportBundle': ['steward', 'compliance', 'administrator'],
  'audit.lastBundle': everybody,
  'audit.bundleBytes': ['steward', 'compliance', 'administrator'],
  'audit.escrowKey': officers,
  'audit.copied': everybody,
  'audit.egress': everybody,
  'audit.connections': everybody,
  'audit.exportConnections': everybody,

  'exchange.wayOut': everybody,
  'exchange.setProxy': officers,

  'home.read': everybody,
};

/** Whether this role may do it, of whoever is signed in. */
export const roleMay = (who: Role, action: Action): boolean => {
  const rule = permissions[action];
  return rule === door || rule.includes(who);
};
