/** A value as it stands in a cell: an optional relation, one number, an optional unit; anything else is no value. */
import type { Unit } from '../contract/intake.ts';
import { plainNumber } from './numbers.ts';
import { type RelationReading, relationOf, splitRelation } from './relations.ts';
import { unitOf } from './units.ts';

export type ValueCell = {
  readonly number: number;
  /** Undefined where the cell names none. */
  readonly relation: RelationReading | undefined;
  readonly writtenRelation: string;
  readonly unit: Unit | undefined;
  readonly writtenUnit: string;
};

/** @param parse of the file's number format @returns undefined when the cell is no value, whole and without a rest */
export function readValueCell(cell: string, parse: (text: string) => number | undefined): ValueCell | undefined {
  const text = plainNumber(cell);
  const plain = parse(text);
  if (plain !== undefined) return { number: plain, ...bare };
  const { written, rest } = splitRelation(text);
  const relation = written === '' ? undefined : relationOf(written);
  const alone = parse(rest);
  if (alone !== undefined) return { ...bare, number: alone, relation, writtenRelation: written };
  const parts = /^([-+]?[\d.,][\d.,' \u00a0\u202f]*(?:e[-+]?\d+)?)\s*([^\d\s.,].*)$/i.exec(rest);
  if (parts === null) return undefined;
  const writtenUnit = (parts[2] ?? '').trim();
  const unit = unitOf(writtenUnit);
  const number = parse((parts[1] ?? '').trim());
  if (unit === undefined || number === undefined) return undefined;
  return { number, relation, writtenRelation: written, unit: unit.unit, writtenUnit };
}

/** Whether a cell would be a value if its decimal mark and groups were the right ones. */
export const looksNumeric = (cell: string): boolean => {
  const { rest } = splitRelation(plainNumber(cell));
  const parts = /^[-+]?[\d.,'\u00a0\u202f ]*\d[.,]?(?:e[-+]?\d+)?\s*(\D.*)?$/i.exec(rest);
  return parts !== null && (parts[1] === undefined || unitOf(parts[1]) !== undefined);
};

const bare = { relation: undefined, writtenRelation: '', unit: undefined, writtenUnit: '' } as const;
