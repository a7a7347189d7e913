/** The way to the coordinator, as the page sees and sets it. */

import { describeWayOut, writeProxySetting } from '../../exchange/way-out.ts';
import { currentConsortium } from '../../federation/series.ts';
import { auditAct } from '../audited.ts';
import type { EngineContext } from '../context.ts';
import { procedures } from '../procedures.ts';

export const exchangeRoutes = {
  wayOut: procedures.exchange.wayOut.handler(({ context }) => wayOutOf(context)),
  setProxy: procedures.exchange.setProxy.handler(({ context, input }) => {
    const workspace = context.workspace();
    writeProxySetting(workspace.catalog, input);
    const way = wayOutOf(context);
    auditAct(workspace, { act: 'settings-changed', subject: 'proxy', detail: { mode: input.mode, proxy: way.proxy } });
    return way;
  }),
};

function wayOutOf(context: EngineContext) {
  const { catalog } = context.workspace();
  return describeWayOut(catalog, currentConsortium(catalog)?.coordinator.url);
}
