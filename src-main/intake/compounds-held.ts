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
/** Of each compound: its number, its line, characters of its id and of its structure, and 1 for a mol block. */
const figures = 5;

export function heldCompounds(): HeldCompounds {
  let packed: { readonly texts: Buffer; readonly numbers: Int32Array }[] = [];
  let bytes = 0;
  let texts: string[] = [];
  const numbers = new Int32Array(figures * together);
  let open = 0;
  const pack = () => {
    // UTF-8, as the catalog will keep them; a broken character is one character before and after.
    const piece = { texts: Buffer.from(texts.join('')), numbers: numbers.slice(0, figures * open) };
    packed.push(piece);
    bytes += piece.texts.length + piece.numbers.byteLength;
    texts = [];
    open = 0;
  };
  return {
    add({ number, companyId, structure, structureKind, line }) {
      const at = figures * open;
      numbers[at] = number;
      numbers[at + 1] = line;
      numbers[at + 2] = companyId.length;
      numbers[at + 3] = structure.length;
      numbers[at + 4] = structureKind === 'molblock' ? 1 : 0;
      texts.push(companyId, structure);
      open += 1;
      if (open === together) pack();
    },
    bytes: () => bytes,
    *take() {
      pack();
      const pieces = packed.reverse();
      packed = [];
      bytes = 0;
      // Each is let go once it has been taken.
      for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
        const ofPiece = piece.numbers;
        const text = piece.texts.toString();
        let from = 0;
        for (let at = 0; at < ofPiece.length; at += figures) {
          const idEnd = from + ofPiece[at + 2]!;
          const end = idEnd + ofPiece[at + 3]!;
          const structure = text.slice(idEnd, end);
          const structureKind = ofPiece[at + 4] === 1 ? 'molblock' : 'smiles';
          const [number, line] = [ofPiece[at]!, ofPiece[at + 1]!];
          const companyId = text.slice(from, idEnd);
          yield {
            number,
            companyId,
            structure,
            structureKind,
            structureKey: structureKey(structureKind, structure),
            line,
          };
          from = end;
        }
      }
    },
  };
}
