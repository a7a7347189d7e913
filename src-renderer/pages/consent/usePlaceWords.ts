/** A place of the charter in words: the article, and which part of it. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Places are paths of the document, so their keys are made from it. */
export type Say = (key: string, facts: Readonly<Record<string, unknown>>) => string;

const numbered = /^(contacts|liability|hidden|parameters\.hidden)\.(\d+)(?:\.(.+))?$/;
/** Of a difference: by its heading, or by partner and task; a second one alike has its number behind a line's end. */
const row = /^(contacts|liability)\.(.+)$/s;
const named = /^(partners|weights\.of|parameters\.consistency)\.(.+?)(?:\.(key|name|fingerprint|id))?$/;

/** Whose order has changed. */
const lists = new Set(['contacts', 'liability', 'partners']);

export function usePlaceWords(): (place: string) => string {
  const { t } = useTranslation('consent');
  return useCallback(
    (place) => {
      const say = t as Say;
      const number = numbered.exec(place);
      if (number) {
        const [, list, at, field = ''] = number;
        return say(`place.${list!.replace('.', '-')}`, { number: at, field: fieldWords(say, field) });
      }
      const heading = row.exec(place);
      if (heading) {
        const [, list, key = ''] = heading;
        return say(`place.row-${list}`, { name: key.replace(/\n(\d+)$/, ' ($1)') });
      }
      if (lists.has(place)) return say(`place.order-${place}`, {});
      const name = named.exec(place);
      if (name) {
        const [, list, id, field = ''] = name;
        return say(`place.${list!.replace('.', '-')}`, { name: id, field: fieldWords(say, field) });
      }
      return say(`place.${place.replaceAll('.', '-')}`, { defaultValue: place });
    },
    [t],
  );
}

const fieldWords = (say: Say, field: string): string =>
  field === '' ? '' : say(`place.field-${field}`, { defaultValue: field });
