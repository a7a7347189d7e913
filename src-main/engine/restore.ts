/** A workspace from a backup: what ran is not taken up again, what was allowed for later is allowed no more, and rounds wait for a person. */
import { existsSync, renameSync, rmdirSync } from 'node:fs';
import { readBackup } from '../catalog/backup.ts';
import { forgetOngoing } from '../catalog/restored.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Control } from '../contract/progress.ts';
import { noteRestored } from '../federation/restored.ts';
import { auditAct } from './audited.ts';

export type Restored = {
  readonly madeAt: string;
  /** Series that were running: each waits for `rejoin`, and is caught up with before anything is said in it. */
  readonly series: readonly string[];
  /** Standing approvals that were in force; a person gives them anew. */
  readonly standingApprovals: number;
};

/** @throws as `readBackup` */
export const restoreWorkspace = (
  file: string,
  passphrase: string,
  folder: string,
  control: Control,
  now: () => string = () => new Date().toISOString(),
): Restored =>
  readBackup<Omit<Restored, 'madeAt'>>(file, passphrase, folder, control, {
    prepare(workspace, madeAt) {
      const { catalog } = workspace;
      return inOneTransaction(catalog, () => {
        const at = now();
        const { series, standingApprovals } = forgetOngoing(catalog, at);
        noteRestored(catalog, series, at);
        const detail = { backupOf: madeAt, series: series.length, standingApprovals };
        auditAct(workspace, { act: 'workspace-restored', subject: 'workspace', detail });
        return { series, standingApprovals };
      });
    },
    settle(from, to) {
      if (existsSync(to)) rmdirSync(to); // it is empty
      renameSync(from, to);
    },
  });
