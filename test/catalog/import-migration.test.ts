import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownAssays, listAssays } from '../../src-main/catalog/assays.ts';
import { listBatches } from '../../src-main/catalog/batches.ts';
import { exportMeasurements } from '../../src-main/catalog/measurements.ts';
import { openCatalog, resources } from '../../src-main/catalog/open.ts';
import { pageOfFindings } from '../../src-main/catalog/rejected-rows.ts';

const key = new Uint8Array(32).fill(9);
const migrations = join(resources, 'migrations');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-migration-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A catalog as version 9 of its tables made it: a committed batch, a withdrawn one, and one that a kill left staged. */
function earlierCatalog(file: string): void {
  const db = new Database(file);
  db.pragma(`cipher = 'sqlcipher'`);
  db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  for (const name of readdirSync(migrations).sort()) {
    if (Number(name.slice(0, 4)) <= 9) db.exec(readFileSync(join(migrations, name), 'utf8'));
  }
  db.pragma('user_version = 9');
  const mapping = JSON.stringify({ version: 1, columns: [] });
  for (const [batch, state] of [
    [1, 'committed'],
    [2, 'withdrawn'],
    [3, 'staging'],
  ] as const) {
    db.prepare(
      `insert into source (id, name, sha256, bytes, format, added_at) values (?, ?, 'x', 1, 'csv', '2025-01-01')`,
    ).run(batch, `file ${batch}.csv`);
    db.prepare(
      `insert into batch (id, source_id, state, mapping, person, created_at, rows_in) values (?, ?, ?, ?, 'Mara', '2025', 7)`,
    ).run(batch, batch, state, mapping);
    for (let i = 0; i < 50; i += 1) {
      const compound = 100 * batch + i;
      db.prepare(
        `insert into compound (id, batch_id, company_id, structure, structure_kind, structure_key, line)
         values (?, ?, ?, ?, 'smiles', ?, ?)`,
      ).run(compound, batch, `00${i}`, `C${'C'.repeat(i)}`, `key ${i}`, i + 2);
      db.prepare(`insert or ignore into assay (id, code, assay_type) values (?, ?, 'OTHER')`).run(
        1 + (i % 3),
        `A${i % 3}`,
      );
      db.prepare(
        `insert into measurement (batch_id, compound_id, assay_id, relation, value, scale, given_relation, given_value,
           given_unit, line) values (?, ?, ?, ?, ?, 'p', ?, ?, 'nM', ?)`,
      ).run(batch, compound, 1 + (i % 3), i % 2 ? '<' : '=', 5 + i / 100, i % 2 ? '>' : '', `${i}e1`, i + 2);
    }
    db.prepare(
      `insert into rejected_row (batch_id, line, column_name, found, expected, reason, severity, cells)
       values (?, 60, 'Value', 'n.b.', '{"key":"number","data":{}}', 'not-a-number', 'rejected', '["a"]')`,
    ).run(batch);
  }
  db.close();
}

describe('a catalog of an earlier version', () => {
  it('opens with every batch, compound, measurement and rejected row it had, and without what was only staged', () => {
    const file = join(folder, 'catalog.sqlite');
    earlierCatalog(file);
    const catalog = openCatalog(file, key);
    const { db } = catalog;
    const exported = [...exportMeasurements(catalog, null)];
    expect(exported).toHaveLength(50);
    expect(exported[7]).toEqual({
      companyId: '007',
      smiles: 'CCCCCCCC',
      standardSmiles: '',
      assay: 'A1',
      relation: '<',
      value: 5.07,
      scale: 'p',
      givenRelation: '>',
      givenValue: '7e1',
      givenUnit: 'nM',
      file: 'file 1.csv',
      line: 9,
    });
    expect(listBatches(catalog).map(({ id, state, template, rows }) => [id, state, template, rows.in])).toEqual([
      [2, 'withdrawn', null, 7],
      [1, 'committed', null, 7],
    ]);
    expect(listAssays(catalog)).toMatchObject([
      { code: 'A0', measurements: 17, compounds: 17, censored: 8, scale: 'p' },
      { code: 'A1', measurements: 17 },
      { code: 'A2', measurements: 16 },
    ]);
    expect(knownAssays(catalog).map(({ code, scale }) => [code, scale])).toEqual([
      ['A0', 'p'],
      ['A1', 'p'],
      ['A2', 'p'],
    ]);
    expect(pageOfFindings(catalog, { batchId: 2, offset: 0, limit: 5 }).total).toBe(1);
    const count = (what: string) => db.prepare(`select count(*) from ${what}`).pluck().get();
    expect(['compound', 'measurement', 'measurement_of_assay', 'source', 'rejected_row'].map(count)).toEqual([
      100, 100, 100, 2, 2,
    ]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    catalog.close();
    openCatalog(file, key).close();
  });
});
