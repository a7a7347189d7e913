/** How molecules are drawn: on no ground, with thin bonds, in the colours of the theme. */

import type { Structure } from './guards.ts';

export type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  /** A structure before or after a step of standardisation: what both share is drawn at one place. */
  readonly alignTo?: Structure | undefined;
  /** Atoms that differ from this structure, one before or after a step, get a ground. */
  readonly compareWith?: Structure | undefined;
};

type Palette = Readonly<
  Record<'ground' | 'carbon' | 'nitrogen' | 'oxygen' | 'sulfur' | 'fluorineChlorine' | 'bromineIodine', string>
>;

/** Each at least 5.8 : 1 against the page of its theme. */
const palettes: Readonly<Record<Drawing['theme'], Palette>> = {
  light: {
    ground: '#d9dcf8',
    carbon: '#19191e',
    nitrogen: '#2d3bc4',
    oxygen: '#bf2a20',
    sulfur: '#7d6200',
    fluorineChlorine: '#17703f',
    bromineIodine: '#8a3f10',
  },
  dark: {
    ground: '#353b6e',
    carbon: '#dcdce3',
    nitrogen: '#9dabff',
    oxygen: '#ff958b',
    sulfur: '#e2c65a',
    fluorineChlorine: '#74d39a',
    bromineIodine: '#e6a877',
  },
};

/** Options of RDKit's drawing code. */
export function drawingDetails({ width, height, theme }: Drawing): Readonly<Record<string, unknown>> {
  const palette = palettes[theme];
  return {
    width,
    height,
    bondLineWidth: 1,
    scaleBondWidth: false,
    clearBackground: false,
    fixedBondLength: 24,
    padding: 0.05,
    highlightColour: colour(palette.ground),
    highlightRadius: 0.45,
    standardColoursForHighlightedAtoms: true,
    fillHighlights: true,
    continuousHighlight: false,
    symbolColour: colour(palette.carbon),
    annotationColour: colour(palette.carbon),
    queryColour: colour(palette.carbon),
    atomColourPalette: {
      '-1': colour(palette.carbon), // every element that neither this list nor RDKit names
      0: colour(palette.carbon),
      1: colour(palette.carbon),
      6: colour(palette.carbon),
      7: colour(palette.nitrogen),
      8: colour(palette.oxygen),
      9: colour(palette.fluorineChlorine),
      15: colour(palette.carbon),
      16: colour(palette.sulfur),
      17: colour(palette.fluorineChlorine),
      35: colour(palette.bromineIodine),
      53: colour(palette.bromineIodine),
    },
  };
}

/** RDKit wants shares of 1, and rounds down on its way back. */
const colour = (hex: string): readonly number[] =>
  [1, 3, 5].map((at) => Number(((Number.parseInt(hex.slice(at, at + 2), 16) + 0.5) / 255).toFixed(4)));
