/** What the engine writes into the log for the stations: who opened the workspace, and what each finished job has done. */

import * as z from 'zod';
import type { Workspace } from '../catalog/workspace.ts';
import { exportedBundle } from '../contract/bundle.ts';
import { importOutcome } from '../contract/intake.ts';
import type { JobKind } from '../contract/jobs.ts';
import { type UsedProvider, usedProvider } from '../contract/providers.ts';
import { backupReport } from '../contract/workspace.ts';
import { appendAudit, auditHead, type NewAuditEntry } from '../release/audit.ts';
import { takeFailedUnlocks } from './failed-unlocks.ts';
import { signedIn } from './permissions.ts';
import { whoeverIsHere } from './whoever-is-here.ts';

/** Name of whoever is signed in, else of whoever is at this machine. */
export const whoActs = (workspace: Workspace): string => signedIn(workspace)?.name ?? whoeverIsHere();

/** An act of whoever is signed in; else of whoever is at this machine, as from the command line. */
export function auditAct(workspace: Workspace, entry: Omit<NewAuditEntry, 'person'>): void {
  appendAudit(workspace.catalog, { ...entry, person: whoActs(workspace) });
}

/** The first entry of a log says that the workspace was made; what was tried before it could be opened comes first. */
export function auditOpening(workspace: Workspace): void {
  const made = auditHead(workspace.catalog).seq === 0;
  const failed = takeFailedUnlocks(workspace.folder);
  if (failed.length > 0) {
    const detail = { tries: failed.length, first: failed[0]!, last: failed.at(-1)! };
    appendAudit(workspace.catalog, { person: 'engine', act: 'unlock-failed', subject: 'workspace', detail });
  }
  auditAct(workspace, { act: made ? 'workspace-made' : 'workspace-opened', subject: 'workspace' });
}

/**
 * Previews change nothing, and taking part writes entries of its own as it goes.
 * @param person who asked for the job, who may have signed out meanwhile
 */
export function auditJob({ catalog }: Workspace, kind: JobKind, result: unknown, person: string): void {
  const entry = jobEntry(kind, result);
  if (entry !== undefined) appendAudit(catalog, { ...entry, person });
}

/** @returns nothing for a job that has changed nothing, such as an import that needs a decision */
export function jobEntry(kind: JobKind, result: unknown): Omit<NewAuditEntry, 'person'> | undefined {
  switch (kind) {
    case 'import': {
      const parsed = importOutcome.safeParse(result).data;
      if (parsed === undefined || parsed.outcome !== 'imported' || parsed.batchId === null) return undefined;
      const { file, report, batchId } = parsed;
      return {
        act: 'import-committed',
        subject: `batch ${batchId}`,
        detail: { file: file.name, sha256: file.sha256, measurements: report.measurements },
      };
    }
    case 'standardise': {
      const detail = standardised.safeParse(result).data;
      return detail && { act: 'structures-standardised', subject: `${detail.structures} structures`, detail };
    }
    case 'tasks': {
      const parsed = builtTasks.safeParse(result).data;
      return (
        parsed && {
          act: 'tasks-built',
          subject: `task set ${parsed.taskSetId}`,
          detail: { tasks: parsed.trainingTasks },
        }
      );
    }
    case 'train':
    case 'final-fit':
    case 'retrain': {
      const parsed = trained.safeParse(result).data;
      const subject = `run ${parsed?.runId.slice(0, 8)}`;
      if (parsed === undefined) return undefined;
      const { runId, modelId, provider } = parsed;
      return {
        act: 'training-finished',
        subject,
        detail: { run: runId, model: modelId, provider: provider.name, ...insteadOf(provider) },
      };
    }
    case 'fuse': {
      const parsed = fused.safeParse(result).data;
      if (parsed === undefined || parsed.modelId === null) return undefined;
      const { modelId, fusionId, weight } = parsed;
      return {
        act: 'models-fused',
        subject: `model ${modelId.slice(0, 8)}`,
        detail: { model: modelId, fusion: fusionId, weight },
      };
    }
    case 'score': {
      const parsed = scored.safeParse(result).data;
      return (
        parsed && { act: 'compounds-scored', subject: `${parsed.scored} compounds`, detail: { sheet: parsed.sheetId } }
      );
    }
    case 'scan': {
      const parsed = scanned.safeParse(result).data;
      if (parsed === undefined) return undefined;
      const { scanId, bestRunId } = parsed;
      return {
        act: 'settings-scanned',
        subject: `scan ${scanId.slice(0, 8)}`,
        detail: { scan: scanId, best: bestRunId },
      };
    }
    case 'export-bundle': {
      const parsed = exportedBundle.safeParse(result).data;
      if (parsed === undefined) return undefined;
      const { fileName, sha256, bytes, period, counts } = parsed;
      const detail = {
        sha256,
        bytes,
        from: period.from,
        to: period.to,
        entries: counts.entries,
        escrows: counts.escrows,
      };
      return { act: 'bundle-exported', subject: fileName, detail };
    }
    case 'backup': {
      const parsed = backupReport.safeParse(result).data;
      return (
        parsed && {
          act: 'backup-made',
          subject: 'workspace',
          detail: { files: parsed.files, bytes: parsed.bytes },
        }
      );
    }
    case 'check-providers':
    case 'preview':
    case 'participate':
    case 'sample':
      return undefined;
  }
}

const count = z.number().int();
/** Why training was not on what was chosen. */
const insteadOf = ({ trouble }: UsedProvider) =>
  trouble === null || trouble.provider === null ? {} : { insteadOf: trouble.provider, reason: trouble.reason };

const standardised = z.object({ structures: count, standardised: count, reused: count, failed: count });
const builtTasks = z.object({ taskSetId: count, trainingTasks: count });
const trained = z.object({ runId: z.string(), modelId: z.string(), provider: usedProvider });
const scanned = z.object({ scanId: z.string(), bestRunId: z.string().nullable() });
const fused = z.object({ fusionId: z.string(), modelId: z.string().nullable(), weight: z.number() });
const scored = z.object({ sheetId: z.string(), scored: count });
