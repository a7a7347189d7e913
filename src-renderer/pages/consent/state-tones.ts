/** How each state of the company's consent looks. */
import type { ConsentState } from '../../../src-main/contract/consent.ts';
import type { Tone } from '../../parts/Status.tsx';

export const stateTones: Readonly<Record<ConsentState, Tone>> = {
  'no-charter': 'todo',
  needed: 'wait',
  half: 'wait',
  given: 'ok',
  withdrawn: 'warn',
};
