/** The file's first rows, untouched; each head carries the column's target, the selected column is tinted through. */
import { useTranslation } from 'react-i18next';
import type { Inspection, Mapping } from '../../../src-main/contract/intake.ts';
import { Section } from '../../parts/Page.tsx';
import classes from './RawRows.module.css';
import { targetWords } from './words.ts';

type Props = {
  readonly inspection: Pick<Inspection, 'columns' | 'rawRows'> & Partial<Pick<Inspection, 'rows' | 'titleRows'>>;
  readonly mapping: Pick<Mapping, 'columns'>;
  /** Of a second file or sheet: its name stands in the heading. */
  readonly name?: string;
  readonly selected?: string | null;
  readonly onSelect?: (column: string) => void;
};

export function RawRows({ inspection, mapping, name: other, selected = null, onSelect }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const { rawRows, titleRows = [], columns, rows } = inspection;
  const targetOf = (name: string) => mapping.columns.find(({ column }) => column === name)?.target ?? 'unused';
  return (
    <Section
      title={other === undefined ? t('raw.title') : t('raw.titleOf', { name: other })}
      facts={
        rows === undefined
          ? t('raw.factsFirst', { to: rawRows.length })
          : t('raw.facts', { from: 1, to: rawRows.length, of: rows })
      }
      flush
    >
      <section
        className={classes.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
        tabIndex={0}
        aria-label={other === undefined ? t('raw.label') : t('raw.titleOf', { name: other })}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('raw.line')}</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" data-selected={name === selected || undefined}>
                  {onSelect ? (
                    <button type="button" tabIndex={-1} className={classes.pick} onClick={() => onSelect(name)}>
                      <Head name={name} target={targetWords(t, targetOf(name))} used={targetOf(name) !== 'unused'} />
                    </button>
                  ) : (
                    <Head name={name} target={targetWords(t, targetOf(name))} used={targetOf(name) !== 'unused'} />
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {titleRows.map(({ line, cells }) => (
              <tr key={line} className={classes.titles}>
                <td>{line}</td>
                <td colSpan={columns.length}>{cells.filter((cell) => cell !== '').join('  ')}</td>
              </tr>
            ))}
            {rawRows.map(({ line, cells }) => (
              <tr key={line}>
                <td>{line}</td>
                {columns.map(({ name, position }) => (
                  <td
                    key={name}
                    data-selected={name === selected || undefined}
                    data-block={cells[position]?.includes('\n') || undefined}
                    data-unused={targetOf(name) === 'unused' || undefined}
                  >
                    {cells[position] ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}

function Head({ name, target, used }: { name: string; target: string; used: boolean }) {
  return (
    <>
      <span className={classes.name}>{name}</span>
      <span className={used ? classes.target : classes.unused}>{target}</span>
    </>
  );
}
