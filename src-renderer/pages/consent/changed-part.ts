/** Of two long texts, the sentences in which they differ: what is equal before and after them is left out. */

/** After a full stop with its space, a Japanese one, or a line's end. */
const sentence = /(?<=[.!?]\s)|(?<=[。\n])/;

export function changedPart(before: string, after: string): { readonly before: string; readonly after: string } {
  const [old, now] = [before.split(sentence), after.split(sentence)];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const between = (parts: readonly string[]): string => {
    const text = parts
      .slice(head, parts.length - tail)
      .join('')
      .trim();
    return `${head > 0 ? '… ' : ''}${text}${tail > 0 ? ' …' : ''}`;
  };
  return { before: between(old), after: between(now) };
}
