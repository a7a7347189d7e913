/** Who can read which shares: before anything is revealed, so many partners must be able to help open every secret. */

/** By partner that has signed the list of uploads: whose shares it cannot read. */
export type Unreadable = Readonly<Record<string, readonly string[]>>;

/** Partners whose secrets too few of the signers can help to open. */
export const sharesTooFewRead = (
  sharers: readonly string[],
  unreadable: Unreadable,
  threshold: number,
): readonly string[] => {
  const signers = Object.values(unreadable);
  return sharers.filter((of) => signers.filter((cannotRead) => !cannotRead.includes(of)).length < threshold);
};

/** So many have signed the same list that no other list can be signed by as many, and its sum can be opened. */
export const isAgreed = (sharers: readonly string[], unreadable: Unreadable, threshold: number): boolean =>
  Object.keys(unreadable).length >= threshold && sharesTooFewRead(sharers, unreadable, threshold).length === 0;
