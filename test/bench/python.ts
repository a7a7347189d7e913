/** A Python process that answers a line of JSON with a line of JSON: what the benches of other tools' work talk to. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Python = {
  /** What the script says of itself in its first line. */
  readonly version: string;
  readonly ask: (question: unknown) => Promise<unknown>;
  readonly close: () => void;
};

/** The system's own Python may have what the first of the path has not. */
const interpreters = ['python3', '/usr/bin/python3'];

/** @param script beside this file. Undefined where no Python has what it imports */
export async function openPython(script: string): Promise<Python | undefined> {
  for (const interpreter of interpreters) {
    const opened = await openWith(interpreter, script);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

async function openWith(interpreter: string, script: string): Promise<Python | undefined> {
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(interpreter, [path], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return undefined;
  return {
    version: (JSON.parse(first.value) as { version: string }).version,
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error(`${script} has ended`);
      return JSON.parse(answer.value);
    },
    close: () => child.stdin.end(),
  };
}
