/** The right of the mapping: what the next step needs, then what the selected column asks for, then its conversion. */
import type { Conversion } from '../../../src-main/contract/intake.ts';
import { AssayTypes } from './AssayTypes.tsx';
import { ColumnUnit } from './ColumnUnit.tsx';
import { Conversions } from './Conversions.tsx';
import { JoinPanel } from './JoinPanel.tsx';
import { OpenDecisions } from './OpenDecisions.tsx';
import { Required } from './Required.tsx';
import { AssayTypeSpellings, Categories, RelationSpellings } from './Spellings.tsx';
import type { StepProps } from './step.ts';
import { UnitSpellings } from './UnitSpellings.tsx';

export function MappingPanel(props: StepProps & { readonly column: string | null }) {
  const { inspection, mapping, column } = props;
  const mapped = mapping.columns.find((one) => one.column === column);
  const conversion = conversionFor(inspection.conversions, mapped?.unit ?? null);
  const measures = mapped !== undefined && ['value', 'assay-value', 'unit', 'relation'].includes(mapped.target);
  return (
    <>
      <Required {...props} />
      <JoinPanel {...props} />
      <OpenDecisions {...props} />
      {mapped && (mapped.target === 'value' || mapped.target === 'assay-value') && (
        <ColumnUnit {...props} mapped={mapped} />
      )}
      {mapped?.target === 'unit' && <UnitSpellings {...props} column={mapped.column} />}
      {mapped?.target === 'value' && mapped.unit === null && <UnitSpellings {...props} column={mapped.column} />}
      {mapped && (mapped.target === 'value' || mapped.target === 'assay-value') && (
        <Categories {...props} column={mapped.column} />
      )}
      {mapped?.target === 'relation' && <RelationSpellings {...props} column={mapped.column} />}
      {mapped?.target === 'assay-type' && <AssayTypeSpellings {...props} column={mapped.column} />}
      {mapped && ['assay', 'assay-type'].includes(mapped.target) && <AssayTypes {...props} />}
      {measures && conversion && <Conversions conversion={conversion} />}
    </>
  );
}

/** The conversion of the column's own unit, or else of the one with the most values that changes anything. */
function conversionFor(conversions: readonly Conversion[], unit: string | null): Conversion | undefined {
  const byValues = [...conversions].sort((one, other) => other.values - one.values);
  return byValues.find((one) => one.unit === unit) ?? byValues.find(({ scale }) => scale === 'p') ?? byValues[0];
}
