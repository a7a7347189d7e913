/** The times that Audit is filtered and exported by, counted back from now. */
export const periods = ['all', 'today', 'week', 'month', 'year'] as const;
export type Period = (typeof periods)[number];

/** @returns ISO 8601; null for the whole log */
export function sinceOf(period: Period, now: Date = new Date()): string | null {
  switch (period) {
    case 'all':
      return null;
    case 'today':
      return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
    case 'week':
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 7).toISOString();
    case 'month':
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 30).toISOString();
    case 'year':
      return new Date(now.getFullYear(), 0, 1).toISOString();
  }
}
