/** A drawing of a structure, made by the engine for the theme of now, without a box. Shown as an image, never as markup. */
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../app/engine.tsx';
import classes from './Molecule.module.css';

type Structure = { readonly kind: 'smiles' | 'molblock'; readonly text: string };

type Props = {
  readonly kind?: 'smiles' | 'molblock';
  readonly text: string;
  readonly width?: number;
  readonly height?: number;
  /** Said instead of the SMILES, such as the compound's name. */
  readonly label?: string;
  readonly quiet?: boolean;
  /** A related structure: what both share lies as in a drawing of that one. */
  readonly alignTo?: Structure;
  /** Atoms that differ from this one get a ground. */
  readonly compareWith?: Structure;
};

export function Molecule({
  kind = 'smiles',
  text,
  width = 132,
  height = 68,
  label,
  quiet = false,
  alignTo,
  compareWith,
}: Props) {
  const { t } = useTranslation('frame');
  const { queries } = useEngine();
  const theme = useComputedColorScheme('light');
  const drawing = useQuery({
    ...queries.chemistry.depict.queryOptions({
      input: { kind, text, width, height, theme, ...(alignTo && { alignTo }), ...(compareWith && { compareWith }) },
    }),
    staleTime: Number.POSITIVE_INFINITY,
    meta: { fixed: true },
  });
  const svg = drawing.data?.svg;
  if (drawing.isPending) return <span className={classes.place} style={{ width, height }} />;
  if (!svg) {
    return (
      <span className={classes.none} style={{ width, height }}>
        {t('molecule.none')}
      </span>
    );
  }
  return (
    <img
      className={classes.drawing}
      data-quiet={quiet || undefined}
      src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
      alt={label ?? t('molecule.of', { smiles: kind === 'smiles' ? text : '' })}
      width={width}
      height={height}
    />
  );
}
