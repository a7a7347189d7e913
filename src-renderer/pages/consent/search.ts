/** What the address of Consent holds: an earlier version that is read. */
import * as z from 'zod';

export const consentSearch = z.object({ version: z.string().optional().catch(undefined) });
