/** `chorale`: every command in one program. */
import { Command } from 'commander';
import type { AddCommand, ExitCode } from './commands/command.ts';
import { version } from './version.ts';

const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  import: async () => (await import('./commands/import.ts')).importCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  chemistry: async () => (await import('./commands/chemistry.ts')).chemistry,
  standardise: async () => (await import('./commands/standardise.ts')).standardise,
  consistency: async () => (await import('./commands/consistency.ts')).consistency,
  trunk: async () => (await import('./commands/trunk.ts')).trunk,
  tasks: async () => (await import('./commands/tasks.ts')).tasks,
  train: async () => (await import('./commands/train.ts')).train,
  scan: async () => (await import('./commands/scan.ts')).scan,
  'final-fit': async () => (await import('./commands/final-fit.ts')).finalFit,
  retrain: async () => (await import('./commands/retrain.ts')).retrain,
  providers: async () => (await import('./commands/providers.ts')).providers,
  fuse: async () => (await import('./commands/fuse.ts')).fuse,
  report: async () => (await import('./commands/report.ts')).report,
  score: async () => (await import('./commands/score.ts')).score,
  audit: async () => (await import('./commands/audit.ts')).audit,
  verify: async () => (await import('./commands/verify.ts')).verify,
  pilot: async () => (await import('./commands/pilot.ts')).pilot,
  experiment: async () => (await import('./commands/experiment.ts')).experiment,
  coordinator: async () => (await import('./commands/coordinator.ts')).coordinator,
  people: async () => (await import('./commands/people.ts')).people,
  key: async () => (await import('./commands/key.ts')).key,
  roster: async () => (await import('./commands/roster.ts')).roster,
  charter: async () => (await import('./commands/charter.ts')).charter,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  passphrase: async () => (await import('./commands/passphrase.ts')).passphrase,
  invite: async () => (await import('./commands/invite.ts')).invite,
};

/** Alone where it is named first: what the others would load is not carried along. */
const asked = Object.entries(commands).filter(([name]) => name === process.argv[2]);

// SECURITY: whatever this process writes, also by a library into a folder of its own, nobody else on the machine reads.
process.umask(0o077);

const program = new Command('chorale')
  .description('One partner of a drug-discovery consortium, and the coordinator that partners meet at')
  .version(version)
  .showHelpAfterError('(--help tells more)');
for (const [, load] of asked.length > 0 ? asked : Object.entries(commands)) (await load())(program, leave);

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await program.parseAsync();

/** What was written must be out first; what still runs then, such as an idle pool, must not hold the shell. */
function leave(code: ExitCode): void {
  process.stdout.write('', () => process.exit(code));
}
