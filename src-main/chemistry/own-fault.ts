/** Which errors are a mistake of the rules over one odd structure, and leave the toolkit as it was. */

/** What engines say of a stack that ran over, which may have been the toolkit's. */
const stackOverflow = /call stack|recursion/i;

export const isOwnFault = (error: unknown): error is RangeError | TypeError =>
  (error instanceof RangeError || error instanceof TypeError) && !stackOverflow.test(error.message);

/** @param otherwise the answer for a structure that the rules fail on @throws what may have broken the toolkit */
export function answerEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  otherwise: (error: Error) => Result,
): Result[] {
  return items.map((item) => {
    try {
      return work(item);
    } catch (error) {
      if (isOwnFault(error)) return otherwise(error);
      throw error;
    }
  });
}
