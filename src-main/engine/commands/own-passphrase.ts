/** Where the command line takes a person's own passphrase from: a file, or the terminal; never the environment, which other programs read. */
import { ChoraleError } from '../../contract/errors.ts';
import { askAt, readPassphraseFile } from '../passphrase.ts';

const terminal = () => (process.stdin.isTTY ? askAt(process.stdin, process.stderr) : undefined);

/** @throws SIGN_IN_NEEDED where there is neither */
export async function ownPassphrase(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readPassphraseFile(file);
  const ask = terminal();
  if (ask === undefined) throw new ChoraleError('SIGN_IN_NEEDED', { action: '--own-passphrase-file' });
  return ask(`Own passphrase of ${name}: `);
}

/** Asked for twice at a terminal. @throws INPUT_INVALID where there is neither terminal nor file, or the two differ */
export async function newOwnPassphrase(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readPassphraseFile(file);
  const ask = terminal();
  const invalid = (message: string) => new ChoraleError('INPUT_INVALID', { issues: [{ path: 'passphrase', message }] });
  if (ask === undefined) throw invalid('give it with --new-passphrase-file');
  const passphrase = await ask(`New passphrase of ${name}: `);
  if ((await ask('Once more: ')) !== passphrase) throw invalid('the two are not the same');
  return passphrase;
}
