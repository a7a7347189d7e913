#!/usr/bin/env node
/** The package's bin, in plain JavaScript: runs the command line under a Node that is new enough, this one or the package's. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = [22, 12];
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const source = join(root, 'src-main', 'engine', 'cli.ts');
const build = join(root, 'out', 'main', 'engine', 'cli.js');

/** Node takes the types off by itself from 22.18 on, but never below a `node_modules`. */
const readsSource = (takesTypesOff) => takesTypesOff && existsSync(source) && !/[\\/]node_modules[\\/]/.test(source);

const entryFor = (takesTypesOff) => (readsSource(takesTypesOff) ? source : existsSync(build) ? build : undefined);

/** Megabytes: a larger young heap only lets garbage of long imports lie about. */
const memory = ['--max-semi-space-size=8'];

const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > needed[0] || (major === needed[0] && minor >= needed[1]);
const entry = newEnough ? entryFor(Boolean(process.features.typescript)) : undefined;

if (entry === undefined) runUnder(findNode(), entryFor(true));
else runUnder(process.execPath, entry);

/** npm's `node` package, wherever npm has put it. */
function findNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return [join(folder, 'bin', 'node'), join(folder, 'bin', 'node.exe')].find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}

function runUnder(node, entry) {
  if (node === undefined || entry === undefined) {
    process.stderr.write(`chorale: needs Node ${needed.join('.')} or newer; this is ${process.version}\n`);
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...memory, entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
