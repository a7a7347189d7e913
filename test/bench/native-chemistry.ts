/** The Python process that runs native RDKit, where there is one. */
import { openPython } from './python.ts';

export type NativeChemistry = {
  readonly version: string;
  /** CPU milliseconds, of the whole and of each. */
  readonly run: (smiles: readonly string[]) => Promise<{ readonly milliseconds: number; readonly each: number[] }>;
  readonly close: () => void;
};

/** Undefined where no Python has RDKit. */
export async function openNativeChemistry(): Promise<NativeChemistry | undefined> {
  const python = await openPython('native-chemistry.py');
  return (
    python && {
      version: python.version,
      run: async (smiles) => (await python.ask(smiles)) as { milliseconds: number; each: number[] },
      close: python.close,
    }
  );
}
