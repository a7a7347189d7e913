import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIdentity } from '../../src-main/catalog/identity.ts';
import { listJobs } from '../../src-main/catalog/jobs.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { runJob } from '../../src-main/engine/commands/command.ts';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import type { LogEntry } from '../../src-main/engine/host.ts';
import { toKnownError } from '../../src-main/engine/known-error.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { uploadFile } from '../../src-renderer/link/upload.ts';
import { transports } from './engine-for-tests.ts';
import { ownPassphrase, quickAccounts, signIn } from './sign-in.ts';

/** What must be found nowhere outside: parts of structures, ids, names of people's secrets. */
const marks = {
  smiles: 'CC(=O)Nc1ccc(OCC2CCCCC2)cc1',
  compound: 'GEHEIM-000417',
  passphrase: 'a marked horse, a marked battery',
  proxy: 'proxygeheimnis',
  text: 'Vertraulich7f3a',
} as const;

let root: string;
let engine: Engine;
let client: Client;
let disconnect: () => Promise<void>;
const logged: LogEntry[] = [];
const stderr: string[] = [];
const write = process.stderr.write.bind(process.stderr);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorale-secrets-'));
  process.stderr.write = (text: string | Uint8Array) => {
    stderr.push(Buffer.from(text as Uint8Array).toString());
    return true;
  };
  const host = {
    kind: 'serve' as const,
    configurationFolder: join(root, 'configuration'),
    log: logged.push.bind(logged),
  };
  engine = await createEngine({ folder: join(root, 'workspace'), host, accounts: quickAccounts });
  ({ client, close: disconnect } = await transports[1]!.open(engine));
  await client.workspace.create({ passphrase: marks.passphrase });
  await signIn(client, { name: 'Ada Berg', role: 'administrator' });
  await client.settings.setPreferences({ language: 'ja' });
});
afterAll(async () => {
  process.stderr.write = write;
  await disconnect();
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const head = 'compound_id,smiles,assay,type,relation,value,unit\n';
const row = (id: string, smiles: string, value: string) => `${id},${smiles},${marks.text}-A1,IC50,=,${value},nM\n`;
const rows = Array.from({ length: 30 }, (_, at) =>
  row(`${marks.compound}-${at}`, `${marks.smiles}${'C'.repeat(at)}`, `${at + 3}`),
);

const upload = async (name: string, bytes: Uint8Array): Promise<string> =>
  (await uploadFile(client, new File([new Uint8Array(bytes)], name))).token;

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const secretsIn = (bytes: Buffer | string): string[] =>
  Object.values(marks).filter((mark) =>
    [Buffer.from(mark), Buffer.from(mark, 'utf16le')].some((form) => Buffer.from(bytes as string).includes(form)),
  );

describe('a workspace that was worked in', () => {
  beforeAll(async () => {
    const path = join(root, 'good.csv');
    writeFileSync(path, head + rows.join(''));
    await runJob(engine.context, 'import', { path, name: 'good.csv', person: 'Ada Berg' }, unattended);
    rmSync(path);
    await client.federation.createIdentity({ partnerId: 'aldera', name: 'Aldera' });
    await client.exchange.setProxy({ mode: 'address', address: `http://aldera:${marks.proxy}@proxy.example:3128` });
    engine.context.workspace().vault.write('models/marked', Buffer.from(`${marks.smiles} ${marks.compound}`));
  });

  it('gives every file and folder to its owner alone, while it is open, with a file on its way in', async () => {
    mkdirSync(join(root, 'workspace', 'vault'), { recursive: true });
    await upload('half.csv', Buffer.from(head + rows.join('')));
    const { id } = await client.upload.begin({ name: 'quarter.csv', size: 100 });
    await client.upload.chunk({ id, offset: 0, bytes: new Blob(['compound_id,']) });
    const modes = (folder: string) =>
      [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))].map(
        (path) => {
          const { mode } = statSync(path);
          return `${path.slice(root.length)} ${(mode & 0o777).toString(8)} ${statSync(path).isDirectory()}`;
        },
      );
    const all = [...modes(join(root, 'workspace')), ...modes(join(root, 'configuration'))];
    expect(all.length).toBeGreaterThan(8);
    expect(all.some((line) => line.includes('catalog.sqlite-wal'))).toBe(true);
    expect(all.filter((line) => !/ (600 false|700 true)$/.test(line))).toEqual([]);
    await client.upload.abort({ id });
  });

  it('takes back a file that somebody has opened to others', () => {
    const file = join(root, 'workspace', 'catalog.sqlite');
    chmodSync(file, 0o644);
    const other = engine.context.workspace();
    expect(other.catalog.db.pragma('user_version', { simple: true })).toBeGreaterThan(0);
  });

  it('holds no structure, id, name, key or passphrase in any byte once it is locked', async () => {
    const { catalog } = engine.context.workspace();
    const { secretKey } = readIdentity(catalog)!;
    const seed = Buffer.from(secretKey).subarray(0, 32);
    const key = Buffer.from(engine.context.workspace().key);
    await client.workspace.lock();
    const files = [...everyFile(join(root, 'workspace')), ...everyFile(join(root, 'configuration'))];
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const bytes = readFileSync(file);
      expect([file, secretsIn(bytes)]).toEqual([file, []]);
      for (const secret of [seed, key]) {
        const forms = [
          secret,
          secret.toString('hex'),
          secret.toString('base64').slice(0, 40),
          secret.toString('base64url').slice(0, 40),
        ];
        expect([file, forms.some((form) => bytes.includes(form))]).toEqual([file, false]);
      }
    }
    await client.workspace.unlock({ passphrase: marks.passphrase });
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
    expect(statSync(join(root, 'workspace', 'catalog.sqlite')).mode & 0o777).toBe(0o600);
  });
});

describe('what fails', () => {
  const outcomes: unknown[] = [];
  const attempt = async (work: () => Promise<unknown>) => {
    outcomes.push(
      await work().then(
        (answer) => ({ answer: typeof answer }),
        (error: unknown) => JSON.parse(JSON.stringify(error)),
      ),
    );
  };

  it('in whatever way says nothing of structures, ids or secrets, in log, jobs and on stderr', async () => {
    const text = head + rows.join('');
    const files: Readonly<Record<string, Uint8Array>> = {
      'cut.csv.gz': gzipSync(text).subarray(0, 90),
      'no.xlsx': Buffer.from(`PK\u0003\u0004${text}`),
      'no.parquet': Buffer.from(`PAR1${text}PAR1`),
      'bad.sdf': Buffer.from(`${marks.compound}\n  x\n\n  9  9  0 V2000\n${marks.smiles}\nM  END\n$$$$\n`),
      'quote.csv': Buffer.from(text.replace(marks.smiles, `"${marks.smiles}`)),
      'bad.smi': Buffer.from(`${marks.smiles}) ${marks.compound}\nC1CC ${marks.text}\n`),
    };
    // A job of its own takes a thread of its own: two are enough.
    const readsAtOnce = new Set(['cut.csv.gz', 'bad.sdf']);
    for (const [name, bytes] of Object.entries(files)) {
      const path = join(root, name);
      writeFileSync(path, bytes);
      const job = (kind: Parameters<typeof runJob>[1], request: unknown) =>
        attempt(() => runJob(engine.context, kind, request, unattended));
      if (readsAtOnce.has(name)) await job('import', { path, name, person: 'Ada Berg' });
      await attempt(async () => client.intake.inspect({ file: await upload(name, bytes) }));
      rmSync(path);
    }
    const context = engine.context;
    const job = (kind: Parameters<typeof runJob>[1], request: unknown) =>
      attempt(() => runJob(context, kind, request, unattended));
    await job('import', {
      path: join(root, 'gone.csv'),
      name: 'gone.csv',
      person: marks.text,
    });
    await job('train', { settings: { hidden: marks.smiles } });
    await job('score', {
      sheetId: 'x',
      source: { kind: 'text', text: marks.smiles },
      globalModelId: 'no-such-model',
      ownModelId: null,
    });
    await attempt(() => client.workspace.unlock({ passphrase: `${marks.passphrase} wrong` }));
    await attempt(() =>
      client.workspace.changePassphrase({ current: `${marks.passphrase}!`, next: `${marks.passphrase}?` }),
    );
    await attempt(() => client.exchange.setProxy({ mode: 'address', address: `socks5://x:${marks.proxy}@p.example` }));
    await attempt(() => client.federation.readInvitation({ invitation: `{"format": ${marks.text}` }));
    await attempt(() => client.federation.join({ invitation: JSON.stringify({ chemistryKey: marks.smiles }) }));
    await attempt(() => client.federation.signRoster({ roster: `${marks.text} {` }));
    await attempt(() => client.people.signIn({ id: 'unknown', passphrase: `${ownPassphrase}${marks.passphrase}` }));
    // Errors of the program itself, whose message quotes what it was about.
    const { catalog } = context.workspace();
    catalog.db.exec('alter table compound rename to compound_away');
    await attempt(() => client.chemistry.list({}));
    await job('standardise', {});
    catalog.db.exec('alter table compound_away rename to compound');

    expect(outcomes.length).toBeGreaterThan(15);
    const failed = outcomes.filter((outcome) => (outcome as { readonly code?: string }).code !== undefined);
    expect(failed.length).toBeGreaterThan(8);
    const errors = listJobs(catalog, 1000).map(({ error }) => error);
    expect(errors.filter((error) => error !== null).length).toBeGreaterThan(1);
    expect(secretsIn(JSON.stringify(outcomes))).toEqual([]);
    expect(secretsIn(JSON.stringify(errors))).toEqual([]);
    expect(secretsIn(JSON.stringify(logged))).toEqual([]);
    expect(secretsIn(stderr.join(''))).toEqual([]);
  });

  it.each([
    ['text that is no JSON', () => JSON.parse(`${marks.smiles} ${marks.text}`)],
    ['a number that is none', () => BigInt(marks.smiles)],
    [
      'an error made with it',
      () => expect.fail(`${marks.compound}\n    at ${marks.text}:1:2\n    at x (${marks.smiles})`),
    ],
    [
      'a cause of an error',
      () => {
        throw new Error('x', { cause: new TypeError(marks.smiles) });
      },
    ],
    [
      'what is no error at all',
      () => {
        throw marks.smiles;
      },
    ],
  ])('with %s is logged by kind and place only', (_, work) => {
    const entries: LogEntry[] = [];
    try {
      work();
    } catch (error) {
      toKnownError(error, (entry) => entries.push(entry));
    }
    expect(entries).toHaveLength(1);
    expect(secretsIn(JSON.stringify(entries))).toEqual([]);
  });

  it('of the system keeps its code, which names no file', () => {
    const entries: LogEntry[] = [];
    try {
      readFileSync(join(root, createHash('md5').update('x').digest('hex'), marks.text));
    } catch (error) {
      toKnownError(error, (entry) => entries.push(entry));
    }
    expect(entries[0]?.error).toMatch(/^Error ENOENT open\n {4}at /);
    expect(secretsIn(JSON.stringify(entries))).toEqual([]);
  });
});
