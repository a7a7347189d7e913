/** Answers that are asked for again and again: the last ones are remembered. */

/** Gives what `make` gives for the same text; keeps about `limit` answers, those asked for last. */
export function rememberRecent<Answer>(limit: number, make: (text: string) => Answer): (text: string) => Answer {
  let recent = new Map<string, Answer>();
  let older = new Map<string, Answer>();
  return (text) => {
    const found = recent.get(text);
    if (found !== undefined) return found;
    const answer = older.get(text) ?? make(text);
    if (recent.size >= limit / 2) [older, recent] = [recent, new Map()];
    recent.set(text, answer);
    return answer;
  };
}
