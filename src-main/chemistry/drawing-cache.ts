/** The last drawings, so that scrolling back draws nothing anew. */
import type { Drawing } from './drawing.ts';
import type { Structure } from './guards.ts';

export type RememberDrawing = (
  structure: Structure,
  drawing: Drawing,
  draw: () => Promise<string | null>,
) => Promise<string | null>;

/** Keeps the `limit` drawings used last; a drawing that fails is not kept. */
export function createDrawingCache(limit: number): RememberDrawing {
  const drawings = new Map<string, Promise<string | null>>(); // least recently used first
  return ({ kind, text }, { width, height, theme, alignTo, compareWith }, draw) => {
    const key = JSON.stringify([kind, text, width, height, theme, alignTo, compareWith]);
    const found = drawings.get(key);
    drawings.delete(key);
    const drawing =
      found ??
      draw().catch((error: unknown) => {
        drawings.delete(key);
        throw error;
      });
    drawings.set(key, drawing);
    if (drawings.size > limit) drawings.delete(drawings.keys().next().value!);
    return drawing;
  };
}
