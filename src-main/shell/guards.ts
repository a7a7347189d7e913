/** What the page may never do, whatever runs in it: reach the network, navigate, open windows, ask for devices. */
import type { App, Session, WebContents } from 'electron';
import { hostOfAddress } from '../engine/page-denied.ts';
import { isPage, pageOrigin } from './page-protocol.ts';

/** Everything else is refused. */
const permissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** @param denied is told each host that the page tried to reach */
export function setGuards(
  app: App,
  { openDeveloperTools, denied }: { readonly openDeveloperTools: boolean; readonly denied: (host: string) => void },
): void {
  app.on('session-created', (session) => guardSession(session, openDeveloperTools, denied));
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardSession(session: Session, openDeveloperTools: boolean, denied: (host: string) => void): void {
  // SECURITY: a script that gets into the page must not be able to send anything anywhere.
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const allowed = staysInside(url, openDeveloperTools);
    if (!allowed) denied(hostOfAddress(url));
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
  // SECURITY: another document in this window would get its preload, and ask for its port; the page may only reload.
  contents.on('will-navigate', (event) => {
    if (!isPage(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function staysInside(url: string, openDeveloperTools: boolean): boolean {
  if (isPage(url) || url.startsWith(`blob:${pageOrigin}/`) || url.startsWith('data:')) return true;
  return openDeveloperTools && url.startsWith('devtools:');
}
