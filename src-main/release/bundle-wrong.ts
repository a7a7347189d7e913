/** What is wrong with an audit bundle, said so that an auditor finds the place. */
import { ChoraleError } from '../contract/errors.ts';

/** @param rule a key of the sentences of `chorale verify` */
export const wrong = (where: string, rule: string, expected: string, found: string): ChoraleError<'BUNDLE_WRONG'> =>
  new ChoraleError('BUNDLE_WRONG', { where, rule, expected, found });

/** @throws BUNDLE_WRONG */
export function must(holds: boolean, where: string, rule: string, expected: string, found: string): asserts holds {
  if (!holds) throw wrong(where, rule, expected, found);
}

/** The same for two texts that have to be equal. */
export function same(where: string, rule: string, expected: string, found: string): void {
  must(expected === found, where, rule, expected, found);
}
