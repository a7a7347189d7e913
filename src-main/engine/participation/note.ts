/** What participation writes into the hash-chained log: each word given in a round, and each result. */
import type { Catalog } from '../../catalog/open.ts';
import type { AuditAct } from '../../contract/audit.ts';
import type { PartnerEffect } from '../../federation/partner.ts';
import { appendAudit } from '../../release/audit.ts';

type Effect<Kind extends PartnerEffect['kind']> = Extract<PartnerEffect, { readonly kind: Kind }>;

const actOfMessage: Partial<Record<Effect<'send'>['type'], AuditAct>> = {
  APPROVE: 'plan-approved',
  ADVERTISE: 'keys-advertised',
  SHARE: 'shares-sent',
  CONSISTENCY: 'survivors-signed',
  UNMASK: 'masks-revealed',
  VERDICT: 'result-judged',
};

export function noteMessage(catalog: Catalog, { type, round, attempt, hash }: Effect<'send'>): void {
  const act = actOfMessage[type];
  if (act === undefined) return;
  const subject = type === 'APPROVE' ? 'plan' : `round ${round}`;
  appendAudit(catalog, { person: 'engine', act, subject, detail: { attempt, message: hash } });
}

export function noteResult(catalog: Catalog, { round, attempt, result }: Effect<'apply-result'>, trunk: string): void {
  const detail = { attempt, survivors: result.survivors.length, sum: result.root, trunk };
  appendAudit(catalog, { person: 'engine', act: 'result-applied', subject: `round ${round}`, detail });
}

export function noteCounted(catalog: Catalog, { round, attempt, result }: Effect<'apply-result'>, rows: number): void {
  const detail = { attempt, survivors: result.survivors.length, sum: result.root, rows };
  appendAudit(catalog, { person: 'engine', act: 'result-applied', subject: `round ${round}`, detail });
}

export function noteVoided(catalog: Catalog, { round, attempt, objections }: Effect<'undo-result'>): void {
  const detail = { attempt, objections: objections.length };
  appendAudit(catalog, { person: 'engine', act: 'result-voided', subject: `round ${round}`, detail });
}

export function noteSatOut(catalog: Catalog, { round, attempt, reason }: Effect<'sat-out'>): void {
  appendAudit(catalog, {
    person: 'engine',
    act: 'round-refused',
    subject: `round ${round}`,
    detail: { attempt, reason },
  });
}

/** What only comes late is nobody's fault; everything else is named. */
export function noteRefused(catalog: Catalog, { from, type, reason }: Effect<'refuse'>): void {
  if (reason === 'late') return;
  appendAudit(catalog, { person: 'engine', act: 'message-refused', subject: from, detail: { type, reason } });
}
