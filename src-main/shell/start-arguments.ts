/** What the application takes from its command line: an allow-list, so that a link or a shortcut can ask for nothing else. */
import { isAbsolute, resolve } from 'node:path';

export type StartArguments = { readonly workspace: string | undefined };

/** Arguments of Electron and Chromium are passed over; those that open the application to others are found by `opensDebugger`. */
export function readStartArguments(argv: readonly string[], workingFolder: string): StartArguments {
  const at = argv.findIndex((argument) => argument === '--workspace' || argument.startsWith('--workspace='));
  const given = argv[at]?.startsWith('--workspace=') === true ? argv[at].slice('--workspace='.length) : argv[at + 1];
  if (at < 0 || given === undefined || given === '' || given.startsWith('--')) return { workspace: undefined };
  return { workspace: isAbsolute(given) ? given : resolve(workingFolder, given) };
}

/** SECURITY: a debugger on the installed application would read the workspace of whoever has it open. */
export const opensDebugger = (argv: readonly string[]): boolean =>
  argv.some((argument) =>
    /^--(inspect|inspect-brk|inspect-wait|remote-debugging-(port|pipe|address))(=|$)/.test(argument),
  );
