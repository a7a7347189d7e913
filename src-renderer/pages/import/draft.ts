/** The file in hand: every decision makes a new mapping, and the list of decisions can be walked back and forth. */
import type {
  DraftContent,
  Inspection,
  Mapping,
  Reading,
  Repair,
  Draft as SavedDraft,
  UnlistedAssay,
} from '../../../src-main/contract/intake.ts';
import { apply } from './apply.ts';
import { type Decided, decidedSchema, type Following, type WithMapping, withMapping } from './decided.ts';

export type { Decided } from './decided.ts';

export type Entry = {
  readonly decided: Decided;
  /** Null until the engine has said what it proposes. */
  readonly mapping: Mapping | null;
  /** The same with what the engine knows by itself about it: words that it can read, assays that came to it. */
  readonly completed?: Mapping;
};

export type Draft = {
  /** Of the file, as it was chosen; the engine knows it by a token until it has been read. */
  readonly name: string;
  /** Tokens of further files that came with it: the first one holds the structures. */
  readonly others: readonly string[];
  /** The first entry is the proposal. Empty until the file has been inspected. */
  readonly history: readonly Entry[];
  /** Index of the decision in force. */
  readonly at: number;
  readonly step: DraftContent['step'];
  /** Of the check of the mapping in force. */
  readonly jobId: string | null;
};

export const emptyDraft: Draft = { name: '', others: [], history: [], at: -1, step: 'mapping', jobId: null };

export const entryOf = ({ history, at }: Draft): Entry | undefined => history[at];

/** What is checked, committed and decided upon. */
export const mappingOf = (draft: Draft): Mapping | undefined => {
  const entry = entryOf(draft);
  return entry?.completed ?? entry?.mapping ?? undefined;
};

const unmapped: ReadonlySet<Decided['kind']> = new Set(['proposal', 'reading', 'companion', 'companionReading']);

/** The decision in force when the engine proposes the mapping itself. */
export const isProposed = (draft: Draft): boolean => {
  const kind = entryOf(draft)?.decided.kind;
  return kind === undefined || unmapped.has(kind);
};

const inForce = ({ history, at }: Draft): readonly Decided[] => history.slice(0, at + 1).map(({ decided }) => decided);

/** What a person has set about the reading; the rest is found out. */
export const readingOf = (draft: Draft): Partial<Reading> =>
  Object.assign({}, ...inForce(draft).map((decided) => (decided.kind === 'reading' ? decided.reading : {})));

/** What a person has set about the reading of the file with the structures. */
export function companionReadingOf(draft: Draft): Partial<Reading> {
  const decisions = inForce(draft);
  const ofThisFile = decisions.slice(decisions.findLastIndex(({ kind }) => kind === 'companion') + 1);
  return Object.assign(
    {},
    ...ofThisFile.map((decided) => (decided.kind === 'companionReading' ? decided.reading : {})),
  );
}

/** Token of the file with the structures. */
export const companionOf = (draft: Draft): string | null => {
  const last = inForce(draft).findLast(({ kind }) => kind === 'companion');
  return last?.kind === 'companion' ? last.file : (draft.others[0] ?? null);
};

/** Takes what the engine says: its proposal where the draft waits for one, else what it completes in the mapping in force. */
export function inspected(draft: Draft, { mapping }: Pick<Inspection, 'mapping'>): Draft {
  const now = entryOf(draft);
  if (now === undefined) return { ...draft, history: [{ decided: { kind: 'proposal' }, mapping }], at: 0 };
  const before = mappingOf(draft);
  const entry = now.mapping === null ? { ...now, mapping } : { ...now, completed: withListed(mapping, now.mapping) };
  if (before !== undefined && JSON.stringify(entry.completed) === JSON.stringify(before)) return draft;
  return { ...draft, history: draft.history.map((one, index) => (index === draft.at ? entry : one)) };
}

/** Assays below the part that an inspection looks at stay listed. */
function withListed(mapping: Mapping, { assays }: Mapping): Mapping {
  const seen = new Set(mapping.assays.map(({ code }) => code));
  const others = assays.filter(({ code }) => !seen.has(code));
  return others.length === 0 ? mapping : { ...mapping, assays: [...mapping.assays, ...others] };
}

export const canUndo = ({ at }: Draft): boolean => at > 0;
export const canRedo = ({ at, history }: Draft): boolean => at < history.length - 1;
/** What was checked is another mapping's. */
export const movedTo = (draft: Draft, at: number): Draft => ({ ...draft, at, jobId: null });
export const undone = (draft: Draft): Draft => (canUndo(draft) ? movedTo(draft, draft.at - 1) : draft);
export const redone = (draft: Draft): Draft => (canRedo(draft) ? movedTo(draft, draft.at + 1) : draft);

/** A new decision ends what had been taken back. */
export function decide(draft: Draft, decided: Following): Draft {
  const mapping = mappingOf(draft);
  return mapping === undefined ? draft : withEntry(draft, { decided, mapping: apply(mapping, decided) });
}

/** A decision that comes with its mapping, or with none: then the engine proposes one. */
export const decideAs = (draft: Draft, decided: WithMapping, mapping: Mapping | null = null): Draft =>
  withEntry(draft, { decided, mapping });

/** Reading anew may change the columns, so the mapping starts afresh. */
export const readAnew = (draft: Draft, reading: Partial<Reading>): Draft =>
  decideAs(draft.at < 0 ? { ...draft, history: [{ decided: { kind: 'proposal' }, mapping: null }], at: 0 } : draft, {
    kind: 'reading',
    reading,
  });

const withEntry = (draft: Draft, entry: Entry): Draft => {
  const history = [...draft.history.slice(0, draft.at + 1), entry];
  return { ...draft, history, at: history.length - 1, jobId: null };
};

/**
 * The decision that a repair stands for; null where there is nothing to change, or more to choose from than one rule.
 * @param unlisted as the check has found them
 */
export function decisionOf(repair: Repair, unlisted: readonly UnlistedAssay[] = []): Following | null {
  switch (repair.kind) {
    case 'leave-out':
      return { kind: 'leftOut', spelling: repair.spelling };
    case 'read-unit-as':
      return repair.unit === null ? null : { kind: 'spelling', spelling: repair.spelling, unit: repair.unit };
    case 'quotes-are-characters':
      return { kind: 'quotes' };
    case 'read-category-as': {
      const { column, spelling, label } = repair;
      return label === null ? null : { kind: 'category', columns: [column], spelling, label };
    }
    case 'read-relation-as':
      return repair.relation === null
        ? null
        : { kind: 'relationSpelling', spelling: repair.spelling, relation: repair.relation };
    case 'take-structure':
      return { kind: 'conflicts', take: repair.conflicts };
    case 'list-assays':
      return {
        kind: 'listAssays',
        assays: Object.fromEntries(unlisted.map(({ code, assayType, scale }) => [code, { assayType, scale }])),
      };
    case 'keep':
      return null;
  }
}

// Kept by the engine ------------------------------------------------------------------------------------------------

/** Mappings that follow from the one before and its decision are not kept: with thousands of assays they would be large. */
export const toSave = (file: string, draft: Draft): DraftContent => ({
  file,
  others: [...new Set([...draft.others, ...companions(draft)])],
  name: draft.name,
  reading: readingOf(draft),
  history: draft.history.map(({ decided, mapping, completed }) => ({
    decided,
    mapping: completed ?? (withMapping.safeParse(decided).success ? mapping : null),
  })),
  at: draft.at,
  step: draft.step,
  jobId: draft.jobId,
});

const companions = ({ history }: Draft): readonly string[] =>
  history.flatMap(({ decided }) => (decided.kind === 'companion' && decided.file !== null ? [decided.file] : []));

/** What cannot be understood any more, and all that came after it, is gone. */
export function restored({ name, others, history, at, step, jobId }: SavedDraft): Draft {
  const entries: Entry[] = [];
  let before: Mapping | null = null;
  for (const saved of history) {
    const decided: Decided | undefined = decidedSchema.safeParse(saved.decided).data;
    if (decided === undefined) break;
    const own = withMapping.safeParse(decided).success;
    if (!own && before === null) break;
    const mapping: Mapping | null =
      own || saved.mapping !== null ? saved.mapping : apply(before!, decided as Following);
    entries.push({ decided, mapping });
    before = mapping;
  }
  const draft = { name, others: [], history: entries, at: Math.min(at, entries.length - 1), step, jobId };
  const later = companions(draft);
  return { ...draft, others: others.filter((token) => !later.includes(token)).slice(0, 1) };
}
