/** Compounds of a batch that wait for its commit: as bytes, since a text cut out of a file keeps the whole file in memory. */
import { type StagedCompound, structureKey } from '../catalog/measurements.ts';

/** A compound without its key, which is computed when it is wanted. */
export type HeldCompound = Omit<StagedCompound, 'structureKey'>;

export type HeldCompounds = {
  readonly add: (compound: HeldCompound) => void;
  readonly bytes: () => number;
  /** All of them in the order in which they came; none are held afterwards. */
  readonly take: () => Generator<StagedCompound>;
};

const together = 1000;

export function heldCompounds(): HeldCompounds {
  let packed: Buffer[] = [];
  let bytes = 0;
  let open: (readonly [number, string, string, HeldCompound['structureKind'], number])[] = [];
  const pack = () => {
    const piece = Buffer.from(JSON.stringify(open));
    packed.push(piece);
    bytes += piece.length;
    open = [];
  };
  return {
    add({ number, companyId, structure, structureKind, line }) {
      open.push([number, companyId, structure, structureKind, line]);
      if (open.length >= together) pack();
    },
    bytes: () => bytes,
    *take() {
      pack();
      const pieces = packed;
      packed = [];
      bytes = 0;
      for (const piece of pieces) {
        for (const [number, companyId, structure, structureKind, line] of JSON.parse(piece.toString()) as typeof open) {
          const key = structureKey(structureKind, structure);
          yield { number, companyId, structure, structureKind, structureKey: key, line };
        }
      }
    },
  };
}
