/** The federation: partners that learn from their own tables, rounds by the plan, and a result for each partner at the end. */
import { existsSync, readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { Control } from '../../contract/progress.ts';
import { localRate, type Plan, privateWeight, uploadBytes } from '../../federation/plan.ts';
import { applySum, beginGlobal, type GlobalState, trunkHash } from '../../federation/server-optimiser.ts';
import { initialTrunk, type Trainer, type TrunkTensors } from '../../training/trainer.ts';
import { type ExperimentRecipe, type Founded, found, type Learner, randomBytesFrom } from './consortium.ts';
import { minimumPerClass, predictJudged } from './predictions.ts';
import { type CheckedRound, protocolRounds } from './protocol-rounds.ts';
import { beginSums, type Drawn, type RoundsWork, type SumState, sumRounds } from './rounds.ts';
import { type PartnerResult, type RunPlace, type Runs, writeWhole } from './runs.ts';
import { startTrainerHere } from './trainer-here.ts';

export type Transport = 'sum' | 'protocol';

/** What a run keeps beside its partners' results. */
export type FederatedRun = {
  readonly partners: readonly string[];
  readonly rounds: number;
  readonly weights: Plan['weights'];
  readonly ringBits: number;
  /** Up and down in all rounds, and the same in trunks of float32. */
  readonly bytesPerPartner: number;
  readonly trunkSizes: number;
  /** Mean over the rounds, of all partners one after the other on this machine. */
  readonly secondsPerRound: number;
  /** Mean AUC-PR on the validation fold over all partners' tasks that count. */
  readonly curve: readonly { readonly round: number; readonly validationAucPr: number; readonly loss: number }[];
  /** Of the protocol: sums compared with the plain ones. */
  readonly checked: { readonly rounds: number; readonly numbers: number; readonly differences: number } | null;
};

const betweenLooks = 10;
const betweenCheckpoints = 25;

/**
 * Goes on from the last checkpoint (plain sums) or begins again (protocol), and keeps the result of each partner.
 * @param judged partners whose result is wanted
 */
export async function federate(
  runs: Runs,
  place: RunPlace,
  learners: readonly Learner[],
  recipe: ExperimentRecipe,
  transport: Transport,
  judged: readonly string[],
  control: Control,
): Promise<FederatedRun> {
  const summary = runs.file(place, 'run.json');
  if (existsSync(summary)) return JSON.parse(readFileSync(summary, 'utf8')) as FederatedRun;

  const founded = found(learners, recipe, place.seed);
  const { plan } = founded;
  const consortium = await openConsortium(learners, plan, control);
  try {
    const began = performance.now();
    const file = runs.file(place, 'checkpoint');
    const checkpoint = transport === 'sum' ? readCheckpoint(file) : undefined;
    if (checkpoint !== undefined) await consortium.restore(checkpoint);
    const secondsNow = () => (checkpoint?.seconds ?? 0) + (performance.now() - began) / 1000;
    const checked =
      transport === 'protocol'
        ? await throughProtocol(founded, consortium, control)
        : await bySums(plan, place.seed, consortium, checkpoint?.sums ?? beginSums(plan), control, async (sums) => {
            if (sums.rounds % betweenCheckpoints !== 0) return;
            writeWhole(file, serialize(await consortium.checkpoint(sums, secondsNow())));
          });
    const seconds = secondsNow();
    for (const { id } of learners) {
      if (judged.includes(id)) runs.keep(place, { ...(await consortium.result(id)), seconds });
    }
    const run: FederatedRun = {
      partners: learners.map(({ id }) => id),
      rounds: plan.recipe.rounds,
      weights: plan.weights,
      ringBits: plan.encoding.ringBits,
      bytesPerPartner: 2 * uploadBytes(plan) * plan.recipe.rounds,
      trunkSizes: (2 * plan.recipe.rounds * plan.encoding.ringBits) / 32,
      secondsPerRound: seconds / plan.recipe.rounds,
      curve: consortium.curve(),
      checked,
    };
    writeWhole(summary, `${JSON.stringify(run, null, 2)}\n`);
    writeWhole(file, '');
    return run;
  } finally {
    await consortium.close();
  }
}

async function throughProtocol(founded: Founded, consortium: OpenConsortium, control: Control) {
  const checked = await protocolRounds(
    { ...founded, initialTrunkHash: trunkHash(consortium.global().values) },
    consortium.work,
    control,
  );
  const sum = (count: (round: CheckedRound) => number) => checked.reduce((all, round) => all + count(round), 0);
  return { rounds: checked.length, numbers: sum(({ numbers }) => numbers), differences: sum((r) => r.differences) };
}

async function bySums(
  plan: Plan,
  seed: number,
  { work }: OpenConsortium,
  start: SumState,
  control: Control,
  keep: (state: SumState) => Promise<void>,
): Promise<null> {
  const drawn = (partner: string, round: number): Drawn => {
    const random = randomBytesFrom(`experiment ${seed}, partner ${partner}, round ${round}`);
    return { seed: new DataView(random(4).buffer).getUint32(0), rounding: random(32) };
  };
  await sumRounds(plan, start, drawn, work, control, keep);
  return null;
}

type Checkpoint = {
  readonly sums: SumState;
  readonly global: GlobalState;
  readonly heads: ReadonlyMap<string, Uint8Array>;
  readonly curve: FederatedRun['curve'];
  readonly seconds: number;
};

const readCheckpoint = (file: string): Checkpoint | undefined => {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  return bytes.length === 0 ? undefined : (deserialize(bytes) as Checkpoint);
};

type OpenConsortium = {
  readonly work: RoundsWork;
  readonly global: () => GlobalState;
  readonly curve: () => FederatedRun['curve'];
  readonly result: (partner: string) => Promise<Omit<PartnerResult, 'seconds'>>;
  readonly checkpoint: (sums: SumState, seconds: number) => Promise<Checkpoint>;
  readonly restore: (checkpoint: Checkpoint) => Promise<void>;
  readonly close: () => Promise<void>;
};

async function openConsortium(learners: readonly Learner[], plan: Plan, control: Control): Promise<OpenConsortium> {
  const { recipe, hidden } = plan;
  const start = initialTrunk(hidden, recipe.initialTrunkSeed, plan.tensors[0]!.shape[0]);
  const { shapes } = start;
  let global = beginGlobal(start.values);
  let curve: FederatedRun['curve'] = [];
  let losses: number[] = [];
  const members = new Map<
    string,
    { readonly trainer: Trainer; readonly learner: Learner; readonly batch: number; readonly weight: number }
  >();
  for (const learner of learners) {
    const trainer = await startTrainerHere();
    await trainer.load(learner.table);
    const compounds = new Set(learner.table.labelRows.filter((row) => learner.table.folds[row]! > 1)).size;
    const batch = compounds < recipe.smallBatch.below ? recipe.smallBatch.size : recipe.batchSize;
    members.set(learner.id, { trainer, learner, batch, weight: privateWeight(plan, compounds) });
  }
  const trunkNow = (): TrunkTensors => ({ shapes, values: global.values });

  async function look(round: number): Promise<void> {
    let [sum, tasks] = [0, 0];
    for (const { trainer } of members.values()) {
      const { means } = await trainer.evaluate({ trunk: trunkNow(), role: 'validation', minimumPerClass });
      sum += (means.aucPr ?? 0) * means.tasks;
      tasks += means.tasks;
    }
    const loss = losses.reduce((all, one) => all + one, 0) / losses.length;
    losses = [];
    curve = [...curve, { round, validationAucPr: sum / tasks, loss }];
  }

  return {
    global: () => global,
    curve: () => curve,
    work: {
      async train(partner, round, seed) {
        const { trainer, batch, weight } = members.get(partner)!;
        const { localSteps, headRate, dropout } = recipe;
        const settings = { steps: localSteps, rate: localRate(plan, round), headRate, batch, dropout, inputDropout: 0 };
        const { trunk, loss } = await trainer.localRound({ trunk: trunkNow(), settings, seed }, control);
        losses.push(loss);
        const change = trunk.values;
        for (let i = 0; i < change.length; i++) change[i] = weight * (change[i]! - global.values[i]!);
        return change;
      },
      async apply(round, sum, facts) {
        const { state, clips, trunkHash } = applySum(plan, global, sum, facts);
        global = state;
        if (round % betweenLooks === 0 || round === recipe.rounds) await look(round);
        const detail = { validationAucPr: Number((curve.at(-1)?.validationAucPr ?? 0).toFixed(4)) };
        control.report({ step: 'experiment.rounds', done: round, total: recipe.rounds, detail });
        return { clips, trunkHash };
      },
    },
    async result(id) {
      const { trainer, learner } = members.get(id)!;
      return {
        partner: id,
        step: global.rounds,
        chosen: `round ${global.rounds}`,
        predictions: await predictJudged(trainer, learner.table, trunkNow(), global.rounds),
      };
    },
    async checkpoint(sums, seconds) {
      const heads = new Map<string, Uint8Array>();
      for (const [id, { trainer }] of members) heads.set(id, await trainer.headState());
      return { sums, global, heads, curve, seconds };
    },
    async restore(checkpoint) {
      ({ global, curve } = checkpoint);
      for (const [id, { trainer }] of members) await trainer.restoreHead(checkpoint.heads.get(id)!);
    },
    async close() {
      for (const { trainer } of members.values()) await trainer.close();
    },
  };
}
