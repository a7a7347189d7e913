/** A partner as a process of its own that kills itself at named points. Arguments: folder, address, partner, points. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartnerEffect } from '../../src-main/federation/partner.ts';
import { consortiumOfTests, openMortal } from './mortal.ts';
import { drivePartner } from './partner-driver.ts';

const [folder, url, id, points] = process.argv.slice(2) as [string, string, string, string];
const { dieAt, note } = openMortal(folder, id, points.split(','));
const nameOf = (effect: PartnerEffect) => (effect.kind === 'send' ? effect.type : effect.kind);
let acknowledged = 0;

const partner = drivePartner(consortiumOfTests(), id, {
  folder,
  url,
  before: (effect) => dieAt(`before ${nameOf(effect)}`),
  after(effect) {
    const [encoded, sum] = [partner.encoded.get(1), partner.sums.get(1)];
    if (effect.kind === 'freeze' && encoded !== undefined) writeFileSync(join(folder, `${id}.encoded`), encoded);
    if (effect.kind === 'apply-result' && sum !== undefined) writeFileSync(join(folder, `${id}.sum`), sum);
    dieAt(`after ${nameOf(effect)}`);
  },
  chunk(at, hash, bytes) {
    note(`${at} ${hash} ${bytes}`);
    if (at === 'acknowledged') acknowledged++;
    dieAt(`${at} chunk ${at === 'acknowledged' ? acknowledged : acknowledged + 1}`);
  },
});
// What a real partner's vault holds is made again here, from the same seeds.
const { attempt } = partner.state();
if (attempt !== null && 'frozen' in attempt.part) partner.refreeze(1);
await partner.run();
await partner.close();
