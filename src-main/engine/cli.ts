/** `chorale`: every command in one program. */
import { Command } from 'commander';
import { audit } from './commands/audit.ts';
import { chemistry } from './commands/chemistry.ts';
import type { AddCommand, ExitCode } from './commands/command.ts';
import { consistency } from './commands/consistency.ts';
import { coordinator } from './commands/coordinator.ts';
import { experiment } from './commands/experiment.ts';
import { exportCommand } from './commands/export.ts';
import { finalFit } from './commands/final-fit.ts';
import { fuse } from './commands/fuse.ts';
import { importCommand } from './commands/import.ts';
import { invite } from './commands/invite.ts';
import { pilot } from './commands/pilot.ts';
import { providers } from './commands/providers.ts';
import { report } from './commands/report.ts';
import { retrain } from './commands/retrain.ts';
import { scan } from './commands/scan.ts';
import { score } from './commands/score.ts';
import { serve } from './commands/serve.ts';
import { standardise } from './commands/standardise.ts';
import { tasks } from './commands/tasks.ts';
import { train } from './commands/train.ts';
import { trunk } from './commands/trunk.ts';
import { version } from './version.ts';

const commands: readonly AddCommand[] = [
  serve,
  importCommand,
  exportCommand,
  chemistry,
  standardise,
  consistency,
  trunk,
  tasks,
  train,
  scan,
  finalFit,
  retrain,
  providers,
  fuse,
  report,
  score,
  audit,
  pilot,
  experiment,
  coordinator,
  invite,
];

const program = new Command('chorale')
  .description('One partner of a drug-discovery consortium, and the coordinator that partners meet at')
  .version(version)
  .showHelpAfterError('(--help tells more)');
for (const add of commands) add(program, leave);

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
