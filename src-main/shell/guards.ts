/** What the page may never do, whatever runs in it: reach the network, navigate, open windows, ask for devices. */
import type { App, Session, WebContents } from 'electron';
import { pageOrigin } from './page-protocol.ts';

/** Everything else is refused. */
const permissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export type Denied = { readonly count: number; readonly byHost: Readonly<Record<string, number>> };

export type Guards = { readonly denied: () => Denied };

/** @param onDenied is told each host that the page tried to reach */
export function setGuards(
  app: App,
  { openDeveloperTools, onDenied }: { readonly openDeveloperTools: boolean; readonly onDenied: (host: string) => void },
): Guards {
  const byHost = new Map<string, number>();
  const deny = (host: string) => {
    byHost.set(host, (byHost.get(host) ?? 0) + 1);
    onDenied(host);
  };
  app.on('session-created', (session) => guardSession(session, { openDeveloperTools, deny }));
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  return {
    denied: () => ({
      count: [...byHost.values()].reduce((sum, count) => sum + count, 0),
      byHost: Object.fromEntries(byHost),
    }),
  };
}

function guardSession(
  session: Session,
  { openDeveloperTools, deny }: { readonly openDeveloperTools: boolean; readonly deny: (host: string) => void },
): void {
  // SECURITY: a script that gets into the page must not be able to send anything anywhere.
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const allowed = staysInside(url, openDeveloperTools);
    if (!allowed) deny(hostOf(url));
    answer({ cancel: !allowed });
  });
  // SECURITY: camera, location, notifications, devices, the screen: the page needs none of them.
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permissions.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => permissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  // SECURITY: only what the page itself has made may be saved; the person chooses where.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
  // SECURITY: the spelling checker would fetch its dictionaries.
  session.setSpellCheckerEnabled(false);
}

function guardContents(contents: WebContents): void {
  // SECURITY: the page is one document; another one in its window would get its preload and its port.
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function staysInside(url: string, openDeveloperTools: boolean): boolean {
  const { protocol, host } = new URL(url);
  if (protocol === 'app:') return host === 'chorale';
  if (protocol === 'blob:') return url.startsWith(`blob:${pageOrigin}/`);
  return protocol === 'data:' || (openDeveloperTools && protocol === 'devtools:');
}

function hostOf(url: string): string {
  const { host, protocol } = new URL(url);
  return host === '' ? protocol : host;
}
