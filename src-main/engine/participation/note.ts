/** What participation writes into the hash-chained log: each word given in a round, and each result. */
import type { Catalog } from '../../catalog/open.ts';
import type { AuditAct } from '../../contract/audit.ts';
import type { PartnerEffect, PartnerInput } from '../../federation/partner.ts';
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

/** What the partner's own work has come to. */
export function noteAnswer(catalog: Catalog, effect: PartnerEffect, answer: PartnerInput): void {
  if (effect.kind === 'apply-result' && (answer.kind === 'applied' || answer.kind === 'counted')) {
    const { round, attempt, result } = effect;
    const outcome = answer.kind === 'applied' ? { trunk: answer.trunkHash } : { rows: answer.keptRows };
    const detail = { attempt, survivors: result.survivors.length, sum: result.root, ...outcome };
    appendAudit(catalog, { person: 'engine', act: 'result-applied', subject: `round ${round}`, detail });
  }
  if (effect.kind === 'undo-result') {
    const { round, attempt, objections } = effect;
    const detail = { attempt, objections: objections.length };
    appendAudit(catalog, { person: 'engine', act: 'result-voided', subject: `round ${round}`, detail });
  }
}

/** What only comes late is nobody's fault; everything else is named. */
export function noteNotice(catalog: Catalog, effect: PartnerEffect): void {
  if (effect.kind === 'sat-out') {
    const { round, attempt, reason } = effect;
    const subject = `round ${round}`;
    appendAudit(catalog, { person: 'engine', act: 'round-refused', subject, detail: { attempt, reason } });
  }
  if (effect.kind === 'refuse' && effect.reason !== 'late') {
    const { from, type, reason } = effect;
    appendAudit(catalog, { person: 'engine', act: 'message-refused', subject: from, detail: { type, reason } });
  }
}
