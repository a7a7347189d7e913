/** The one window: sandboxed, and given one port to the engine each time that its page is loaded. */
import { fileURLToPath } from 'node:url';
import { BrowserWindow, ipcMain, MessageChannelMain, type MessagePortMain, nativeTheme } from 'electron';
import { isPage, pageOrigin } from './page-protocol.ts';

const preload = fileURLToPath(new URL('../../preload/preload.cjs', import.meta.url));

/** The ground of both themes, so that nothing flashes before the page is there. */
const ground = { light: '#f7f8fa', dark: '#14171c' };

export function openWindow({ developerTools }: { readonly developerTools: boolean }): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 1360,
    height: 880,
    minWidth: 960,
    minHeight: 640,
    title: 'Chorale',
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload,
      // SECURITY: a renderer that is taken over has the operating system's sandbox around it, and no Node inside.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: developerTools,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${pageOrigin}/`);
  return window;
}

/** @param attach takes the engine's end */
export function givePorts(attach: (port: MessagePortMain) => void): void {
  ipcMain.on('chorale:port', ({ sender, senderFrame }) => {
    // SECURITY: only the page itself, in the top frame of its own origin, gets a port to the engine.
    if (senderFrame === null || senderFrame.parent !== null || !isPage(senderFrame.url)) return;
    const { port1, port2 } = new MessageChannelMain();
    attach(port1);
    sender.postMessage('chorale:port', null, [port2]);
  });
}
