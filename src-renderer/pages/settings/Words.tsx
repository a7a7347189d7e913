/** A fingerprint as twelve numbered words, to compare by voice. */
import type { Fingerprint } from '../../../src-main/contract/federation.ts';
import classes from './SettingsPage.module.css';

export function Words({ fingerprint }: { fingerprint: Fingerprint }) {
  return (
    <ol className={classes.words}>
      {fingerprint.words.map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place, and may occur twice
        <li key={index}>
          <span className={classes.place}>{index + 1}</span>
          <span className="strong">{word}</span>
        </li>
      ))}
    </ol>
  );
}
