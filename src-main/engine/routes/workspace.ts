/** Making, unlocking and locking the workspace. */
import { auditAct } from '../audited.ts';
import { procedures } from '../procedures.ts';

export const workspaceRoutes = {
  status: procedures.workspace.status.handler(({ context }) => context.access.status()),
  watch: procedures.workspace.watch.handler(async function* ({ context, signal }) {
    const changes = context.events.follow('workspace', signal);
    yield context.access.status();
    yield* changes;
  }),
  create: procedures.workspace.create.handler(async ({ context: { access }, input }) => {
    await access.create(input.passphrase, input.remember);
    return access.status();
  }),
  unlock: procedures.workspace.unlock.handler(async ({ context: { access }, input }) => {
    await access.unlock(input.passphrase, input.remember);
    return access.status();
  }),
  unlockRemembered: procedures.workspace.unlockRemembered.handler(async ({ context: { access } }) => {
    await access.unlockRemembered();
    return access.status();
  }),
  forget: procedures.workspace.forget.handler(({ context: { access } }) => {
    access.forget();
    return access.status();
  }),
  lock: procedures.workspace.lock.handler(async ({ context }) => {
    const { access } = context;
    if (access.status().state === 'open') {
      auditAct(context.workspace(), { act: 'workspace-locked', subject: 'workspace' });
    }
    await access.lock();
    return access.status();
  }),
  changePassphrase: procedures.workspace.changePassphrase.handler(async ({ context, input }) => {
    const workspace = context.workspace();
    await context.access.changePassphrase(input.current, input.next);
    auditAct(workspace, { act: 'passphrase-changed', subject: 'workspace' });
    return context.access.status();
  }),
  backup: procedures.workspace.backup.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('backup', input);
    return { jobId: id };
  }),
  sample: procedures.workspace.sample.handler(async ({ context }) => {
    const { id } = await context.jobs().start('sample', {});
    return { jobId: id };
  }),
};
