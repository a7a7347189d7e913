/**
 * A partner as a process of its own that takes part by the product's own way and kills itself at named points.
 * Arguments: folder of the workspace, its key (hex), series, folder of the marks, points.
 */
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { type SpawnTraining, spawnTraining } from '../../src-main/training/spawn.ts';
import { openMortal } from '../coordinator/mortal.ts';
import { steward } from './small-consortium.ts';
import { type Door, through } from './training-door.ts';

const [folder, key, series, marks, points] = process.argv.slice(2) as [string, string, string, string, string];
const { dieAt } = openMortal(marks, 'partner', points.split(','));

const door: Door = {
  localRound: () => dieAt('trained'),
  evaluate: ({ role }) => (role === 'test' ? dieAt('tested') : undefined),
};
const answering = through(door, spawnTraining);
const spawning: SpawnTraining = async () => {
  const channel = await answering();
  return {
    ...channel,
    post(message) {
      channel.post(message);
      if ((message as { kind?: string }).kind === 'localRound') dieAt('training');
    },
  };
};

const workspace = openWorkspaceWithKey(folder, Buffer.from(key, 'hex'));
const control = {
  signal: unattended.signal,
  /** Told of each state once it is stored, before anything of it is sent. */
  report({ done, detail }: { readonly done: number; readonly detail?: unknown }) {
    dieAt((detail as { readonly phase: string }).phase);
    if (done > 0) dieAt('applied');
  },
};
await participate(workspace, { series, preparedBy: steward }, control, { jobId: null, spawnTraining: spawning });
workspace.close();
