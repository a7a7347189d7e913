/** Packages, decisions and standing approvals as the page asks for them. */
import { listStandingApprovals } from '../../catalog/decisions.ts';
import { listPackages } from '../../catalog/packages.ts';
import { amendSeries } from '../../release/amend.ts';
import { appendAudit } from '../../release/audit.ts';
import { decide } from '../../release/decide.ts';
import { askOverride, confirmAskedOverride } from '../../release/override.ts';
import { rebuildFromEscrow } from '../../release/rebuild.ts';
import { readBackPackage } from '../../release/send.ts';
import { approveByStanding, giveStandingApproval, stopStanding } from '../../release/standing.ts';
import { amendable, exportPackage, summarisePackages, viewPackage, viewStandingApproval } from '../../release/view.ts';
import { findInPayload, payloadParts, readWindow } from '../../release/window.ts';
import { requireSession, signedIn } from '../permissions.ts';
import { procedures } from '../procedures.ts';

export const releaseRoutes = {
  list: procedures.release.list.handler(({ context, input }) => summarisePackages(context.workspace(), input)),
  read: procedures.release.read.handler(({ context, input }) => {
    const workspace = context.workspace();
    return viewPackage(workspace, input.hash, signedIn(workspace));
  }),
  bytes: procedures.release.bytes.handler(({ context, input }) =>
    readWindow(context.workspace(), input.hash, input.offset, input.length),
  ),
  readPlace: procedures.release.readPlace.handler(async ({ context, input: { hash, sought, from }, signal }) => ({
    offset: await findInPayload(context.workspace(), hash, Buffer.from(sought, 'base64'), from, signal),
  })),
  readBack: procedures.release.readBack.handler(({ context, input }) =>
    readBackPackage(context.workspace(), input.hash),
  ),
  rebuild: procedures.release.rebuild.handler(({ context, input }) =>
    rebuildFromEscrow(context.workspace(), input.hash),
  ),
  decide: procedures.release.decide.handler(({ context, input: { hash, ...decision } }) => {
    const workspace = context.workspace();
    const { person, keys } = requireSession(context, 'release.decide');
    decide(workspace, { ...decision, packageHash: hash, person }, keys);
    return viewPackage(workspace, hash, person);
  }),
  override: {
    ask: procedures.release.override.ask.handler(({ context, input: { hash, reason } }) => {
      const workspace = context.workspace();
      const { person, keys } = requireSession(context, 'release.override.ask');
      askOverride(workspace, { packageHash: hash, reason, person }, keys);
      return viewPackage(workspace, hash, person);
    }),
    confirm: procedures.release.override.confirm.handler(({ context, input: { hash, id } }) => {
      const workspace = context.workspace();
      const { person, keys } = requireSession(context, 'release.override.confirm');
      confirmAskedOverride(workspace, { id, person }, keys);
      return viewPackage(workspace, hash, person);
    }),
  },
  amend: procedures.release.amend.handler(({ context, input: { hash, ...amendment } }) => {
    const workspace = context.workspace();
    const { person, keys } = requireSession(context, 'release.amend');
    amendSeries(workspace, { ...amendment, packageHash: hash, person }, keys);
    return viewPackage(workspace, hash, person);
  }),
  amendable: procedures.release.amendable.handler(({ context, input }) => amendable(context.workspace(), input.hash)),
  exportBytes: procedures.release.exportBytes.handler(async function* ({ context, input }) {
    for (const part of payloadParts(context.workspace(), input.hash)) yield Buffer.from(part).toString('base64');
  }),
  exportDocument: procedures.release.exportDocument.handler(({ context, input }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'release.exportDocument');
    const exported = exportPackage(workspace, input.hash, new Date().toISOString());
    appendAudit(workspace.catalog, {
      person: person.name,
      act: 'export-made',
      subject: exported.fileName,
      detail: { package: input.hash },
    });
    return exported;
  }),
  standing: {
    list: procedures.release.standing.list.handler(({ context }) =>
      listStandingApprovals(context.workspace().catalog).map((row) =>
        viewStandingApproval(context.workspace().catalog, row),
      ),
    ),
    /** What already waits under these terms goes at once. */
    give: procedures.release.standing.give.handler(({ context, input }) => {
      const workspace = context.workspace();
      const { person, keys } = requireSession(context, 'release.standing.give');
      const given = giveStandingApproval(workspace, { ...input, person }, keys);
      for (const { hash } of listPackages(workspace.catalog, {
        states: ['frozen'],
        series: input.series,
        limit: 100,
      })) {
        approveByStanding(workspace, hash);
      }
      const row = listStandingApprovals(workspace.catalog).find(({ id }) => id === given.id);
      return viewStandingApproval(workspace.catalog, row ?? given);
    }),
    stop: procedures.release.standing.stop.handler(({ context, input }) => {
      const workspace = context.workspace();
      const { person } = requireSession(context, 'release.standing.stop');
      return viewStandingApproval(workspace.catalog, stopStanding(workspace, input.id, person));
    }),
  },
};
