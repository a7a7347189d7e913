/** Which provider a training begins on: the person's choice, or the fastest of those that have been checked. */
import type { ProviderChoice, ProviderReport, UsedProvider } from '../../contract/providers.ts';

/** What a machine's check and a person's choice come to before anything is started. */
export function chooseProvider(choice: ProviderChoice, report: ProviderReport | null): UsedProvider {
  if (choice !== 'automatic') return { name: choice, trouble: null };
  if (report === null) return { name: 'cpu', trouble: { provider: null, reason: 'not-checked', detail: '' } };
  const [fastest, second] = report.providers
    .filter(({ rowsPerSecond, trouble }) => rowsPerSecond !== null && trouble === null)
    .sort((one, other) => other.rowsPerSecond! - one.rowsPerSecond!);
  if (fastest?.name !== 'cpu') return { name: fastest?.name ?? 'cpu', trouble: null };

  // Why no other: the next best is slower, or what the machine has does not work.
  if (second !== undefined) return { name: 'cpu', trouble: { provider: second.name, reason: 'slower', detail: '' } };
  const troubles = report.providers.flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
  return { name: 'cpu', trouble: troubles.find(({ reason }) => reason !== 'not-built') ?? null };
}
