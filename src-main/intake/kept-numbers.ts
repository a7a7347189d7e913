/**
 * Millions of numbers by their place, in pieces: what grows by a piece never lies in memory twice, and is given back at
 * once when nobody wants it any more.
 */

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export type KeptNumbers = {
  /** Of a place that was set before. */
  readonly get: (at: number) => number;
  /** Places are set from 0 on without a gap, and may be set again. */
  readonly set: (at: number, value: number) => void;
  /** Nothing is kept any longer. */
  readonly letGo: () => void;
};

const pieceBits = 16;
const pieceLength = 1 << pieceBits;
const withinPiece = pieceLength - 1;
const firstLength = 64;

export function keptNumbers(make: (length: number) => Numbers): KeptNumbers {
  const pieces: Numbers[] = [make(firstLength)];

  /** The first piece grows, so that few numbers take little. */
  function grow(): void {
    const first = pieces[0]!;
    if (first.length === pieceLength) {
      pieces.push(make(pieceLength));
      return;
    }
    const larger = make(first.length * 2);
    larger.set(first);
    pieces[0] = larger;
    giveBack(first);
  }

  return {
    get: (at) => pieces[at >>> pieceBits]![at & withinPiece]!,
    set(at, value) {
      if (at >>> pieceBits >= pieces.length || (at & withinPiece) >= pieces[at >>> pieceBits]!.length) grow();
      pieces[at >>> pieceBits]![at & withinPiece] = value;
    },
    letGo() {
      for (const piece of pieces) giveBack(piece);
      pieces.length = 0;
    },
  };
}

/** Without waiting for the garbage collector, which learns late of memory that is not its own. */
export function giveBack({ buffer }: Numbers): void {
  buffer.transfer(0);
}
