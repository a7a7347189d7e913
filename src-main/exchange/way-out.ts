/** How the next call to the coordinator would go: the setting that a person has made, and the proxy that follows from it. */
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import { type ProxySetting, proxySetting, type WayOut } from '../contract/exchange.ts';
import { hostOf } from './gate.ts';
import { type ProxyEnvironment, proxyFor, readProxy } from './proxy.ts';

/** In the encrypted catalog, since an address may carry a password. */
const settingName = 'exchange.proxy';

export const readProxySetting = (catalog: Catalog): ProxySetting =>
  proxySetting.safeParse(readSetting(catalog, settingName)).data ?? { mode: 'environment' };

/** @throws INPUT_INVALID for what is no address of a proxy */
export function writeProxySetting(catalog: Catalog, setting: ProxySetting): void {
  if (setting.mode === 'address') readProxy(setting.address);
  writeSetting(catalog, settingName, setting);
}

/** @param url of the coordinator */
export const proxyOnTheWay = (
  catalog: Catalog,
  url: string,
  environment: ProxyEnvironment = process.env,
): URL | undefined => proxyFor(new URL(url), readProxySetting(catalog), environment);

/** @param url of the coordinator, undefined before there is one */
export function describeWayOut(catalog: Catalog, url: string | undefined, environment?: ProxyEnvironment): WayOut {
  const setting = readProxySetting(catalog);
  const proxy = url === undefined ? undefined : proxyOnTheWay(catalog, url, environment);
  return {
    setting: setting.mode === 'address' ? { mode: 'address', address: withoutPassword(setting.address) } : setting,
    proxy: proxy === undefined ? null : hostOf(proxy),
  };
}

function withoutPassword(address: string): string {
  const url = readProxy(address);
  return `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}`;
}
