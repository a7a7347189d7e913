/** Intake as the page asks for it: files by the token of their upload, batches by their number. */
import { listAssays } from '../../catalog/assays.ts';
import { listBatches, readBatch, withdrawBatch } from '../../catalog/batches.ts';
import { pageOfFindings } from '../../catalog/rejected-rows.ts';
import type { ImportRequest, PreviewRequest } from '../../contract/intake.ts';
import { unattended } from '../../contract/progress.ts';
import { type InspectionMemory, inspectFile } from '../../intake/inspect.ts';
import { rejectedCsv } from '../../intake/rejected-csv.ts';
import { auditAct } from '../audited.ts';
import type { EngineContext } from '../context.ts';
import { requireRole } from '../person.ts';
import { procedures } from '../procedures.ts';
import { weigher } from '../weigher.ts';

/** Scans of the open workspace's last files; they go with the context they belong to. */
const memories = new WeakMap<EngineContext, InspectionMemory>();

function memoryOf(context: EngineContext): InspectionMemory {
  const memory = memories.get(context) ?? new Map();
  memories.set(context, memory);
  return memory;
}

const companionPath = (context: EngineContext, token: string | null): string | null =>
  token === null ? null : context.uploads().file(token).path;

export const intakeRoutes = {
  inspect: procedures.intake.inspect.handler(async ({ context, input, signal }) => {
    const { catalog } = context.workspace();
    const { path, name } = context.uploads().file(input.file);
    const { reading, mapping, companion } = input;
    const second = companion === null ? undefined : context.uploads().file(companion);
    const options = {
      name,
      catalog,
      memory: memoryOf(context),
      reading,
      weigh: weigher(() => context.chemistry()),
      ...(mapping && { mapping }),
      ...(second && { companion: { path: second.path, name: second.name, reading: input.companionReading } }),
    };
    return inspectFile(path, options, signal === undefined ? unattended : { ...unattended, signal });
  }),
  preview: procedures.intake.preview.handler(async ({ context, input }) => {
    const { path } = context.uploads().file(input.file);
    const request: PreviewRequest = {
      path,
      companion: companionPath(context, input.companion),
      mapping: input.mapping,
    };
    const { id } = await context.jobs().start('preview', request);
    return { jobId: id };
  }),
  checkStructures: procedures.intake.checkStructures.handler(async ({ context, input }) => {
    const { path } = context.uploads().file(input.file);
    const request: PreviewRequest = {
      path,
      companion: companionPath(context, input.companion),
      mapping: input.mapping,
    };
    const { id } = await context.jobs().start('check-structures', request);
    return { jobId: id };
  }),
  import: procedures.intake.import.handler(async ({ context, input }) => {
    const person = requireRole(context.workspace(), 'intake.import', 'steward', 'scientist', 'administrator');
    const { path, name } = context.uploads().file(input.file);
    const second = input.companion === null ? null : context.uploads().file(input.companion);
    const request: ImportRequest = {
      path,
      name,
      person: person.name,
      mapping: input.mapping,
      again: input.again,
      companion: second?.path ?? null,
      ...(second && { companionName: second.name }),
    };
    const { id } = await context.jobs().start('import', request);
    return { jobId: id };
  }),
  batches: procedures.intake.batches.handler(({ context }) => [...listBatches(context.workspace().catalog)]),
  batch: procedures.intake.batch.handler(({ context, input }) => readBatch(context.workspace().catalog, input.id)),
  findings: procedures.intake.findings.handler(({ context, input }) => {
    const { total, rows } = pageOfFindings(context.workspace().catalog, input);
    return { total, rows: [...rows] };
  }),
  rejectedCsv: procedures.intake.rejectedCsv.handler(async function* ({ context, input }) {
    yield* rejectedCsv(context.workspace().catalog, input.batchId);
  }),
  withdraw: procedures.intake.withdraw.handler(({ context, input }) => {
    const workspace = context.workspace();
    requireRole(workspace, 'intake.withdraw', 'steward', 'administrator');
    const batch = withdrawBatch(workspace.catalog, input.id);
    auditAct(workspace, {
      act: 'batch-withdrawn',
      subject: `batch ${batch.id}`,
      detail: { file: batch.name, measurements: batch.measurements },
    });
    return batch;
  }),
  assays: procedures.intake.assays.handler(({ context }) => [...listAssays(context.workspace().catalog)]),
};
