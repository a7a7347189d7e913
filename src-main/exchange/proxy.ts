/** Whether a call goes through a proxy, and which: decided from the workspace's setting and the environment. */
import { ChoraleError } from '../contract/errors.ts';
import type { ProxySetting } from '../contract/exchange.ts';

export type ProxyEnvironment = { readonly [name: string]: string | undefined };

/**
 * A machine reaches itself directly, whatever is set: no proxy could.
 * @throws INPUT_INVALID when the address is none of a proxy
 */
export function proxyFor(target: URL, setting: ProxySetting, environment: ProxyEnvironment): URL | undefined {
  if (setting.mode === 'none' || isLoopback(target)) return undefined;
  if (setting.mode === 'address') return readProxy(setting.address);
  const named = target.protocol === 'https:' ? ['HTTPS_PROXY', 'ALL_PROXY'] : ['HTTP_PROXY', 'ALL_PROXY'];
  const address = named.map((name) => either(environment, name)).find((value) => value !== undefined);
  if (address === undefined || isExcepted(target, either(environment, 'NO_PROXY') ?? '')) return undefined;
  return readProxy(address);
}

/** An address such as `http://proxy.decima.example:3128`, with a name and password where the proxy asks for them. */
export function readProxy(address: string): URL {
  const url = URL.parse(address.includes('://') ? address : `http://${address}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'proxy', message: 'no http or https address' }] });
  }
  return url;
}

/** Both spellings are in use; the small one goes first, as in curl. */
const either = (environment: ProxyEnvironment, name: string): string | undefined =>
  [environment[name.toLowerCase()], environment[name]].find((value) => value !== undefined && value !== '');

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Names apart by comma or space; each means itself and what lies under it, `name:port` only that port, `*` everything. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', atPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
      const bare = name.replace(/^\*?\./, '');
      return (atPort === undefined || atPort === ownPort) && (hostname === bare || hostname.endsWith(`.${bare}`));
    });
}
