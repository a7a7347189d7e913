/** The charter of the consortium and this company's consent to it, as the page asks for them. */
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import { charterText, type SignedCharter } from '../../federation/charter.ts';
import { currentConsortium } from '../../federation/series.ts';
import { giveConsent, receiveCharter, signCharterText, withdrawConsent } from '../../release/consent-acts.ts';
import type { Language } from '../../release/consent-statement.ts';
import {
  describeConsent,
  describeStored,
  exportCharter,
  findCharter,
  previewCharter,
} from '../../release/consent-view.ts';
import { handInCharter, lookAtCoordinator } from '../charter-meeting.ts';
import type { EngineContext } from '../context.ts';
import { requireSession, signedIn } from '../permissions.ts';
import { procedures } from '../procedures.ts';

export const consentRoutes = {
  read: procedures.consent.read.handler(({ context, input }) => overview(context, input.language)),

  readVersion: procedures.consent.readVersion.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return describeStored(catalog, findCharter(catalog, input.hash));
  }),

  preview: procedures.consent.preview.handler(({ context, input }) =>
    previewCharter(context.workspace().catalog, input.charter),
  ),

  sign: procedures.consent.sign.handler(({ context, input }) => {
    const { person } = requireSession(context, 'consent.sign');
    return describeSigned(signCharterText(context.workspace().catalog, input.charter, person.name));
  }),

  receive: procedures.consent.receive.handler(({ context, input }) => {
    const { person } = requireSession(context, 'consent.receive');
    const { catalog } = context.workspace();
    const consortium = currentConsortium(catalog);
    if (consortium === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'consortium', id: 'joined' });
    receiveCharter(catalog, consortium, input.charter, person.name);
    return overview(context, input.language);
  }),

  readAtCoordinator: procedures.consent.readAtCoordinator.handler(({ context, signal }) =>
    lookAtCoordinator(context.workspace().catalog, signal),
  ),

  handIn: procedures.consent.handIn.handler(async ({ context, input, signal }) => {
    const { person } = requireSession(context, 'consent.handIn');
    const signed = await handInCharter(context.workspace().catalog, input.charter, person.name, signal);
    return describeSigned(signed);
  }),

  give: procedures.consent.give.handler(({ context, input }) => {
    const { person, keys } = requireSession(context, 'consent.give');
    giveConsent(context.workspace().catalog, { ...input, person }, keys);
    return overview(context, input.language);
  }),

  withdraw: procedures.consent.withdraw.handler(({ context, input }) => {
    const { person, keys } = requireSession(context, 'consent.withdraw');
    withdrawConsent(context.workspace().catalog, { ...input, person }, keys);
    return overview(context, input.language);
  }),

  export: procedures.consent.export.handler(({ context, input }) =>
    exportCharter(context.workspace().catalog, input.hash),
  ),
};

const describeSigned = (signed: SignedCharter) => ({
  charter: charterText(signed),
  signed: Object.keys(signed.signatures).length,
  of: signed.charter.partners.length,
});

const overview = (context: EngineContext, language: Language) =>
  describeConsent(context.workspace().catalog, signedIn(context.workspace()), language, (jobId) => {
    try {
      const { state } = context.jobs().read(jobId);
      return state === 'queued' || state === 'running';
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return false;
      throw error;
    }
  });
