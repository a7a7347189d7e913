/** The contract over a MessagePort: what Electron's shell hands the window. */
import { RPCHandler } from '@orpc/server/message-port';
import type { EngineContext } from './context.ts';
import { router } from './router.ts';

type Port = Parameters<RPCHandler<EngineContext>['upgrade']>[0];

const handler = new RPCHandler(router);

/** @param port Electron's MessagePortMain, or the MessagePort of Node; whoever gives it calls its `start` */
export const attachPort = (port: Port, context: EngineContext): void => handler.upgrade(port, { context });
