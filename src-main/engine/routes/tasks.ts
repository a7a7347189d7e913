/** Assays, thresholds and task sets as the page asks for them. */
import { chooseThresholds } from '../../catalog/tasks.ts';
import { viewAssay, viewTaskSet } from '../../tasks/view.ts';
import { requireRole } from '../person.ts';
import { procedures } from '../procedures.ts';

export const tasksRoutes = {
  list: procedures.tasks.list.handler(({ context, input }) =>
    viewTaskSet(context.workspace().catalog, input.taskSetId),
  ),
  detail: procedures.tasks.detail.handler(({ context, input }) =>
    viewAssay(context.workspace().catalog, input.assayId, input.thresholds),
  ),
  setThresholds: procedures.tasks.setThresholds.handler(({ context, input: { assayId, thresholds } }) => {
    const workspace = context.workspace();
    const person = requireRole(workspace, 'tasks.thresholds', 'steward', 'scientist', 'administrator');
    viewAssay(workspace.catalog, assayId, thresholds); // before anything is kept: is there such an assay?
    const ascending = [...new Set(thresholds)].sort((a, b) => a - b);
    chooseThresholds(workspace.catalog, assayId, ascending, person.name);
    return viewAssay(workspace.catalog, assayId, undefined);
  }),
  rebuild: procedures.tasks.rebuild.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('tasks', input);
    return { jobId: id };
  }),
};
