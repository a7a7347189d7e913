/** Makes `t('…')` accept only keys that exist, and a translation only what the English catalogue has. */
import type { en } from './en/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'frame';
    resources: typeof en;
    returnNull: false;
  }
}

/** A catalogue with the keys of another one. Japanese has one plural form: `_one` is left out. */
export type Translation<Words> = {
  readonly [Key in keyof Words as Key extends `${string}_one` ? never : Key]: Words[Key] extends string
    ? string
    : Translation<Words[Key]>;
};
