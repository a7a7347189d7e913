/** Files on their way from the page to the workspace. */
import { procedures } from '../procedures.ts';

export const uploadRoutes = {
  // For an import or for scoring, which is open to every role; to nobody who has not said who they are.
  begin: procedures.upload.begin.handler(({ context, input }) => {
    return { id: context.uploads().begin(input.name, input.size) };
  }),
  chunk: procedures.upload.chunk.handler(async ({ context, input }) => {
    const bytes = new Uint8Array(await input.bytes.arrayBuffer());
    return { received: context.uploads().chunk(input.id, input.offset, bytes) };
  }),
  finish: procedures.upload.finish.handler(({ context, input }) => {
    const { name, size, sha256 } = context.uploads().finish(input.id);
    return { token: input.id, name, size, sha256 };
  }),
  abort: procedures.upload.abort.handler(({ context, input }) => {
    // What a draft of somebody is about stays.
    context.uploads().letGo(input.id);
    return {};
  }),
};
