/** How long payload and escrow of a finished package are kept; its document, decisions and log entries always stay. */
import { finishedPackagesWithFiles, setFilesRemoved } from '../catalog/packages.ts';
import { readSetting } from '../catalog/settings.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { appendAudit } from './audit.ts';

/** How many finished packages keep their files; absent or null: all of them. */
export const keepLastSetting = 'release.keepLast';

/** @returns names of the packages whose files are gone now */
export function applyRetention(
  { catalog, vault }: Workspace,
  now: () => string = () => new Date().toISOString(),
): readonly string[] {
  const keepLast = readSetting<number | null>(catalog, keepLastSetting) ?? null;
  if (keepLast === null) return [];
  const beyond = finishedPackagesWithFiles(catalog).slice(keepLast);
  for (const row of beyond) {
    // Both within the transaction: after a kill in between, the row is still there, and the next call does it again.
    inOneTransaction(catalog, () => {
      const at = now();
      setFilesRemoved(catalog, row.hash, at);
      appendAudit(catalog, {
        person: 'engine',
        act: 'escrow-removed',
        subject: row.name,
        detail: { package: row.hash, keepLast },
        at,
      });
      vault.remove(row.payloadFile);
      vault.remove(row.escrowFile);
    });
  }
  return beyond.map(({ name }) => name);
}
