/** Which provider a training begins on: the person's choice, or the fastest of those that have been checked. */
import type { ProviderChoice, ProviderReport, UsedProvider } from '../../contract/providers.ts';

/** What a machine's check and a person's choice come to before anything is started. */
export function chooseProvider(choice: ProviderChoice, report: ProviderReport | null): UsedProvider {
  if (choice !== 'automatic') return { name: choice, trouble: null };
  if (report === null) return { name: 'cpu', trouble: { provider: null, reason: 'not-checked', detail: '' } };
  const speed = ({ rowsPerSecond }: ProviderReport['providers'][number]) => rowsPerSecond ?? 0;
  const tried = report.providers.filter(({ rowsPerSecond }) => rowsPerSecond !== null);
  const fit = tried.filter(({ trouble }) => trouble === null);
  const fastest = fit.reduce((best, one) => (speed(one) > speed(best) ? one : best), fit[0]!);
  if (fit.length === 0 || fastest.name !== 'cpu') return { name: fastest?.name ?? 'cpu', trouble: null };

  // The CPU it is: because of the best of the others, if the machine has any.
  const others = report.providers.filter(({ name }) => name !== 'cpu');
  const slower = others.find(({ rowsPerSecond, trouble }) => rowsPerSecond !== null && trouble === null);
  if (slower !== undefined) {
    return { name: 'cpu', trouble: { provider: slower.name, reason: 'slower', detail: '' } };
  }
  const troubles = others.flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
  return { name: 'cpu', trouble: troubles.find(({ reason }) => reason !== 'not-built') ?? null };
}
