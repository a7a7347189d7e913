/** The log and the connections as the page asks for them. */
import { findAudit, readAuditState, rememberVerification, verifyAudit } from '../../release/audit.ts';
import { connectionsAsCsv, findConnections, readEgress } from '../../release/egress.ts';
import { startBundle } from '../bundle-export.ts';
import { bundleBytes, escrowKeyOf, lastBundle } from '../bundle-job.ts';
import { procedures } from '../procedures.ts';

const bundleChunk = 1 << 20;

export const auditRoutes = {
  state: procedures.audit.state.handler(({ context }) => readAuditState(context.workspace().catalog)),
  entries: procedures.audit.entries.handler(({ context, input }) => findAudit(context.workspace().catalog, input)),
  verify: procedures.audit.verify.handler(async function* ({ context, signal }) {
    const { catalog } = context.workspace();
    for await (const verification of verifyAudit(catalog, signal)) {
      if (verification.state !== 'running') rememberVerification(catalog, verification);
      yield verification;
    }
  }),
  exportBundle: procedures.audit.exportBundle.handler(async ({ context, input }) => ({
    jobId: await startBundle(context, input),
  })),
  lastBundle: procedures.audit.lastBundle.handler(({ context }) => lastBundle(context.workspace())),
  bundleBytes: procedures.audit.bundleBytes.handler(
    ({ context, input: { file, offset } }) =>
      new Blob([bundleBytes(context.workspace(), file, offset, offset + bundleChunk)]),
  ),
  escrowKey: procedures.audit.escrowKey.handler(({ context, input }) => ({
    key: escrowKeyOf(context.workspace(), input.file),
  })),
  copied: procedures.audit.copied.handler(() => ({})),
  egress: procedures.audit.egress.handler(({ context }) => readEgress(context.workspace().catalog)),
  connections: procedures.audit.connections.handler(({ context, input }) =>
    findConnections(context.workspace().catalog, input),
  ),
  exportConnections: procedures.audit.exportConnections.handler(async function* ({ context }) {
    yield* connectionsAsCsv(context.workspace().catalog);
  }),
};
