/** Assays, thresholds and task sets as the page asks for them. */
import { annotateAssay, chooseThresholds } from '../../catalog/assay-annotations.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { annotateFromFile } from '../../tasks/assay-file.ts';
import { parseCatalogue, writeCatalogue } from '../../tasks/catalogue.ts';
import { viewAssay, viewTaskSet } from '../../tasks/view.ts';
import { requireSession } from '../permissions.ts';
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
    const { person } = requireSession(context, 'tasks.setThresholds');
    // Before anything is kept: is there such an assay, and are its thresholds anybody's to set?
    const { fixed } = viewAssay(workspace.catalog, assayId, thresholds).assay;
    if (fixed !== null && thresholds.length > 0) {
      throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'thresholds', message: `fixed by ${fixed}` }] });
    }
    const ascending = [...new Set(thresholds)].sort((a, b) => a - b);
    chooseThresholds(workspace.catalog, assayId, ascending, person.name);
    return viewAssay(workspace.catalog, assayId, undefined);
  }),
  annotate: procedures.tasks.annotate.handler(({ context, input: { assayId, annotation } }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'tasks.annotate');
    viewAssay(workspace.catalog, assayId, undefined); // before anything is kept: is there such an assay?
    annotateAssay(workspace.catalog, assayId, annotation, person.name);
    return viewAssay(workspace.catalog, assayId, undefined);
  }),
  setCatalogue: procedures.tasks.setCatalogue.handler(({ context, input: { name, text } }) => {
    const workspace = context.workspace();
    const catalogue = text === '' ? undefined : parseCatalogue(name, text);
    writeCatalogue(workspace.catalog, catalogue);
    return { thresholds: catalogue?.thresholds ?? [], tasks: catalogue?.tasks.length ?? 0 };
  }),
  annotateFromFile: procedures.tasks.annotateFromFile.handler(({ context, input: { name, text } }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'tasks.annotateFromFile');
    return annotateFromFile(workspace.catalog, name, text, person.name);
  }),
  rebuild: procedures.tasks.rebuild.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('tasks', input);
    return { jobId: id };
  }),
};
