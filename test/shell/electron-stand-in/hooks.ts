/** Makes `import 'electron'` mean the stand-in, for the built files as for all others of this process. */
import { registerHooks } from 'node:module';

export const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
