/** The log and the connections as the page asks for them. */
import { findAudit, readAuditState, rememberVerification, verifyAudit } from '../../release/audit.ts';
import { findConnections, readEgress } from '../../release/egress.ts';
import { procedures } from '../procedures.ts';

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
  egress: procedures.audit.egress.handler(({ context }) => readEgress(context.workspace().catalog)),
  connections: procedures.audit.connections.handler(({ context, input }) =>
    findConnections(context.workspace().catalog, input),
  ),
};
