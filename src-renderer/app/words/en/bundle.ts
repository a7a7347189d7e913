/** Words of the filters of Audit, and of its signed export. */
export const bundle = {
  title: 'Audit bundle',
  what: 'Log, decisions, messages, receipts and keys in one signed file, with a report as PDF. Structures and values are not in it.',
  none: 'No bundle has been made yet.',
  period: 'Period',
  periods: { all: 'Whole log', year: 'This year', month: 'Last 30 days', week: 'Last 7 days', today: 'Today' },
  run: 'Export bundle',
  needsIdentity:
    'A bundle is signed with the key of this partner, and this workspace has none yet. Give the partner its identity in Settings first.',
  toSettings: 'Open Settings',
  escrow: 'Escrow',
  escrows: {
    none: 'Without escrow',
    kept_one: 'With the escrow of {{count, number}} package, sealed',
    kept_other: 'With the escrow of {{count, number}} packages, sealed',
  },
  running: 'Writing',
  cancel: 'Cancel',
  download: 'Download {{bytes}}',
  escrowKey: 'Key of the escrow',
  escrowKeyNote: 'Hand it to the auditor by another way than the bundle.',
  last: { made: 'Last made', by: 'By', holds: 'Holds', head: 'Up to', hash: 'SHA-256' },
  holds: '{{entries, number}} entries, {{sent, number}} packages sent, {{receipts, number}} receipts',
  check: 'Check it anywhere, without this workspace: chorale verify FILE',
  cancelled: 'Cancelled. Nothing was written.',
  filter: {
    person: 'Person',
    everybody: 'Everybody',
    engine: 'Engine',
    act: 'Act',
    everyAct: 'Every act',
    since: 'Time',
  },
  told: 'Others hold up to {{seq, number}}',
  toldSince:
    'Other partners hold the log up to entry {{seq, number}} since {{when}}, so nothing before it can be changed unnoticed.',
  toldNone: 'No message has told others of this log yet',
} as const;
