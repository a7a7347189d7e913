/** Intake as the page asks for it: files by the token of their upload, batches by their number. */
import { listAssays } from '../../catalog/assays.ts';
import { listBatches, readBatch, withdrawBatch } from '../../catalog/batches.ts';
import { discardDraft, listDrafts, readDraft, saveDraft } from '../../catalog/drafts.ts';
import { pageOfFindings } from '../../catalog/rejected-rows.ts';
import {
  listTemplates,
  readTemplate,
  removeTemplate,
  renameTemplate,
  type StoredTemplate,
  saveTemplate,
} from '../../catalog/templates.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import {
  type ImportRequest,
  type Inspected,
  type Mapping,
  mapping as mappingSchema,
  type PreviewRequest,
  type PreviewStart,
} from '../../contract/intake.ts';
import { shownFinding } from '../../intake/check.ts';
import { asInspected, stateOfInspection } from '../../intake/inspected.ts';
import { rejectedCsv } from '../../intake/rejected-csv.ts';
import { asTemplate, headerOf } from '../../intake/templates.ts';
import { auditAct } from '../audited.ts';
import type { EngineContext } from '../context.ts';
import { requireSession } from '../permissions.ts';
import { procedures } from '../procedures.ts';
import { version } from '../version.ts';

/** What was found in the open workspace's last files, by file and mapping: an import of the same need not find it out again. */
const findings = new WeakMap<Workspace, Map<string, Inspected>>();
const findingsKept = 8;

const findingKey = (...parts: readonly [path: string, companion: string | null, mapping: Mapping]): string =>
  JSON.stringify(parts);

const stateOf = (context: EngineContext, path: string, companion: string | null): Promise<string> =>
  stateOfInspection([path, companion], context.workspace().catalog, version);

function rememberFinding(workspace: Workspace, key: string, found: Inspected): void {
  const kept = findings.get(workspace) ?? new Map<string, Inspected>();
  findings.set(workspace, kept);
  kept.delete(key);
  kept.set(key, found);
  for (const oldest of [...kept.keys()].slice(0, -findingsKept)) kept.delete(oldest);
}

const companionPath = (context: EngineContext, token: string | null): string | null =>
  token === null ? null : context.uploads().file(token).path;

/** Starts a job that reads the whole file under a mapping and stores nothing. */
async function startReading(
  context: EngineContext,
  kind: 'preview' | 'check-structures',
  { file, companion, mapping }: PreviewStart,
): Promise<{ jobId: string }> {
  const { path } = context.uploads().file(file);
  const request: PreviewRequest = { path, companion: companionPath(context, companion), mapping };
  const { id } = await context.jobs().start(kind, request);
  return { jobId: id };
}

export const intakeRoutes = {
  inspect: procedures.intake.inspect.handler(async ({ context, input, signal }) => {
    const workspace = context.workspace();
    const { path, name } = context.uploads().file(input.file);
    const { reading, mapping } = input;
    const second = input.companion === null ? undefined : context.uploads().file(input.companion);
    const companion = second && { path: second.path, name: second.name, reading: input.companionReading };
    const state = await stateOf(context, path, second?.path ?? null);
    const inspection = await context
      .looks()
      .inspect({ kind: 'inspect', path, name, reading, mapping, companion }, signal);
    const key = findingKey(path, second?.path ?? null, mappingSchema.parse(inspection.mapping));
    if (state !== '') rememberFinding(workspace, key, asInspected(inspection, state));
    return inspection;
  }),
  preview: procedures.intake.preview.handler(({ context, input }) => startReading(context, 'preview', input)),
  checkStructures: procedures.intake.checkStructures.handler(({ context, input }) =>
    startReading(context, 'check-structures', input),
  ),
  import: procedures.intake.import.handler(async ({ context, input }) => {
    const { person } = requireSession(context, 'intake.import');
    const { path, name } = context.uploads().file(input.file);
    const second = input.companion === null ? null : context.uploads().file(input.companion);
    const known = findings.get(context.workspace());
    const inspected = input.mapping && known?.get(findingKey(path, second?.path ?? null, input.mapping));
    // Whoever imports has looked enough: what the looks have kept in memory is for the import.
    await context.looks().rest();
    const request: ImportRequest = {
      path,
      name,
      person: person.name,
      mapping: input.mapping,
      again: input.again,
      draft: input.file,
      companion: second?.path ?? null,
      ...(second && { companionName: second.name }),
      ...(inspected && { inspected }),
    };
    const { id } = await context.jobs().start('import', request);
    return { jobId: id };
  }),
  batches: procedures.intake.batches.handler(({ context }) => [...listBatches(context.workspace().catalog)]),
  batch: procedures.intake.batch.handler(({ context, input }) => readBatch(context.workspace().catalog, input.id)),
  findings: procedures.intake.findings.handler(({ context, input }) => {
    const { total, rows } = pageOfFindings(context.workspace().catalog, input);
    return { total, rows: rows.map(shownFinding) };
  }),
  rejectedCsvOfPreview: procedures.intake.rejectedCsvOfPreview.handler(async function* ({ context, input, signal }) {
    const { path, name } = context.uploads().file(input.file);
    const { mapping } = input;
    const companion = companionPath(context, input.companion);
    yield* context.looks().rejectedCsv({ kind: 'rejected-csv', path, name, mapping, companion }, signal);
  }),
  rejectedCsv: procedures.intake.rejectedCsv.handler(async function* ({ context, input }) {
    yield* rejectedCsv(context.workspace().catalog, input.batchId);
  }),
  withdraw: procedures.intake.withdraw.handler(({ context, input }) => {
    const workspace = context.workspace();
    const batch = withdrawBatch(workspace.catalog, input.id);
    auditAct(workspace, {
      act: 'batch-withdrawn',
      subject: `batch ${batch.id}`,
      detail: { file: batch.name, measurements: batch.measurements },
    });
    return batch;
  }),
  assays: procedures.intake.assays.handler(({ context }) => [...listAssays(context.workspace().catalog)]),
  templates: {
    list: procedures.intake.templates.list.handler(({ context }) =>
      listTemplates(context.workspace().catalog).map(withoutMapping),
    ),
    read: procedures.intake.templates.read.handler(({ context, input }) =>
      readTemplate(context.workspace().catalog, input.id),
    ),
    save: procedures.intake.templates.save.handler(({ context, input: { name, mapping } }) => {
      const workspace = context.workspace();
      const { person } = requireSession(context, 'intake.templates.save');
      const header = headerOf(mapping);
      return withoutMapping(
        saveTemplate(workspace.catalog, name, asTemplate(mapping), header, person.name, new Date()),
      );
    }),
    rename: procedures.intake.templates.rename.handler(({ context, input }) => {
      const workspace = context.workspace();
      return withoutMapping(renameTemplate(workspace.catalog, input.id, input.name));
    }),
    remove: procedures.intake.templates.remove.handler(({ context, input }) => {
      const workspace = context.workspace();
      removeTemplate(workspace.catalog, input.id);
      return {};
    }),
  },
  drafts: {
    list: procedures.intake.drafts.list.handler(({ context }) => [...listDrafts(context.workspace().catalog)]),
    read: procedures.intake.drafts.read.handler(({ context, input }) =>
      readDraft(context.workspace().catalog, input.file),
    ),
    save: procedures.intake.drafts.save.handler(({ context, input }) => {
      const workspace = context.workspace();
      const { person } = requireSession(context, 'intake.drafts.save');
      const files = [input.file, ...input.others].map(context.uploads().keep);
      return saveDraft(workspace.catalog, input, files, person.name, new Date());
    }),
    discard: procedures.intake.drafts.discard.handler(({ context, input }) => {
      const workspace = context.workspace();
      for (const token of discardDraft(workspace.catalog, input.file)) context.uploads().letGo(token);
      return {};
    }),
  },
};

const withoutMapping = ({ mapping: _, ...template }: StoredTemplate) => template;
