/** Packages whose attempt at a round is over: nobody waits for them any more, so nothing of them may leave later. */
import { listPackages, setPackageState } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { appendAudit } from './audit.ts';

/**
 * Voids what waits for a decision outside the attempt that runs. What is approved is let be until another attempt
 * begins: its last bytes may be on their way.
 * @param running null when none does
 */
export function voidOutdated(
  { catalog }: Workspace,
  series: string,
  running: { readonly round: number; readonly attempt: number } | null,
  now: () => string = () => new Date().toISOString(),
): void {
  inOneTransaction(catalog, () => {
    const states = running === null ? (['frozen'] as const) : (['frozen', 'approved'] as const);
    const unsent = listPackages(catalog, { states, series, limit: 1000 });
    for (const { hash, name, round, attempt } of unsent) {
      if (round === running?.round && attempt === running.attempt) continue;
      setPackageState(catalog, hash, 'void');
      const detail = { package: hash, cause: 'attempt-over', round, attempt };
      appendAudit(catalog, { person: 'engine', act: 'package-voided', subject: name, detail, at: now() });
    }
  });
}
