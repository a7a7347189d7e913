import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { resources } from '../../src-main/catalog/open.ts';

const folder = join(resources, 'migrations');
const scripts = readdirSync(folder)
  .sort()
  .map((name) => ({ number: Number(name.slice(0, 4)), text: readFileSync(join(folder, name), 'utf8') }));

describe('the migration that lets kinds of models grow', () => {
  it('keeps every model with its kind, its metrics and the sheets that were scored with it', () => {
    const db = new Database(':memory:');
    db.pragma('foreign_keys = ON');
    const apply = (from: number, to: number) =>
      db.transaction(() => {
        for (const { number, text } of scripts) if (number >= from && number <= to) db.exec(text);
      })();
    apply(1, 14);
    db.exec(`
      insert into task_set (id, created_at, parameter_hash, rules, built_from, hash) values (1, 'now', 'p', '{}', '', '');
      insert into assay (id, code, assay_type) values (1, 'A', 'OTHER');
      insert into task (id, task_set_id, position, assay_id, threshold, method, direction, auxiliary, training_quorum,
        evaluation_quorum, training_weight, aggregation_weight, counts)
        values (1, 1, 0, 1, 6, 'expert', 'high', 0, 1, 1, 1, 1, '[]');
      insert into run (id, kind, task_set_id, settings, state, created_at)
        values ('a', 'alone', 1, '{}', 'done', 'now'), ('f', 'federated', 1, '{}', 'done', 'now');
      insert into model (id, run_id, kind, step, hash, trunk_hash, file, bytes, created_at)
        values ('own', 'a', 'alone', 1, 'h', 't', 'o', 1, 'now'), ('all', 'f', 'global', 1, 'i', 'u', 'g', 1, 'now');
      insert into task_metric (model_id, task_id, fold_role, actives, inactives, auc_pr)
        values ('own', 1, 'test', 5, 5, 0.5);
      insert into score_sheet (id, name, task_set_id, global_model_id, own_model_id, created_at, compounds)
        values ('s', '', 1, 'all', 'own', 'now', 0);`);
    apply(15, 15);

    expect(db.prepare('select id, kind, trunk_hash from model order by id').all()).toEqual([
      { id: 'all', kind: 'global', trunk_hash: 'u' },
      { id: 'own', kind: 'alone', trunk_hash: 't' },
    ]);
    expect(db.prepare('select auc_pr, f1_max from task_metric').all()).toEqual([{ auc_pr: 0.5, f1_max: null }]);
    expect(db.prepare('select count(*) from score_sheet').pluck().get()).toBe(1);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.prepare("update model set kind = 'fused' where id = 'all'").run();
    expect(() => db.prepare("delete from run where id = 'f'").run()).toThrow(/FOREIGN KEY/);
    db.close();
  });
});
