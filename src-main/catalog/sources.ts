/** Files that measurements came from: what they were called, and the fingerprint they are known again by. */
import type { FileFormat } from '../contract/intake.ts';
import type { Catalog } from './open.ts';

export type Source = {
  readonly name: string;
  /** Hex, of the file as it lies on the disk. */
  readonly sha256: string;
  readonly bytes: number;
  readonly format: FileFormat;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly sheet: string | null;
};

export const addSource = (catalog: Catalog, source: Source, now: Date): number =>
  Number(
    catalog.db
      .prepare(
        `insert into source (name, sha256, bytes, format, encoding, delimiter, sheet, added_at)
         values (:name, :sha256, :bytes, :format, :encoding, :delimiter, :sheet, :now)`,
      )
      .run({ ...source, now: now.toISOString() }).lastInsertRowid,
  );
