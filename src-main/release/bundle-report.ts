/** The report in an audit bundle, for people: the same facts on paper, and how to check them. Equal facts give equal bytes. */
import PDFDocument from 'pdfkit';
import { decodeCanonical, toBase64url } from '../federation/canonical.ts';
import { fingerprintOf, fingerprintOfText } from '../federation/identity.ts';
import type { MessageOf } from '../federation/messages.ts';
import type { BundleFacts } from './bundle.ts';
import type { PackageInBundle } from './bundle-form.ts';
import { type Letters, lettersOf, type Page } from './bundle-letters.ts';
import { filled, type ReportWords, reportWords } from './bundle-words.ts';
import { readManifest } from './manifest.ts';
import type { AmendmentDigest } from './signing.ts';

const ink = { text: '#19191e', second: '#4d4d57', third: '#666671', line: '#e5e5e9' };
const margin = 48;
const labelWidth = 118;
const countWidth = 40;

/** @returns PDF, A4 */
export async function bundleReport(facts: BundleFacts, language: 'en' | 'ja'): Promise<Uint8Array> {
  const words = reportWords[language];
  const { manifest } = facts;
  const page = new PDFDocument({
    size: 'A4',
    margin,
    bufferPages: true,
    lang: language,
    displayTitle: true,
    info: {
      Title: `${words.title}, ${manifest.company.name}`,
      Author: manifest.company.name,
      Creator: manifest.program,
      Producer: 'Chorale',
      CreationDate: new Date(manifest.madeAt),
      ModDate: new Date(manifest.madeAt),
    },
  });
  const parts: Uint8Array[] = [];
  page.on('data', (part: Uint8Array) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject));
  const letters = lettersOf(page);
  const write = writer(page, letters);
  cover(write, words, facts);
  packages(write, words, facts);
  standing(write, words, facts);
  replacedKeys(write, words, facts);
  people(write, words, facts);
  charters(write, words, facts);
  connections(write, words, facts);
  howTo(write, words);
  number(page, letters, words, manifest.company.name);
  page.end();
  await ended;
  return new Uint8Array(Buffer.concat(parts));
}

type Writer = ReturnType<typeof writer>;

/** The few forms that the report is made of. */
function writer(page: Page, letters: Letters) {
  const width = page.page.width - 2 * margin;
  const bottom = page.page.height - margin - 20;
  const room = (height: number) => {
    if (page.y + height > bottom) page.addPage();
  };
  return {
    title(text: string) {
      page.fillColor(ink.text).fontSize(22);
      letters.write(text, margin, page.y);
      page.moveDown(0.6);
    },
    section(text: string) {
      room(80);
      page.moveDown(1.2);
      page.fillColor(ink.text).fontSize(13);
      letters.write(text, margin, page.y, { width });
      const y = page.y + 3;
      page
        .moveTo(margin, y)
        .lineTo(margin + width, y)
        .lineWidth(0.5)
        .strokeColor(ink.line)
        .stroke();
      page.y = y + 6;
    },
    /** A label at the left, and what it is at the right. */
    fact(label: string, value: string, size = 9) {
      page.fontSize(size);
      room(letters.heightOf(value, width - labelWidth) + 4);
      const { y } = page;
      page.fillColor(ink.third).fontSize(8.5);
      letters.write(label, margin, y + 0.5, { width: labelWidth - 8 });
      const afterLabel = page.y;
      page.fillColor(ink.text).fontSize(size);
      letters.write(value, margin + labelWidth, y, { width: width - labelWidth });
      page.y = Math.max(afterLabel, page.y) + 2;
      page.x = margin;
    },
    /** How many of what: numbers stand under each other by their last digit. */
    count(number: string, label: string) {
      room(16);
      const { y } = page;
      page.fillColor(ink.text).fontSize(9).text(number, margin, y, { width: countWidth, align: 'right' });
      page.text(label, margin + countWidth + 10, y, { width: width - countWidth - 10 });
      page.y += 2;
      page.x = margin;
    },
    line(text: string, color = ink.text) {
      page.fontSize(9);
      room(letters.heightOf(text, width) + 4);
      page.fillColor(color);
      letters.write(text, margin, page.y, { width });
      page.y += 3;
    },
    /** Keeps what follows on one page. */
    together: room,
    heading(text: string) {
      page.moveDown(0.5);
      page.fillColor(ink.text).fontSize(10.5);
      letters.write(text, margin, page.y, { width });
      page.y += 2;
    },
  };
}

function cover(write: Writer, words: ReportWords, { manifest, rows }: BundleFacts): void {
  const { company, period, madeAt, madeBy, log, partnerKeys, counts } = manifest;
  const own = fingerprintOfText(partnerKeys[0]!);
  write.title(words.title);
  write.fact(words.cover.company, `${company.name} (${company.id})`);
  const spans = [period.from, period.to].map((at) => (at === null ? '…' : time(at)));
  write.fact(words.cover.period, period.from === null && period.to === null ? words.cover.whole : spans.join(' – '));
  write.fact(words.cover.made, time(madeAt));
  write.fact(words.cover.by, [madeBy.name, roleIn(words, madeBy.role)].join(words.comma));
  write.fact(words.cover.entries, `${log.first} – ${log.last}`);
  write.fact(words.cover.head, `${log.head.seq}  ${log.head.hash}`, 8);
  write.fact(words.cover.key, own.hex, 8);
  write.fact(words.cover.words, own.words.join(' '));
  const coordinators = new Map(rows.consortia.map(({ coordinatorKey: key }) => [toBase64url(key), key]));
  for (const key of coordinators.values()) {
    const { hex, words: said } = fingerprintOf(key);
    write.fact(words.cover.coordinator, hex, 8);
    write.fact(words.cover.words, said.join(' '));
  }
  for (const { name, series, joinedAt, coordinatorUrl } of rows.consortia) {
    write.fact(words.consortia, filled(words.consortium, { name, series, at: time(joinedAt), url: coordinatorUrl }));
  }
  write.section(words.counts);
  for (const [name, label] of Object.entries(words.count)) {
    write.count(grouped(counts[name as keyof typeof counts]), label);
  }
}

function packages(write: Writer, words: ReportWords, { rows, documents }: BundleFacts): void {
  write.section(words.submissions);
  const { submission } = words;
  if (rows.packages.length === 0) write.line(submission.none, ink.second);
  for (const one of rows.packages) {
    const { row } = one;
    const { payload } = readManifest(documents.get(row.name)!, row.hash).content;
    write.together(150);
    write.heading([row.name, `${submission.round} ${row.round}`, stateIn(words, row.state)].join(words.comma));
    write.fact(submission.bytes, grouped(payload.bytes));
    write.fact(submission.hash, row.hash, 8);
    write.fact(submission.root, payload.merkleRoot, 8);
    const prepared = [row.preparedBy, roleIn(words, row.preparedRole), time(row.frozenAt)];
    write.fact(submission.prepared, prepared.join(words.comma));
    for (const decision of one.decisions) write.fact(submission.decided, decided(words, decision));
    for (const { checks, reason, asked, confirmed } of one.overrides) {
      const by = [asked, ...(confirmed === null ? [] : [confirmed])].map(
        ({ by: person, at }) => `${person}${words.comma}${time(at)}`,
      );
      write.fact(submission.override, `${checks.join(words.comma)}: “${reason}” (${by.join('; ')})`);
    }
    for (const amendment of rows.amendments.filter(({ packageHash }) => packageHash === row.hash)) {
      write.fact(submission.amended, amended(words, amendment));
    }
    write.fact(submission.sent, row.sentAt === null ? submission.none : time(row.sentAt));
    write.fact(submission.receipt, receiptOf(words, row));
    const sum = sumWith(rows, row);
    if (sum !== undefined) write.fact(submission.counted, filled(submission.inSum, sum), 8);
  }
}

function decided(words: ReportWords, decision: PackageInBundle['decisions'][number]): string {
  const { person, role, verdict, comment, standingApprovalId, decidedAt } = decision;
  const under = standingApprovalId === null ? [] : [filled(words.submission.standing, { id: standingApprovalId })];
  const said = comment === '' ? [] : [`“${comment}”`];
  return [person, roleIn(words, role), words.verdict[verdict], ...under, time(decidedAt), ...said].join(words.comma);
}

function amended(words: ReportWords, { person, role, madeAt, comment, assays, compounds }: AmendmentDigest): string {
  const leaves = filled(words.submission.leaves, { assays: assays.length, compounds });
  return [person, roleIn(words, role), leaves, time(madeAt), `“${comment}”`].join(words.comma);
}

/** The result that the package is counted in, by its attempt. */
function sumWith(
  { results }: BundleFacts['rows'],
  { series, round, attempt }: PackageInBundle['row'],
): { readonly survivors: number; readonly hash: string } | undefined {
  const row = results.find(
    (one) => one.type === 'RESULT' && one.series === series && one.round === round && one.attempt === attempt,
  );
  if (row === undefined) return undefined;
  const { message } = decodeCanonical(row.bytes) as unknown as { readonly message: MessageOf<'RESULT'> };
  return { survivors: message.body.list.length, hash: row.hash };
}

function receiptOf({ submission, comma }: ReportWords, { receipt }: PackageInBundle['row']): string {
  if (receipt === null) return submission.none;
  try {
    const { document } = JSON.parse(receipt) as {
      readonly document: { readonly position: number; readonly at: string };
    };
    return `${filled(submission.at, { place: document.position })}${comma}${time(document.at)}`;
  } catch {
    return receipt.slice(0, 80);
  }
}

function standing(write: Writer, words: ReportWords, { rows }: BundleFacts): void {
  if (rows.standingApprovals.length === 0) return;
  write.section(words.standing);
  for (const { id, person, role, series, lastRound, givenAt, stoppedAt, stoppedBy } of rows.standingApprovals) {
    const end =
      stoppedAt === null ? words.open : filled(words.stopped, { at: time(stoppedAt), person: stoppedBy ?? '' });
    const values = { id, person, role: roleIn(words, role), series, round: lastRound, at: time(givenAt), end };
    write.line(filled(words.standingRow, values));
  }
}

function replacedKeys(write: Writer, words: ReportWords, { rows }: BundleFacts): void {
  const replaced = rows.keys.filter(({ replacedAt }) => replacedAt !== null);
  if (replaced.length === 0) return;
  write.section(words.keys);
  for (const { publicKey, reason, replacedAt } of replaced) {
    write.line(filled(words.replacedKey[reason ?? 'rotation'], { at: time(replacedAt!) }));
    write.fact('', fingerprintOf(publicKey).hex, 8);
  }
}

function people(write: Writer, words: ReportWords, { rows }: BundleFacts): void {
  write.section(words.people);
  if (rows.certificates.length === 0) write.line(words.nobody, ink.second);
  for (const { name, role, validFrom, validUntil, publicKey } of rows.certificates) {
    const until = validUntil === null ? '' : filled(words.until, { until: time(validUntil) });
    write.line(filled(words.person, { name, role: roleIn(words, role), from: time(validFrom), until }));
    write.fact('', fingerprintOf(publicKey).hex, 8);
  }
}

function charters(write: Writer, words: ReportWords, { rows }: BundleFacts): void {
  write.section(words.charters);
  if (rows.charters.length === 0) write.line(words.noCharter, ink.second);
  for (const { series, version, hash } of rows.charters) {
    write.line(filled(words.charter, { name: series, version, hash }));
    for (const { at, person, role, kind } of rows.consents.filter(({ charterHash }) => charterHash === hash)) {
      write.line(filled(words.consent, { at: time(at), person, role: roleIn(words, role), kind: words[kind] }));
    }
  }
}

function connections(write: Writer, words: ReportWords, { rows }: BundleFacts): void {
  write.section(words.egress);
  const sums = new Map<
    string,
    { host: string; outcome: 'allowed' | 'denied' | 'failed'; calls: number; out: number; in: number }
  >();
  for (const { host, outcome, calls, bytesOut, bytesIn } of rows.connections) {
    const key = `${host} ${outcome}`;
    const before = sums.get(key) ?? { host, outcome, calls: 0, out: 0, in: 0 };
    sums.set(key, { ...before, calls: before.calls + calls, out: before.out + bytesOut, in: before.in + bytesIn });
  }
  if (sums.size === 0) write.line(words.noEgress, ink.second);
  for (const sum of sums.values()) {
    const numbers = { calls: grouped(sum.calls), out: grouped(sum.out), in: grouped(sum.in) };
    write.line(filled(words.egressRow, { host: sum.host, ...numbers, outcome: words.outcome[sum.outcome] }));
  }
}

function howTo(write: Writer, words: ReportWords): void {
  write.section(words.verify);
  for (const step of words.steps) write.line(step, ink.second);
}

function number(page: Page, letters: Letters, words: ReportWords, company: string): void {
  const { start, count } = page.bufferedPageRange();
  for (let i = start; i < start + count; i++) {
    page.switchToPage(i);
    page.page.margins.bottom = 0;
    const text = `${company}   ${filled(words.page, { page: i + 1, pages: count })}`;
    page.fillColor(ink.third).fontSize(8);
    letters.write(text, margin, page.page.height - margin + 6, { lineBreak: false });
  }
}

const roleIn = (words: ReportWords, role: string): string => words.role[role as keyof ReportWords['role']] ?? role;
const stateIn = (words: ReportWords, state: string): string =>
  words.state[state as keyof ReportWords['state']] ?? state;
/** Never broken over two lines. */
const time = (at: string): string => `${at.slice(0, 10)}\u00a0${at.slice(11, 19)}\u00a0UTC`;
const grouped = (number: number): string => number.toLocaleString('en');
