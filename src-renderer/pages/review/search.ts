/** What the address of Review holds: the package, and how deep it is looked at. */
import * as z from 'zod';

export const reviewView = z.enum(['summary', 'fields', 'bytes']);
export type ReviewView = z.infer<typeof reviewView>;

export const reviewSearch = z.object({
  /** Hash of the package; without it the one that has waited longest. */
  package: z.string().optional(),
  view: reviewView.optional(),
});

export type ReviewSearch = z.infer<typeof reviewSearch>;
