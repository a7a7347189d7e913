/** Takes the engine's place: asks the shell for a training process, hears that it is ready, and has it ended. */
import type { FromEngine, ToEngine } from '../../../src-main/shell/messages.ts';
import type { StandInPort } from './ports.ts';

const main = (
  process as unknown as {
    readonly parentPort: {
      readonly postMessage: (message: FromEngine) => void;
      readonly on: (
        name: 'message',
        listener: (event: { readonly data: ToEngine; readonly ports: readonly StandInPort[] }) => void,
      ) => void;
    };
  }
).parentPort;

const say = (what: string) => main.postMessage({ type: 'log', entry: { logId: what, at: '', error: '' } });

main.on('message', ({ data, ports: [port] }) => {
  if (data.type === 'start') main.postMessage({ type: 'training', id: 7 });
  if (data.type === 'close') main.postMessage({ type: 'closed' });
  if (data.type !== 'training' || port === undefined) return;
  port.on('message', ({ data: heard }) => {
    say(JSON.stringify(heard));
    main.postMessage({ type: 'end-training', id: data.id });
  });
  port.on('close', () => say('ended'));
  port.start();
});
