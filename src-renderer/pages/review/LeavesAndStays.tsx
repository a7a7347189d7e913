/** Leaves at the left, Stays at the right, both complete and counted, the boundary between them. */
import {
  IconFlask2,
  IconFrame,
  IconGridDots,
  IconHexagons,
  IconId,
  IconKey,
  IconNumber,
  IconPuzzle,
  IconRuler2,
  IconScale,
  IconSignature,
  IconTarget,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PackageManifest, PackageView } from '../../../src-main/contract/release.ts';
import { Boundary } from '../../parts/Boundary.tsx';
import classes from './LeavesAndStays.module.css';

type Item = PackageManifest['leaves'][number]['item'] | PackageManifest['stays'][number]['item'];

const icons: Readonly<Record<Item, TablerIcon>> = {
  'trunk-change': IconFrame,
  'row-counts': IconGridDots,
  'one-time-keys': IconKey,
  'key-shares': IconPuzzle,
  signatures: IconSignature,
  counts: IconNumber,
  verdict: IconScale,
  structures: IconHexagons,
  names: IconId,
  measurements: IconRuler2,
  heads: IconTarget,
  'unmasked-change': IconFlask2,
};

export function LeavesAndStays({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { leaves, stays } = frozen.manifest;
  return (
    <div className={classes.both}>
      <section className={classes.side}>
        <Head title={t('leaves.title')} count={leaves.length} />
        <ul className={classes.list}>
          {leaves.map(({ item, facts }) => (
            <Line key={item} item={item} name={t(`leaves.${item}`)} fact={t(`leaves.facts.${item}`, numbers(facts))} />
          ))}
        </ul>
      </section>
      <Boundary />
      <section className={classes.side}>
        <Head title={t('stays.title')} count={stays.length} />
        <ul className={classes.list}>
          {stays.map(({ item, facts }) => (
            <Line key={item} item={item} name={t(`stays.${item}`)} fact={t(`stays.facts.${item}`, numbers(facts))} />
          ))}
        </ul>
      </section>
    </div>
  );
}

function Head({ title, count }: { title: string; count: number }) {
  const { t } = useTranslation('review');
  return (
    <h2 className={classes.head}>
      {title} <span className={classes.complete}>{t('leaves.complete', { count })}</span>
    </h2>
  );
}

function Line({ item, name, fact }: { item: Item; name: string; fact: string }) {
  const Icon = icons[item];
  return (
    <li className={classes.line}>
      <Icon aria-hidden />
      <span className={classes.name}>{name}</span>
      <span className={classes.fact} title={fact}>
        {fact}
      </span>
    </li>
  );
}

type Facts = PackageManifest['leaves'][number]['facts'];

/** Every fact that one of the sentences may name; those that the engine did not give count as 0. */
const numbers = (facts: Facts) => {
  const all = { ...nothing, ...(facts as Readonly<Record<string, number>>) };
  return { ...all, count: all.files };
};

const nothing = {
  numbers: 0,
  bytes: 0,
  partners: 0,
  threshold: 0,
  tensors: 0,
  weight: 0,
  totalWeight: 0,
  structures: 0,
  compoundIds: 0,
  assays: 0,
  files: 0,
  measurements: 0,
  tasks: 0,
  rows: 0,
  compounds: 0,
};
