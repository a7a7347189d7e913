/** Jobs as the page asks for them. */
import { procedures } from '../procedures.ts';

export const jobsRoutes = {
  list: procedures.jobs.list.handler(({ context, input }) => [...context.jobs().list(input.limit)]),
  watch: procedures.jobs.watch.handler(({ context, signal }) => {
    context.workspace();
    return context.events.follow('job', signal);
  }),
  cancel: procedures.jobs.cancel.handler(({ context, input }) => context.jobs().cancel(input.id)),
};
