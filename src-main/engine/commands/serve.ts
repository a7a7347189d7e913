/** `chorale serve`: the page and the engine on 127.0.0.1, for a machine without a screen or without Electron. */
import { once } from 'node:events';
import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { passphraseAtHand } from '../passphrase.ts';
import { serveWorkspace } from '../serve.ts';
import { defineCommand, exitCodes } from './command.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'Serve the page and the engine on 127.0.0.1, and print the address to open',
  declare: (command) =>
    command
      .option('--port <port>', 'port to listen on; 0 takes a free one', port, 0)
      .addHelpText(
        'after',
        '\nThe page asks for the passphrase unless it is given here. From another machine: ssh -L PORT:127.0.0.1:PORT HOST',
      ),
  options: z.object({ port: z.number(), passphraseFile: z.string().optional() }),
  workspace: 'none',
  async run({ folder, options, host, print, control }) {
    const { configurationFolder } = host;
    const sources = { file: options.passphraseFile, environment: process.env, configurationFolder };
    const server = await serveWorkspace({
      folder,
      host: { ...host, kind: 'serve' },
      checksProviders: true,
      port: options.port,
      passphrase: passphraseAtHand(folder, sources),
    });
    print({ address: server.address, port: server.port, workspace: folder }, `Chorale is at ${server.address}`);
    if (!control.signal.aborted) await once(control.signal, 'abort');
    await server.close();
    return exitCodes.success;
  },
});

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('No port.');
  return number;
}
