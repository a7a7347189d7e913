/** The page Import: the batches that are there, or the wizard for the file in hand. A file may be dropped anywhere on it. */
import { getRouteApi } from '@tanstack/react-router';
import { Batches } from './Batches.tsx';
import { Wizard } from './Wizard.tsx';

const route = getRouteApi('/import');

export function ImportPage() {
  const { file } = route.useSearch();
  return file === undefined ? <Batches /> : <Wizard key={file} file={file} />;
}
