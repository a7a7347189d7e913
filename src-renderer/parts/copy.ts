/** Hands a text to the clipboard and says how long it was, so that the log can name what left the window this way. */

const copiedEvent = 'chorale-copied';

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  window.dispatchEvent(new CustomEvent<number>(copiedEvent, { detail: text.length }));
}

/** @param told is given the number of characters of each copy, by a button of the page or of a selection */
export function watchCopies(told: (characters: number) => void): () => void {
  const byButton = (event: Event) => told((event as CustomEvent<number>).detail);
  const bySelection = () => {
    const length = window.getSelection()?.toString().length ?? 0;
    if (length > 0) told(length);
  };
  window.addEventListener(copiedEvent, byButton);
  document.addEventListener('copy', bySelection);
  return () => {
    window.removeEventListener(copiedEvent, byButton);
    document.removeEventListener('copy', bySelection);
  };
}
