/** Words of Settings about the workspace's safety: its passphrase, its backup, and the way to the coordinator. */
export const care = {
  administrators: 'An administrator does this.',
  passphrase: {
    title: 'Passphrase of the workspace',
    text: 'Opens the workspace on this machine. The key that encrypts everything is sealed anew under it, which takes a second; work that runs goes on.',
    current: 'Current passphrase',
    next: 'New passphrase',
    again: 'New passphrase again',
    help: 'At least {{count, number}} characters. Nobody can recover it.',
    act: 'Change the passphrase',
    done: 'Changed. The old one no longer opens it',
    copies:
      'A copy of the folder or a backup from before still opens with the old passphrase. Destroy those copies if somebody else knows it.',
  },
  backup: {
    title: 'Backup',
    text: 'Copies the workspace into one encrypted file while you work, and reads every byte of it back. It opens with the passphrase that holds now.',
    file: 'File on this machine',
    fileHelp: 'A file that exists is not written over.',
    act: 'Back up the workspace',
    running: 'The job bar shows how far it is.',
    last: 'Last backup',
    where: 'File',
    size: 'Size',
    sizeValue: '{{bytes}}, {{count, number}} files, read back',
    restore:
      'A workspace comes back from a backup on the command line, into an empty folder. Rounds then wait until somebody rejoins, and standing approvals end.',
    restoreFile: 'FILE',
    restoreFolder: 'FOLDER',
  },
  key: {
    title: 'Another key for this partner',
    text: 'A new key takes the place of the present one with the next series whose roster names it. Until then nothing changes.',
    nextText:
      'Send this public key to whoever assembles the next roster. When you sign that roster, the present key speaks for the new one; with the series that begins under it, the present key is removed.',
    next: 'Next public key',
    words: 'Key in words',
    prepared: 'Prepared',
    replaced: 'Replaced key',
    reasons: { rotation: 'planned', loss: 'lost or in wrong hands' },
    prepare: 'Prepare a new key',
    prepareLost: 'Prepare one: the key is lost or stolen',
    who: 'An administrator or a compliance officer does this.',
    stolen: {
      title: 'When a laptop is stolen',
      tell: 'Tell every partner and the coordinator at once, by voice. Ask for no further round with this partner.',
      leave:
        'Without the passphrase the workspace on it cannot be read. If somebody may know it, do the rest at once.',
      prepare:
        'On another machine, restore a backup and prepare a new key here; or make a new workspace with an identity under the same partner ID.',
      compare: 'Read the twelve words of the new key to every partner by telephone.',
      sign: 'The next roster names the new key, the roster before it, and what has happened. Every partner signs it.',
      join: 'Join the series that begins under it. The stolen key signs nothing that anybody accepts from then on.',
    },
  },
  wayOut: {
    title: 'Way to the coordinator',
    text: 'Where the network has a proxy, calls go through its tunnel. It sees the name of the coordinator and nothing of what is said.',
    proxy: 'Proxy',
    modes: { environment: 'As the system sets', address: 'This one', none: 'None' },
    next: 'Next call',
    direct: 'Goes directly',
    address: 'Address of the proxy',
    addressHelp: 'Such as http://proxy.example:3128. A name and password in it are kept encrypted.',
    act: 'Use this proxy',
  },
} as const;
