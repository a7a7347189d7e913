/** The frame of every command: its workspace, passphrase, progress, Ctrl-C, output and exit code. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { openWorkspace, type Workspace, workspaceExists } from '../../catalog/workspace.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { JobKind } from '../../contract/jobs.ts';
import type { Control } from '../../contract/progress.ts';
import type { Person } from '../../contract/settings.ts';
import type { EngineContext } from '../context.ts';
import { createEngine } from '../engine.ts';
import { type Host, logToStderr, userConfigurationFolder } from '../host.ts';
import { parseInput, toKnownError } from '../known-error.ts';
import { askAt, findPassphrase } from '../passphrase.ts';
import { whoeverIsHere } from '../whoever-is-here.ts';
import { sentenceOf } from './error-sentences.ts';
import { ownPassphrase } from './own-passphrase.ts';
import { createProgressLine } from './progress-line.ts';

export const exitCodes = {
  success: 0,
  error: 1,
  /** Done, but rows were rejected or structures failed; they are named in the output. */
  rejected: 2,
  /** Nothing was done: refused, or a person has to decide first. */
  refused: 3,
  /** Stopped by Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What every command is given. */
export type Work<Options> = {
  /** Absolute path of `--workspace`; nothing need be there when the command's workspace is 'none'. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly options: Options;
  readonly json: boolean;
  /** Aborted by Ctrl-C; reports draw the progress line on stderr. */
  readonly control: Control;
  readonly host: Host;
  /** The command's answer: `value` as JSON under --json, else `text`. */
  readonly print: (value: unknown, text: string) => void;
  /** Writes to stdout as it is, and waits while the reader is slow. */
  readonly write: (text: string) => Promise<void>;
};

/** With 'read': the catalog is open beside whoever else has it open, and must not be written. */
export type ReadingWork<Options> = Work<Options> & { readonly workspace: Workspace; readonly person: Person };

/** With 'write' and 'create': this process is the workspace's engine. */
export type WritingWork<Options> = ReadingWork<Options> & {
  readonly context: EngineContext;
  /**
   * Runs a job in its own thread, with its progress and Ctrl-C.
   * @returns its result
   * @throws the job's own error, or CANCELLED
   */
  readonly job: <Result>(kind: JobKind, request: unknown) => Promise<Result>;
};

type Base<Options> = {
  /** As commander takes it: `import <files...>`. */
  readonly name: string;
  readonly summary: string;
  /** Adds options to the command, and examples to its help. */
  readonly declare?: (command: Command) => void;
  /** Checks and types what commander has read. */
  readonly options: z.ZodType<Options>;
};

export type CommandDefinition<Options> = Base<Options> &
  (
    | { readonly workspace: 'none'; readonly run: (work: Work<Options>) => Promise<ExitCode> }
    | { readonly workspace: 'read'; readonly run: (work: ReadingWork<Options>) => Promise<ExitCode> }
    | {
        /** 'create' makes the workspace when it is absent. */
        readonly workspace: 'write' | 'create';
        readonly run: (work: WritingWork<Options>) => Promise<ExitCode>;
      }
  );

/** Adds the command to the program; its exit code goes to `exit`. */
export type AddCommand = (program: Command, exit: (code: ExitCode) => void) => void;

const frameOptions = z.object({
  workspace: z.string().default(() => process.env.CHORALE_WORKSPACE ?? 'chorale-workspace'),
  passphraseFile: z.string().optional(),
  as: z.string().optional(),
  ownPassphraseFile: z.string().optional(),
  json: z.boolean().default(false),
});

export function defineCommand<Options>(definition: CommandDefinition<Options>): AddCommand {
  return (program, exit) => {
    const command = program.command(definition.name).description(definition.summary);
    definition.declare?.(command);
    command
      .option('--workspace <folder>', 'folder of the workspace (default: $CHORALE_WORKSPACE, else ./chorale-workspace)')
      .option(
        '--passphrase-file <file>',
        'file that holds its passphrase; else $CHORALE_PASSPHRASE, else you are asked',
      )
      .option('--json', 'print the answer as JSON');
    if (definition.workspace === 'write' || definition.workspace === 'create') {
      command
        .option('--as <name>', 'sign in as this person, for what is a decision of a person')
        .option('--own-passphrase-file <file>', 'file that holds their own passphrase; else you are asked');
    }
    command.action(async () => exit(await perform(definition, command)));
  };
}

async function perform<Options>(definition: CommandDefinition<Options>, command: Command): Promise<ExitCode> {
  const raw = command.opts();
  const frame = frameOptions.parse(raw);
  const line = createProgressLine(process.stderr, frame.json);
  const interruption = interruptible();
  const host: Host = { kind: 'command-line', configurationFolder: userConfigurationFolder(), log: logToStderr };
  try {
    const work: Work<Options> = {
      folder: resolve(frame.workspace),
      args: command.args,
      options: parseInput(definition.options, raw),
      json: frame.json,
      control: { signal: interruption.signal, report: line.report },
      host,
      print(value, text) {
        line.clear();
        process.stdout.write(`${frame.json ? JSON.stringify(value, null, 2) : text}\n`);
      },
      write: (text) => writeOut(text),
    };
    return await within(definition, work, frame, line.say);
  } catch (error) {
    const known = toKnownError(error, host.log);
    if (frame.json) process.stdout.write(`${JSON.stringify({ error: { code: known.code, data: known.data } })}\n`);
    line.say(sentenceOf(known));
    return known.code === 'CANCELLED' ? exitCodes.interrupted : exitCodes.error;
  } finally {
    line.clear();
    interruption.done();
  }
}

async function within<Options>(
  definition: CommandDefinition<Options>,
  work: Work<Options>,
  { passphraseFile, as, ownPassphraseFile }: z.infer<typeof frameOptions>,
  say: (line: string) => void,
): Promise<ExitCode> {
  if (definition.workspace === 'none') return definition.run(work);

  const exists = workspaceExists(work.folder);
  if (!exists && definition.workspace !== 'create')
    throw new ChoraleError('WORKSPACE_MISSING', { folder: work.folder });
  const { passphrase, keep } = await findPassphrase(work.folder, {
    file: passphraseFile,
    environment: process.env,
    ask: process.stdin.isTTY ? askAt(process.stdin, process.stderr) : undefined,
    configurationFolder: work.host.configurationFolder,
    say,
  });

  if (definition.workspace === 'read') {
    const workspace = openWorkspace(work.folder, passphrase);
    try {
      return await definition.run({ ...work, workspace, person: whoeverWorksHere() });
    } finally {
      workspace.close();
    }
  }

  const engine = await createEngine({ folder: work.folder, host: work.host });
  try {
    const { access } = engine.context;
    await (exists ? access.unlock(passphrase, false) : access.create(passphrase, false));
    keep();
    const workspace = engine.context.workspace();
    return await definition.run({
      ...work,
      workspace,
      person: as === undefined ? whoeverWorksHere() : await signIn(engine.context, as, ownPassphraseFile),
      context: engine.context,
      job: <Result>(kind: JobKind, request: unknown) => runJob<Result>(engine.context, kind, request, work.control),
    });
  } finally {
    await engine.close();
  }
}

async function signIn({ sessions }: EngineContext, name: string, file: string | undefined): Promise<Person> {
  const person = sessions()
    .state()
    .people.find((known) => known.name === name);
  if (person === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'person', id: name });
  await sessions().signIn(person.id, await ownPassphrase(name, file));
  return person;
}

/** Whoever has the workspace's passphrase may do all that is not a person's decision. */
const whoeverWorksHere = (): Person => ({ name: whoeverIsHere(), role: 'administrator' });

/** Also for code that holds an engine's context and waits for a job, such as a pilot. */
export async function runJob<Result>(
  context: EngineContext,
  kind: JobKind,
  request: unknown,
  control: Control,
): Promise<Result> {
  control.signal.throwIfAborted();
  const { id } = await context.jobs().start(kind, request);
  return followJob(context, id, control);
}

/** Waits for a job that is under way, such as one that goes on after a kill. */
export async function followJob<Result>(
  { jobs, events }: EngineContext,
  id: string,
  { signal, report }: Control,
): Promise<Result> {
  const ended = new AbortController();
  const cancel = () => void jobs().cancel(id);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const watching = (async () => {
    for await (const job of events.follow('job', ended.signal)) {
      if (job.id !== id || job.step === null) continue;
      const { step, done, total, detail } = job;
      report({ step, done, ...(total === null ? {} : { total }), ...(detail === undefined ? {} : { detail }) });
    }
  })();
  try {
    const job = await jobs().finished(id);
    if (job.state === 'done') return job.result as Result;
    if (job.state === 'cancelled' || job.error === null) throw new ChoraleError('CANCELLED', {});
    throw new ChoraleError(job.error.code as 'INTERNAL', job.error.data as { logId: string });
  } finally {
    signal.removeEventListener('abort', cancel);
    ended.abort();
    await watching;
  }
}

/** Two signals this close are one Ctrl-C, which came from the terminal and once more through `chorale.js`. */
const oneInterrupt = 500;

/** The first Ctrl-C asks the work to stop, the second one does not ask. */
function interruptible(): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController();
  let first = 0;
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > oneInterrupt) process.exit(exitCodes.interrupted);
      return;
    }
    first = performance.now();
    controller.abort(new ChoraleError('CANCELLED', {}));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    done: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

const writeOut = (text: string): Promise<void> => new Promise((written) => process.stdout.write(text, () => written()));
