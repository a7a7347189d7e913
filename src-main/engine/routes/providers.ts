/** What models learn on here, as the page asks for it. */
import { availableParallelism } from 'node:os';
import { providerHere, readComputing, writeComputing } from '../computing.ts';
import { procedures } from '../procedures.ts';

const unfinished = ['queued', 'running'];

export const providersRoutes = {
  state: procedures.providers.state.handler(({ context }) => {
    const { configurationFolder } = context.host;
    const check = context
      .jobs()
      .list(20)
      .find(({ kind, state }) => kind === 'check-providers' && unfinished.includes(state));
    return {
      ...readComputing(configurationFolder),
      cores: availableParallelism(),
      next: providerHere(configurationFolder),
      jobId: check?.id ?? null,
    };
  }),
  choose: procedures.providers.choose.handler(({ context, input }) => {
    const { choice, checksItself, threads } = writeComputing(context.host.configurationFolder, input);
    return { choice, checksItself, threads };
  }),
  check: procedures.providers.check.handler(async ({ context }) => {
    const { id } = await context.jobs().start('check-providers', {});
    return { jobId: id };
  }),
};
