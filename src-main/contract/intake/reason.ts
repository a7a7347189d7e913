/** What the parts of intake share: how sure a decision is, and why it was made. */
import * as z from 'zod';

export const count = z.number().int().nonnegative();

export const confidence = z.enum(['high', 'middle', 'low']);

/** Why something was decided: a key of the page's words and the figures that go into them. */
export const reasonOf = <Key extends string>(keys: readonly [Key, ...Key[]]) =>
  z.object({ key: z.enum(keys), data: z.record(z.string(), z.union([z.string(), z.number()])) });

export type Confidence = z.infer<typeof confidence>;
