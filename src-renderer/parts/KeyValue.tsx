/** Facts as label and value, one under the other, the values in one line. */
import type { ReactNode } from 'react';
import classes from './KeyValue.module.css';

export type Fact = { readonly label: ReactNode; readonly value: ReactNode; readonly key?: string };

export function KeyValue({ facts, labelWidth = 112 }: { facts: readonly Fact[]; labelWidth?: number }) {
  return (
    <dl className={classes.facts} style={{ gridTemplateColumns: `${labelWidth}px minmax(0, 1fr)` }}>
      {facts.map(({ label, value, key }, index) => (
        <div key={key ?? (typeof label === 'string' ? label : index)} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
