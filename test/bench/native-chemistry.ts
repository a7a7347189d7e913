/** The Python process that runs native RDKit, where there is one. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type NativeChemistry = {
  readonly version: string;
  /** CPU milliseconds, of the whole and of each. */
  readonly run: (smiles: readonly string[]) => Promise<{ readonly milliseconds: number; readonly each: number[] }>;
  readonly close: () => void;
};

/** The system's own Python may have RDKit where the first of the path has not. */
const interpreters = ['python3', '/usr/bin/python3'];

/** Undefined where no Python has RDKit. */
export async function openNativeChemistry(): Promise<NativeChemistry | undefined> {
  for (const interpreter of interpreters) {
    const opened = await openWith(interpreter);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

async function openWith(interpreter: string): Promise<NativeChemistry | undefined> {
  const script = fileURLToPath(new URL('./native-chemistry.py', import.meta.url));
  const child = spawn(interpreter, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return undefined;
  return {
    version: (JSON.parse(first.value) as { version: string }).version,
    async run(smiles) {
      child.stdin.write(`${JSON.stringify(smiles)}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error('native RDKit has ended');
      return JSON.parse(answer.value) as { milliseconds: number; each: number[] };
    },
    close: () => child.stdin.end(),
  };
}
