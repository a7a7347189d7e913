/** Words of Settings about the workspace's safety: its passphrase, its backup, and the way to the coordinator. */
export const care = {
  administrators: 'An administrator does this.',
  passphrase: {
    title: 'Passphrase of the workspace',
    text: 'Opens the workspace on this machine. The key that encrypts everything is sealed anew under it, which takes a second; work that runs goes on.',
    current: 'Present passphrase',
    next: 'New passphrase',
    again: 'New passphrase, once more',
    help: 'At least {{count, number}} characters. Nobody can recover it.',
    act: 'Change the passphrase',
    done: 'Changed. The old one opens it no more',
    copies:
      'A copy of the folder or a backup from before still opens with the old passphrase. Destroy those copies if somebody else knows it.',
  },
  backup: {
    title: 'Backup',
    text: 'Copies the workspace into one encrypted file while you work, and reads every byte of it back. It opens with the passphrase of now.',
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
