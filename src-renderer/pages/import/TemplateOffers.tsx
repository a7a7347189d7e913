/** Saved mappings that fit this file, each with what differs; taken by one click, and only then. */
import { Button } from '@mantine/core';
import { IconBookmark, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TemplateOffer } from '../../../src-main/contract/intake.ts';
import { Diff, type DiffRow } from '../../parts/Diff.tsx';
import { decideAs } from './draft.ts';
import type { StepProps } from './step.ts';
import classes from './Templates.module.css';
import { targetWords, type Words } from './words.ts';

export function TemplateOffers({ inspection, mapping, change }: StepProps) {
  const { t } = useTranslation('intake');
  const offers = inspection.templates ?? [];
  if (offers.length === 0 || mapping.template !== undefined) return null;
  return (
    <ul className={classes.offers} aria-label={t('templates.offers')}>
      {offers.map((offer) => (
        <Offer
          key={offer.template.id}
          offer={offer}
          onUse={() =>
            change((draft) => decideAs(draft, { kind: 'template', template: offer.template }, offer.mapping))
          }
        />
      ))}
    </ul>
  );
}

function Offer({ offer, onUse }: { offer: TemplateOffer; onUse: () => void }) {
  const { t } = useTranslation(['intake', 'frame']);
  const [open, setOpen] = useState(false);
  const { name, version } = offer.template;
  const rows = diffRows(t, offer);
  const title = t('templates.fits', { name, version });
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.offer}>
      <div className={classes.line}>
        <IconBookmark aria-hidden />
        <span className="strong cut" title={title}>
          {title}
        </span>
        {rows.length === 0 ? (
          <span className="small second">{t('templates.exact', { count: offer.mapping.columns.length })}</span>
        ) : (
          <button type="button" className={classes.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Chevron aria-hidden />
            {t('templates.differences', { count: rows.length })}
          </button>
        )}
        <Button size="small" aria-label={t('templates.useNamed', { name, version })} onClick={onUse}>
          {t('templates.use')}
        </Button>
      </div>
      {open && rows.length > 0 && (
        <div className={classes.diff}>
          <Diff label={t('templates.diff', { name })} rows={rows} />
        </div>
      )}
    </li>
  );
}

function diffRows(t: Words, { diff }: TemplateOffer): readonly DiffRow[] {
  const code = (text: string) => <span className="code">{text === '' ? t('spellings.empty') : text}</span>;
  return [
    ...diff.missing.map(({ column, target }) => ({
      id: `missing ${column}`,
      change: 'gone' as const,
      label: code(column),
      cause: t('templates.change.missing', { target: targetWords(t, target) }),
    })),
    ...diff.renamed.map(({ from, to }) => ({
      id: `renamed ${from}`,
      change: 'changed' as const,
      label: t('templates.change.renamed'),
      before: from,
      after: to,
    })),
    ...diff.added.map((column) => ({
      id: `added ${column}`,
      change: 'new' as const,
      label: code(column),
      cause: t('templates.change.added'),
    })),
    ...diff.reading.map(({ part, from, to }) => ({
      id: `reading ${part}`,
      change: 'changed' as const,
      label: t(`readingParts.${part}`),
      before: from,
      after: to,
    })),
    ...diff.unitSpellings.map((spelling) => ({
      id: `unit ${spelling}`,
      change: 'new' as const,
      label: code(spelling),
      cause: t('templates.change.unit'),
    })),
    ...diff.assays.map((assay) => ({
      id: `assay ${assay}`,
      change: 'new' as const,
      label: code(assay),
      cause: t('templates.change.assay'),
    })),
  ];
}
