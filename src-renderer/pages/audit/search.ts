/** What the address of Audit holds: the log or the connections, and the entry that is looked at. */
import * as z from 'zod';

export const auditView = z.enum(['log', 'connections']);
export type AuditView = z.infer<typeof auditView>;

export const auditSearch = z.object({
  view: auditView.optional(),
  entry: z.number().int().optional(),
});
