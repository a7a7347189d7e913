/** Amendments: the answer to a request for changes. The series learns without what is named, and a package is made anew. */
import { randomBytes } from 'node:crypto';
import { type AmendmentRow, addAmendment, amendmentsOfRound, lastAmendment } from '../catalog/amendments.ts';
import { assaysOfNewestTaskSet } from '../catalog/membership.ts';
import type { Catalog } from '../catalog/open.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { type Amendment, type LeftOut, leftOut as leftOutFormat } from '../contract/disclosure.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Person } from '../contract/settings.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { mayAmend } from './permissions.ts';
import { amendmentStands, keyWordsOf, type SigningChain, signAmendment, signingChain } from './signing.ts';
import { findPackage } from './situation.ts';

const nothingLeftOut: LeftOut = { assays: [], compounds: [] };

/** What the series leaves out now. */
export function leftOutNow(catalog: Catalog, series: string): LeftOut {
  const row = lastAmendment(catalog, series);
  return row === undefined ? nothingLeftOut : leftOutOf(row);
}

/**
 * @param leftOut all that is left out from now on, what was left out before included
 * @throws NOT_FOUND, NOT_ALLOWED for a role that prepares nothing, a package that waits for no change, no comment, or
 *   when no assay would be left to learn from
 */
export function amendSeries(
  { catalog }: Workspace,
  { packageHash, comment, leftOut, person }: { packageHash: string; comment: string; leftOut: LeftOut; person: Person },
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): number {
  return inOneTransaction(catalog, () => {
    const { series, round, attempt, name, state } = findPackage(catalog, packageHash);
    const { allowed, reason } = mayAmend({ person, state });
    if (!allowed) throw notAllowed(reason ?? 'role');
    if (comment.trim() === '') throw notAllowed('comment');
    const sorted = {
      assays: [...new Set(leftOut.assays)].sort((one, other) => one - other),
      compounds: [...new Set(leftOut.compounds)].sort(),
    };
    const known = assaysOfNewestTaskSet(catalog);
    if (known.length > 0 && known.every(({ id }) => sorted.assays.includes(id))) throw notAllowed('an-assay-left');
    const terms = {
      ...{ series, round, attempt, packageHash, comment },
      person: person.name,
      role: person.role,
      leftOut: JSON.stringify(sorted),
      madeAt: now(),
    };
    const salt = new Uint8Array(randomBytes(32));
    const signature = signAmendment({ ...terms, salt }, keys);
    const id = addAmendment(catalog, {
      ...terms,
      signature,
      salt,
      personId: person.id ?? null,
      signedBy: keys.publicKey,
    });
    const detail = {
      ...{ package: packageHash, amendment: id, role: person.role },
      assays: sorted.assays.length,
      compounds: sorted.compounds.length,
    };
    appendAudit(catalog, { person: person.name, act: 'series-amended', subject: name, detail, at: terms.madeAt });
    return id;
  });
}

export function viewAmendments(
  catalog: Catalog,
  series: string,
  round: number,
  chain: SigningChain = signingChain(catalog),
): Amendment[] {
  return amendmentsOfRound(catalog, series, round).map((row) => ({
    ...{ id: row.id, round: row.round, attempt: row.attempt, packageHash: row.packageHash },
    ...{ person: row.person, role: row.role, comment: row.comment, madeAt: row.madeAt },
    leftOut: leftOutOf(row),
    signatureValid: amendmentStands(row, chain),
    keyWords: keyWordsOf(row.signedBy),
  }));
}

const leftOutOf = ({ leftOut }: AmendmentRow): LeftOut => leftOutFormat.parse(JSON.parse(leftOut));

const notAllowed = (needs: string): ChoraleError => new ChoraleError('NOT_ALLOWED', { action: 'release.amend', needs });
