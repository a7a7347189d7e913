/** Words of the station Consent: the charter as a document, and what this company says of it. */
export const consent = {
  missing: {
    steward: 'the data steward',
    compliance: 'the compliance officer',
    'other-person': 'a second person, since one person gave both',
  },
  /** Why a charter is not taken, as a sentence without its full stop. */
  faults: {
    'wrong-shape': 'It is not written as a charter is',
    'same-id-twice': 'Two partners have the same id',
    'not-in-charter': 'It does not name this company with its key',
    'signature-does-not-hold': 'This signature does not hold',
    'signature-missing': 'This partner has not signed',
    unfilled: 'This place is not filled in',
    differs: 'It is not what the roster and the plan say',
    'contact-missing': 'This partner has no contact',
    'other-charter': 'It is not the charter that the plan names',
    'other-version': 'It does not follow the version that is here',
  },
} as const;
