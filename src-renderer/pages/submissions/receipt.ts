/** What the coordinator's receipt says, for those who read no JSON. */
import * as z from 'zod';

const receipt = z.object({
  document: z.object({ at: z.string(), position: z.number(), message: z.string(), planHash: z.string() }),
});

/** @returns null where the text is not a receipt as coordinators write it now: it is shown as it is all the same. */
export function readReceipt(text: string): z.infer<typeof receipt>['document'] | null {
  try {
    return receipt.parse(JSON.parse(text)).document;
  } catch {
    return null;
  }
}
