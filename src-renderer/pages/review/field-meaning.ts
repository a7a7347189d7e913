/** What a field of the frozen document means: the words' key that fits its path. */

const meanings = [
  ['name', /^name$/],
  ['frozenAt', /^frozenAt$/],
  ['preparedBy', /^preparedBy\./],
  ['series', /^series$/],
  ['round', /^round$/],
  ['attempt', /^attempt$/],
  ['recipient', /^recipient\./],
  ['planHash', /^planHash$/],
  ['rosterHash', /^rosterHash$/],
  ['policyHash', /^policyHash$/],
  ['partners', /^partners$/],
  ['threshold', /^threshold$/],
  ['encoding', /^encoding\./],
  ['plan', /^plan\./],
  ['shape', /^tensors\..+\.shape$/],
  ['clip', /^tensors\..+\.clip$/],
  ['numbers', /^tensors\..+\.numbers$/],
  ['bytes', /^(tensors\..+|payload)\.bytes$/],
  ['norm', /^tensors\..+\.norm$/],
  ['clippedShare', /^tensors\..+\.clippedShare$/],
  ['rowsHeldBack', /^tensors\..+\.rowsHeldBack$/],
  ['trainedOn', /^trainedOn\./],
  ['merkleRoot', /^payload\.merkleRoot$/],
  ['commitment', /^payload\.commitment$/],
  ['chunks', /^payload\.chunks$/],
  ['bytesPerNumber', /^payload\.bytesPerNumber$/],
] as const;

export type FieldMeaning = (typeof meanings)[number][0];

export const fieldMeaning = (path: string): FieldMeaning | undefined =>
  meanings.find(([, pattern]) => pattern.test(path))?.[0];
