import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sighting } from './socket-watch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-sockets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where each way to another machine may be named; a folder ends in `/`. */
const mayName: readonly { readonly what: string; readonly pattern: RegExp; readonly where: readonly string[] }[] = [
  {
    what: 'a module that opens sockets',
    pattern:
      /(?<!import type [^;\n]*)from '(?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises|inspector|inspector\/promises|cluster|undici|ws|fastify)'|(?:import|require|getBuiltinModule)\(\s*['"`](?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises|inspector|cluster|undici|ws|fastify)['"`]/,
    // Of `node:net` the certificate takes what tells an address from a name.
    where: [
      'src-main/exchange/',
      'src-main/coordinator/service.ts',
      'src-main/coordinator/certificate.ts',
      'src-main/engine/serve.ts',
    ],
  },
  {
    what: 'a global that calls out',
    pattern:
      /\b(?:XMLHttpRequest|WebSocket|EventSource|WebTransport|RTCPeerConnection|sendBeacon)\b|(?<![\w.'-])fetch\s*\(|(?:globalThis|window|self)\s*(?:\.|\[['"])fetch/,
    where: ['src-renderer/link/reconnecting-socket.ts', 'src-renderer/link/connect.ts', 'src-main/engine/serve.ts'],
  },
  {
    what: 'Node without its modules',
    pattern: /process\s*\.\s*binding\b|internalBinding|\beval\s*\(|new Function\b/,
    where: [],
  },
  {
    what: 'another program',
    pattern: /from '(?:node:)?child_process'|(?:import|require)\(\s*['"](?:node:)?child_process/,
    where: [
      'src-main/training/spawn.ts',
      'src-main/engine/chorale.js',
      'src-main/engine/pilot/partner-handle.ts',
      'src-main/shell/find-electron.ts',
      'src-main/shell/start.ts',
    ],
  },
];

const sources = ['src-main', 'src-renderer'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
);

/** Comments may speak of what the code must not do. */
const withoutComments = (code: string): string =>
  code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

const naming = (pattern: RegExp, codes: readonly (readonly [string, string])[]): string[] =>
  codes.filter(([, code]) => pattern.test(withoutComments(code))).map(([file]) => file);

const codes = sources.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);

describe('in the sources', () => {
  it.each(mayName)('$what is named only where it belongs', ({ pattern, where }) => {
    expect(codes.length).toBeGreaterThan(300);
    const elsewhere = naming(pattern, codes).filter(
      (file) => !where.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place)),
    );
    expect(elsewhere).toEqual([]);
  });

  it.each([
    `import { connect } from 'node:net';`,
    `import http from 'http';`,
    `const { lookup } = await import('node:dns/promises');`,
    `import { Agent } from 'undici';`,
    `await fetch('https://evil.example');`,
    `globalThis['fetch'](address);`,
    `navigator.sendBeacon(address, bytes);`,
    `process.getBuiltinModule('node:tls');`,
    `import { execFile } from 'node:child_process';`,
  ])('%s would be found', (code) => {
    expect(mayName.some(({ pattern }) => naming(pattern, [['src-main/tasks/x.ts', code]]).length > 0)).toBe(true);
  });
});

async function watched(script: string, args: readonly string[]) {
  const sightings = join(folder, 'sightings');
  const watch = pathToFileURL(here('socket-watch.ts')).href;
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: `--import=${watch}`, CHORALE_SOCKET_WATCH: sightings, VITEST: '' },
    timeout: 600_000,
  }).catch((error: { readonly stdout: string; readonly stderr: string }) => {
    throw new Error(`${error.stderr}\n${error.stdout}`, { cause: error });
  });
  const seen = readFileSync(sightings, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sighting);
  return { stdout, seen };
}

describe('while it runs', () => {
  it('an attempt is seen in the process, in a worker and in a child, and does not get through', async () => {
    const { stdout, seen } = await watched(here('socket-attempts.ts'), []);
    expect(JSON.parse(stdout)).toEqual({ main: 'refused', name: 'refused', worker: 'refused', child: 'refused' });
    expect(seen.filter(({ by, kind }) => by === 'other' && kind === 'connect')).toHaveLength(3);
    expect(seen.filter(({ by, kind }) => by === 'other' && kind === 'lookup')).toHaveLength(1);
  });

  it('nothing but the exchange calls anybody, from the import to the round that has left', {
    timeout: 600_000,
  }, async () => {
    const { stdout, seen } = await watched(here('watched-flow.ts'), [folder]);
    expect(JSON.parse(stdout)).toEqual({ rounds: 1, mismatches: 0 });
    const threads = new Set(seen.map(({ thread }) => thread));
    expect([...threads].some((thread) => thread.endsWith('worker'))).toBe(true);
    // The flow itself, a training process, and three partners with theirs.
    expect(new Set([...threads].map((thread) => thread.split(' ')[0])).size).toBeGreaterThan(4);
    expect(seen.filter(({ kind, by }) => kind !== 'watching' && by === 'other')).toEqual([]);
    const calls = seen.filter(({ kind }) => kind === 'connect');
    expect(calls.length).toBeGreaterThan(2);
    expect(new Set(calls.map(({ by }) => by))).toEqual(new Set(['exchange']));
    expect(new Set(calls.map(({ target }) => target)).size).toBe(1);
    expect(seen.filter(({ kind }) => kind === 'listen')).toMatchObject([{ by: 'coordinator' }]);
  });
});
