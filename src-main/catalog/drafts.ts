/** Files on their way into the catalogue: what a person has decided about them so far, and the uploads that it is about. */
import { type Draft, type DraftContent, type DraftSummary, draftContent } from '../contract/intake.ts';
import type { Catalog } from './open.ts';
import { inOneTransaction } from './transaction.ts';

/** An upload that outlives the engine because a draft is about it. */
export type KeptUpload = {
  readonly token: string;
  readonly name: string;
  /** Of its path in `uploads/`, such as `.csv.gz`. */
  readonly ending: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
};

/** Makes or replaces the draft of this file. */
export function saveDraft(
  catalog: Catalog,
  content: DraftContent,
  files: readonly KeptUpload[],
  person: string,
  now: Date,
): Draft {
  const { db } = catalog;
  const { file } = content;
  inOneTransaction(catalog, () => {
    db.prepare(
      `insert into import_draft (file, content, person, created_at, changed_at)
       values (:file, :content, :person, :now, :now)
       on conflict (file) do update set content = excluded.content, person = excluded.person,
         changed_at = excluded.changed_at`,
    ).run({ file, content: JSON.stringify(content), person, now: now.toISOString() });
    db.prepare('delete from import_draft_file where draft = ?').run(file);
    const add = db.prepare(
      `insert or ignore into import_draft_file (draft, token, name, ending, bytes, sha256)
       values (?, ?, ?, ?, ?, ?)`,
    );
    for (const { token, name, ending, size, sha256 } of files) add.run(file, token, name, ending, size, sha256);
  });
  return readDraft(catalog, file) as Draft;
}

export function readDraft({ db }: Catalog, file: string): Draft | null {
  const row = db.prepare('select * from import_draft where file = ?').get(file) as DraftRow | undefined;
  return row === undefined ? null : toDraft(row);
}

/** Changed last first. */
export const listDrafts = ({ db }: Catalog): readonly DraftSummary[] =>
  db
    .prepare(
      `select d.*, coalesce(f.bytes, 0) as bytes from import_draft d
       left join import_draft_file f on f.draft = d.file and f.token = d.file order by d.changed_at desc, d.file`,
    )
    .all()
    .map((row) => {
      const { file, name, step, person, createdAt, changedAt, at } = toDraft(row as DraftRow);
      const { bytes } = row as { readonly bytes: number };
      return { file, name, step, person, createdAt, changedAt, bytes, decisions: Math.max(0, at) };
    });

/** @returns tokens of the uploads that no other draft is about */
export function discardDraft(catalog: Catalog, file: string): readonly string[] {
  const { db } = catalog;
  return inOneTransaction(catalog, () => {
    const tokens = db.prepare('select token from import_draft_file where draft = ?').pluck().all(file) as string[];
    db.prepare('delete from import_draft where file = ?').run(file);
    const kept = new Set(keptUploads(catalog).map(({ token }) => token));
    return tokens.filter((token) => !kept.has(token));
  });
}

/** Of all drafts. */
export const keptUploads = ({ db }: Catalog): readonly KeptUpload[] =>
  db
    .prepare('select distinct token, name, ending, bytes as size, sha256 from import_draft_file')
    .all() as readonly KeptUpload[];

type DraftRow = {
  readonly content: string;
  readonly person: string;
  readonly created_at: string;
  readonly changed_at: string;
};

const toDraft = ({ content, person, created_at, changed_at }: DraftRow): Draft => ({
  ...draftContent.parse(JSON.parse(content)),
  person,
  createdAt: created_at,
  changedAt: changed_at,
});
