/** The system's dialogue to choose files, opened by a button of ours. */
import { type ReactNode, useRef } from 'react';

const readable = '.csv,.tsv,.txt,.psv,.gz,.zip,.xlsx,.xlsm,.sdf,.sd,.smi,.smiles,.parquet';

/** @param label of the hidden field that takes the files; the button beside it says the same */
export function useChooser(
  label: string,
  onChoose: (files: readonly File[]) => void,
  multiple = false,
): { readonly choose: () => void; readonly input: ReactNode } {
  const chooser = useRef<HTMLInputElement>(null);
  return {
    choose: () => chooser.current?.click(),
    input: (
      <input
        ref={chooser}
        type="file"
        accept={readable}
        multiple={multiple}
        className="unseen"
        tabIndex={-1}
        aria-label={label}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          onChoose(files);
        }}
      />
    ),
  };
}
