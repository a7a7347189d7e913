/** A small stand-in for the `electron` module: does what the shell asks of it as far as Node can, and keeps a record. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MessageChannelMain, pack, type StandInPort, unpack } from './ports.ts';

export { MessageChannelMain };

type Handlers = Record<string, (...given: never[]) => unknown>;

export const record = {
  sandboxed: false,
  switches: [] as string[],
  schemes: [] as { readonly scheme: string; readonly privileges: Readonly<Record<string, boolean>> }[],
  windows: [] as BrowserWindow[],
  sessions: [] as Session[],
  protocols: new Map<string, (request: Request) => Promise<Response>>(),
  paths: {} as Record<string, string>,
  forked: [] as string[],
  menu: undefined as unknown,
  quits: 0,
  ready: false,
};

const requireBeforeReady = (what: string) => {
  if (record.ready) throw new Error(`${what} after the application is ready`);
};

class Session extends EventEmitter {
  readonly handlers: Handlers = {};
  readonly webRequest = {
    onBeforeRequest: (listener: Handlers[string]) => {
      this.handlers.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler = (handler: Handlers[string]) => this.keep('permissionRequest', handler);
  setPermissionCheckHandler = (handler: Handlers[string]) => this.keep('permissionCheck', handler);
  setDevicePermissionHandler = (handler: Handlers[string]) => this.keep('devicePermission', handler);
  setDisplayMediaRequestHandler = (handler: Handlers[string]) => this.keep('displayMedia', handler);
  setSpellCheckerEnabled = (enabled: boolean) => this.keep('spellChecker', () => enabled);

  private keep(name: string, handler: Handlers[string]): void {
    this.handlers[name] = handler;
  }
}

class Application extends EventEmitter {
  readonly isPackaged = process.env.STAND_IN_PACKAGED === '1';
  readonly commandLine = { appendSwitch: (name: string) => void record.switches.push(name) };
  setPath = (name: string, path: string) => {
    record.paths[name] = path;
  };
  enableSandbox = () => {
    requireBeforeReady('enableSandbox');
    record.sandboxed = true;
  };
  requestSingleInstanceLock = () => true;
  getLocale = () => 'ja-JP';
  async whenReady(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    record.ready = true;
    const session = new Session();
    record.sessions.push(session);
    this.emit('session-created', session);
  }
  quit = () => {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) {
      record.quits += 1;
      this.emit('quit');
    }
  };
}

class WebContents extends EventEmitter {
  openHandler: ((details: { readonly url: string }) => { readonly action: string }) | undefined;
  setWindowOpenHandler = (handler: NonNullable<WebContents['openHandler']>) => {
    this.openHandler = handler;
  };
  /** The preload's side of it is played by the test, which listens here. */
  postMessage = (channel: string, message: unknown, ports: readonly StandInPort[]) =>
    this.emit(
      'stand-in-message',
      channel,
      message,
      ports.map(({ port }) => port),
    );
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows = () => record.windows;
  readonly webContents = new WebContents();
  readonly options: Readonly<Record<string, unknown>>;
  readonly loaded: string[] = [];
  shown = false;

  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    record.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL = async (url: string) => {
    this.loaded.push(url);
    this.emit('ready-to-show');
  };
  show = () => {
    this.shown = true;
  };
  isMinimized = () => false;
  focus = () => {};
}

class UtilityProcess extends EventEmitter {
  private readonly worker: Worker;
  constructor(path: string) {
    super();
    record.forked.push(path);
    this.worker = new Worker(new URL('./utility.ts', import.meta.url), {
      workerData: { entry: pathToFileURL(path).href },
    });
    this.worker.on('message', (envelope) => this.emit('message', unpack(envelope).data));
    this.worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
    this.worker.once('exit', (code) => this.emit('exit', code));
  }
  postMessage = (data: unknown, ports: readonly StandInPort[] = []) => this.worker.postMessage(...pack(data, ports));
  kill = () => void this.worker.terminate();
}

export const app = new Application();
export const ipcMain = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: true };
/** STAND_IN_ENGINE names a file that takes the place of the engine's process. */
export const utilityProcess = {
  fork: (path: string) =>
    new UtilityProcess(
      path.endsWith('engine-process.js') && process.env.STAND_IN_ENGINE !== undefined
        ? process.env.STAND_IN_ENGINE
        : path,
    ),
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: typeof record.schemes) => {
    requireBeforeReady('registerSchemesAsPrivileged');
    record.schemes.push(...schemes);
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
    record.protocols.set(scheme, handler);
  },
};
export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown) => {
    record.menu = menu;
  },
};
export const safeStorage = {
  getSelectedStorageBackend: () => process.env.STAND_IN_KEYRING ?? 'gnome_libsecret',
  isEncryptionAvailable: () => true,
  encryptStringAsync: async (text: string) => Buffer.from([...Buffer.from(text)].map((byte) => byte ^ 0x5a)),
  decryptStringAsync: async (bytes: Buffer) => ({
    shouldReEncrypt: false,
    result: Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString(),
  }),
};
