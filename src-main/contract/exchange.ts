/** How this machine reaches the coordinator, as the page sees and sets it. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const proxySetting = z.discriminatedUnion('mode', [
  /** As HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY of the process say. */
  z.object({ mode: z.literal('environment') }),
  z.object({ mode: z.literal('none') }),
  /** Such as `http://proxy.decima.example:3128`; may carry a name and a password. */
  z.object({ mode: z.literal('address'), address: z.string().trim().min(1).max(500) }),
]);

/** The way to a coordinator as it would be taken now. */
export const wayOut = z.object({
  /** Without a password. */
  setting: proxySetting,
  /** Name and port of the proxy that the next call goes through; null when it goes directly, or there is no coordinator yet. */
  proxy: z.string().nullable(),
});

export type ProxySetting = z.infer<typeof proxySetting>;
export type WayOut = z.infer<typeof wayOut>;

export const exchangeContract = {
  wayOut: procedure.output(wayOut),
  /** For the calls of the next time that taking part starts. @throws INPUT_INVALID for what is no address of a proxy */
  setProxy: procedure.input(proxySetting).output(wayOut),
};
