import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(join(root, 'out/main/shell/main.js')) && existsSync(join(root, 'out/renderer/index.html'));
const run = promisify(execFile);

type Answer = { readonly status: number; readonly policy: string; readonly type: string; readonly body: string };

type Facts = {
  readonly sandboxed: boolean;
  readonly switches: readonly string[];
  readonly schemes: readonly { readonly scheme: string; readonly privileges: Readonly<Record<string, boolean>> }[];
  readonly webPreferences: Readonly<Record<string, unknown>>;
  readonly loaded: readonly string[];
  readonly userData: string;
  readonly menu: unknown;
  readonly page: {
    readonly first: Answer;
    readonly second: Answer;
    readonly post: number;
    readonly otherHost: number;
    readonly outside: readonly number[];
  };
  readonly permissions: Readonly<Record<string, readonly boolean[]>>;
  readonly requests: Readonly<Record<string, boolean>>;
  readonly navigation: Readonly<Record<string, boolean | string>>;
  readonly downloads: unknown;
  readonly ports: readonly string[];
  readonly engine: {
    readonly status: { readonly canRemember: boolean; readonly host: string; readonly folder: string };
    readonly created: string;
    readonly reopened: string;
    readonly error: unknown;
    readonly denied: readonly string[];
    readonly forked: readonly string[];
  };
  readonly quits: number;
};

describe.skipIf(!built)("the shell's built files, run against a stand-in for electron (needs `npm run build`)", () => {
  let folder: string;
  let facts: Facts;
  let inPlainText: Facts;
  let said: string;

  const runStandIn = async (script: string, environment: Record<string, string> = {}) => {
    const path = fileURLToPath(new URL(`./electron-stand-in/${script}`, import.meta.url));
    const at = mkdtempSync(join(folder, 'run-'));
    const env = { ...process.env, XDG_CONFIG_HOME: join(at, 'configuration'), ...environment };
    return run(process.execPath, [path, '--workspace', join(at, 'workspace')], { env });
  };
  const runShell = async (environment: Record<string, string>) => {
    const { stdout, stderr } = await runStandIn('run-shell.ts', environment);
    said = stderr;
    return JSON.parse(stdout) as Facts;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-shell-'));
    inPlainText = await runShell({ STAND_IN_KEYRING: 'basic_text', STAND_IN_PACKAGED: '1' });
    facts = await runShell({});
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('open one sandboxed window on the page', () => {
    expect(facts.sandboxed).toBe(true);
    expect(facts.loaded).toEqual(['app://chorale/']);
    expect(facts.webPreferences).toMatchObject({
      preload: join(root, 'out/preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      spellcheck: false,
    });
    expect(facts.switches).toContain('disable-background-networking');
  });

  it('keep developer tools out of the installed application', () => {
    expect(facts.webPreferences.devTools).toBe(true);
    expect(inPlainText.webPreferences.devTools).toBe(false);
    expect(JSON.stringify(facts.menu)).toContain('toggleDevTools');
    expect(JSON.stringify(inPlainText.menu)).not.toContain('toggleDevTools');
    expect(inPlainText.requests['devtools://devtools/bundled/a.js']).toBe(true);
  });

  it('serve the page from its own scheme under a strict policy with a nonce of each load', () => {
    expect(facts.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    const nonces = [facts.page.first, facts.page.second].map(({ status, policy, body }) => {
      expect(status).toBe(200);
      const nonce = /<meta property="csp-nonce" nonce="([^"]+)"/.exec(body)?.[1];
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}';`);
      expect(policy).not.toContain('unsafe');
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
  });

  it('give nothing from outside the page, for another host or another method', () => {
    expect(facts.page.outside).toEqual([404, 404, 404, 404]);
    expect([facts.page.otherHost, facts.page.post]).toEqual([404, 405]);
  });

  it('grant no permission but to write plain text to the clipboard', () => {
    for (const [permission, given] of Object.entries(facts.permissions)) {
      const allowed = permission === 'clipboard-sanitized-write';
      expect([permission, ...given]).toEqual([permission, allowed, allowed, false]);
    }
  });

  it('keep the page from the network and from files, and list from which host', () => {
    const cancelled = Object.entries(facts.requests).filter(([, cancel]) => cancel);
    expect(cancelled.map(([url]) => url)).toEqual([
      'app://other/a.js',
      'https://example.org/a.js',
      'http://127.0.0.1:80/',
      'ws://127.0.0.1:80/',
      'file:///etc/passwd',
      'blob:https://example.org/1',
      'nonsense',
    ]);
    expect(said).toContain('chorale: the page was kept from example.org\n');
    expect([...facts.engine.denied].sort()).toEqual(['127.0.0.1', 'blob:', 'example.org', 'file:', 'other', 'unknown']);
  });

  it('let the page reload and go nowhere else', () => {
    expect(facts.navigation).toEqual({
      away: true,
      file: true,
      reload: false,
      frame: true,
      redirect: true,
      webview: true,
      open: 'deny',
    });
    expect(facts.downloads).toEqual({ own: false, other: true });
  });

  it('give a port to the page and to nobody else', () => {
    expect(facts.ports).toEqual([]);
  });

  it('carry the contract between page and engine through that port', () => {
    const { status, created, reopened, error, forked } = facts.engine;
    expect(forked).toEqual([join(root, 'out/main/shell/engine-process.js')]);
    expect(status).toMatchObject({ host: 'electron', canRemember: true });
    expect([created, reopened]).toEqual(['open', 'open']);
    expect(error).toEqual({ code: 'NOT_FOUND', data: { kind: 'job', id: 'none' } });
  });

  it.runIf(process.platform === 'linux')("refuse to keep the key where the system's store is plain text", () => {
    expect(inPlainText.engine.status.canRemember).toBe(false);
    expect(inPlainText.engine.reopened).toBe('open');
  });

  it('close the engine before they quit', () => {
    expect(facts.quits).toBe(1);
  });

  it('start a training process for the engine, on a port of its own, and end it', async () => {
    const engine = fileURLToPath(new URL('./electron-stand-in/asks-for-training.ts', import.meta.url));
    const { stdout } = await runStandIn('run-training.ts', { STAND_IN_ENGINE: engine });
    expect(JSON.parse(stdout)).toEqual(['{"ready":true}', 'ended']);
  });

  it('have a preload that needs nothing but the two ends of the port', () => {
    const preload = readFileSync(join(root, 'out/preload/preload.cjs'), 'utf8');
    expect(preload.match(/require\([^)]*\)/g)).toEqual(['require("electron")']);
    expect(preload).not.toContain('contextBridge');
  });
});

describe('the packaging', () => {
  it('sets the fuses of the security list', () => {
    const { electronFuses, asar } = JSON.parse(readFileSync(join(root, 'resources/packaging/builder.json'), 'utf8'));
    expect(asar).toBe(true);
    expect(electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});
