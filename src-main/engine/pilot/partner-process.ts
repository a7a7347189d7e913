/** A process of its own for one partner of a pilot: it does what the pilot asks, one thing after the other. */
import { createWorkspace, openWorkspace, type Workspace, workspaceExists } from '../../catalog/workspace.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import { charterText } from '../../federation/charter.ts';
import { signRosterText } from '../../federation/invitation.ts';
import { signCharterText } from '../../release/consent-acts.ts';
import { spawnTraining } from '../../training/spawn.ts';
import { logToStderr } from '../host.ts';
import { toKnownError } from '../known-error.ts';
import { participate } from '../participation/participate.ts';
import type { Answers, Asked, Asks, FromPartner } from './partner-message.ts';
import { joinWithApproval, preparePartner, trainPartnerAlone } from './pilot-partner.ts';

let workspace: Workspace | undefined;
const stop = new AbortController();

const open = (): Workspace => {
  if (workspace === undefined) throw new ChoraleError('WORKSPACE_LOCKED', {});
  return workspace;
};

const work: { [Kind in keyof Asks]: (ask: Asks[Kind], control: Control) => Promise<Answers[Kind]> | Answers[Kind] } = {
  open({ folder, passphrase }) {
    workspace = workspaceExists(folder) ? openWorkspace(folder, passphrase) : createWorkspace(folder, passphrase);
    return workspace.key;
  },
  prepare: (settings, control) => preparePartner(open(), settings, control),
  trainAlone: (settings, control) => trainPartnerAlone(open(), settings, control, spawnTraining),
  signRoster: ({ roster }) => signRosterText(open().catalog, roster).roster,
  signCharter: ({ charter }) => charterText(signCharterText(open().catalog, charter, 'engine')),
  async join({ invitation, people, lastRound }) {
    await joinWithApproval(open(), invitation, people, lastRound);
    return null;
  },
  takePart: ({ series, steward }, control) =>
    participate(open(), { series, preparedBy: steward }, control, { jobId: null, spawnTraining }),
};

const tell = (message: FromPartner) => process.send!(message);

process.on('message', async ({ id, kind, ask }: Asked) => {
  const control: Control = { signal: stop.signal, report: (progress) => tell({ id, progress }) };
  try {
    tell({ id, answer: await (work[kind] as (ask: unknown, control: Control) => unknown)(ask, control) });
  } catch (error) {
    const { code, data } = toKnownError(error, logToStderr);
    tell({ id, error: { code, data } });
  }
});

process.on('disconnect', () => {
  stop.abort();
  workspace?.close();
  process.exit();
});
