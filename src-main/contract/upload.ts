/** A file on its way from the page to the engine, chunk by chunk: the same over a MessagePort and a WebSocket. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const chunkBytes = 1 << 20;

const id = z.string().regex(/^[0-9a-f]{32}$/);

export const uploadContract = {
  begin: procedure
    .input(z.object({ name: z.string().min(1).max(255), size: z.number().int().min(0) }))
    .output(z.object({ id })),
  /** Chunks come in order, each at most `chunkBytes` long; answers how many bytes are there now. */
  chunk: procedure
    .input(z.object({ id, offset: z.number().int().min(0), bytes: z.instanceof(Blob) }))
    .output(z.object({ received: z.number().int() })),
  /** `token` is what other procedures take in place of a path; it is good until the workspace is locked. */
  finish: procedure
    .input(z.object({ id }))
    .output(z.object({ token: id, name: z.string(), size: z.number().int(), sha256: z.string() })),
  /** Removes the file, finished or not. */
  abort: procedure.input(z.object({ id })).output(z.object({})),
};
