/** Where the command line takes a workspace's passphrase from, and where it keeps one that it made itself. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { workspaceExists, workspaceId } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';

export type PassphraseSources = {
  /** Of `--passphrase-file`. */
  readonly file: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly configurationFolder: string;
  /** Tells the person one line, on stderr. */
  readonly say: (line: string) => void;
};

export type Passphrase = {
  readonly passphrase: string;
  /** To be called once the workspace exists: a passphrase made here is then kept under the workspace's id. */
  readonly keep: () => void;
};

/** In this order: the file, CHORALE_PASSPHRASE, one that was made here before, the terminal; for a new workspace, a random one. */
export async function findPassphrase(folder: string, sources: PassphraseSources): Promise<Passphrase> {
  const atHand = passphraseAtHand(folder, sources);
  if (atHand !== undefined) return { passphrase: atHand, keep: () => {} };
  const { ask, configurationFolder, say } = sources;
  const exists = workspaceExists(folder);
  if (ask !== undefined) {
    const passphrase = exists
      ? await ask(`Passphrase of ${folder}: `)
      : await newPassphrase(folder, { file: undefined, environment: {}, ask });
    return { passphrase, keep: () => {} };
  }
  if (exists) throw new ChoraleError('PASSPHRASE_NEEDED', { folder });
  return makePassphrase(folder, keptIn(configurationFolder), say);
}

/** Of the file, else of CHORALE_PASSPHRASE. */
export function passphraseGiven({
  file,
  environment,
}: Pick<PassphraseSources, 'file' | 'environment'>): string | undefined {
  const given = file === undefined ? environment.CHORALE_PASSPHRASE : readPassphraseFile(file);
  return given === '' ? undefined : given;
}

/** What needs no asking: the file, CHORALE_PASSPHRASE, or one that was made here before. */
export function passphraseAtHand(
  folder: string,
  { file, environment, configurationFolder }: Pick<PassphraseSources, 'file' | 'environment' | 'configurationFolder'>,
): string | undefined {
  const given = passphraseGiven({ file, environment });
  if (given !== undefined) return given;
  const path = workspaceExists(folder) ? join(keptIn(configurationFolder), workspaceId(folder)) : undefined;
  return path !== undefined && existsSync(path) ? readPassphraseFile(path) : undefined;
}

/** From the file, CHORALE_NEW_PASSPHRASE or the terminal, where it is typed twice. @throws PASSPHRASE_NEEDED, WRONG_PASSPHRASE */
export async function newPassphrase(
  folder: string,
  { file, environment, ask }: Pick<PassphraseSources, 'file' | 'environment' | 'ask'>,
): Promise<string> {
  const given = file === undefined ? environment.CHORALE_NEW_PASSPHRASE : readPassphraseFile(file);
  if (given !== undefined && given !== '') return given;
  if (ask === undefined) throw new ChoraleError('PASSPHRASE_NEEDED', { folder });
  const typed = await ask(`New passphrase for ${folder}: `);
  if ((await ask('Once more: ')) !== typed) throw new ChoraleError('WRONG_PASSPHRASE', {});
  return typed;
}

/** After the passphrase was changed: one that was made here opens nothing any more. */
export const forgetKeptPassphrase = (folder: string, configurationFolder: string): void =>
  rmSync(join(keptIn(configurationFolder), workspaceId(folder)), { force: true });

const keptIn = (configurationFolder: string): string => join(configurationFolder, 'passphrases');

/** Written before the workspace is made, so that no workspace is ever left without its passphrase. */
function makePassphrase(folder: string, kept: string, say: (line: string) => void): Passphrase {
  const passphrase = randomBytes(24).toString('base64url');
  const pending = join(kept, `pending-${randomBytes(8).toString('hex')}`);
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  writeFileSync(pending, `${passphrase}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return {
    passphrase,
    keep() {
      const path = join(kept, workspaceId(folder));
      renameSync(pending, path);
      say(`made a passphrase for ${folder} and keep it in ${path}`);
    },
  };
}

/** Asks at a terminal without showing what is typed. */
export const askAt =
  (input: Readable & { setRawMode?: (raw: boolean) => unknown }, output: Writable) =>
  (question: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let typed = '';
      output.write(question);
      input.setRawMode?.(true);
      input.setEncoding('utf8');
      input.resume();
      input.on('data', function hear(text: string) {
        for (const character of text) {
          if (character === '\r' || character === '\n') return finish(() => resolve(typed));
          if (character === '\u0003') return finish(() => reject(new ChoraleError('CANCELLED', {})));
          typed = character === '\u007f' || character === '\b' ? [...typed].slice(0, -1).join('') : typed + character;
        }
        function finish(act: () => void) {
          input.off('data', hear);
          input.setRawMode?.(false);
          input.pause();
          output.write('\n');
          act();
        }
      });
    });

export function readPassphraseFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'passphrase-file' }, { cause: error });
  }
}
