/** Scans, final fits and new heads as the page asks for them. */
import { retrainingOf } from '../../catalog/retrainings.ts';
import { newestScan } from '../../catalog/scans.ts';
import { describeScan } from '../../training/scan.ts';
import { procedures } from '../procedures.ts';

export const tuningRoutes = {
  scan: procedures.tuning.scan.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('scan', input);
    return { jobId: id };
  }),
  newestScan: procedures.tuning.newestScan.handler(({ context }) => {
    const { catalog } = context.workspace();
    const newest = newestScan(catalog);
    return newest === undefined ? null : describeScan(catalog, newest.id);
  }),
  finalFit: procedures.tuning.finalFit.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('final-fit', input);
    return { jobId: id };
  }),
  retrain: procedures.tuning.retrain.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('retrain', input);
    return { jobId: id };
  }),
  retraining: procedures.tuning.retraining.handler(
    ({ context, input }) => retrainingOf(context.workspace().catalog, input.globalModelId) ?? null,
  ),
};
