/** What an entry of the log was done to, in the reader's language. The log itself keeps the engine's words. */
import type { TFunction } from 'i18next';

const counted = /^(\d+) (compounds|structures)$/;
const numbered = /^(batch|round|charter|task set) (\d+)$/;
const plain = ['workspace', 'person', 'roster'] as const;

/** A name, such as S-0015 or a file's, is left as it is. */
export function subjectWords(t: TFunction<'frame'>, subject: string): string {
  const count = counted.exec(subject);
  if (count) return t(`subjects.${count[2] as 'compounds' | 'structures'}`, { count: Number(count[1]) });
  const number = numbered.exec(subject);
  if (number) {
    const name = number[1] === 'task set' ? 'taskSet' : (number[1] as 'batch' | 'round' | 'charter');
    return t(`subjects.${name}`, { number: Number(number[2]) });
  }
  const word = plain.find((known) => known === subject);
  return word === undefined ? subject : t(`subjects.${word}`);
}
