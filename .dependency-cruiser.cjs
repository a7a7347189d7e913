// The walls of the house: which room may know which other. The way of the data goes in one direction.
const way = [
  'intake',
  'chemistry',
  'tasks',
  'training',
  'scoring',
  'federation',
  'release',
  'exchange',
  'coordinator',
  'engine',
  'shell',
];

const laterRooms = (room) => way.slice(way.indexOf(room) + 1).join('|');

const noRoomLooksAhead = way
  .filter((room) => room !== 'shell')
  .map((room) => ({
    name: `${room}-does-not-look-ahead`,
    comment: 'A room imports rooms before it on the way, the catalog and the contract; never one after it.',
    severity: 'error',
    from: { path: `^src-main/${room}/` },
    to: { path: `^src-main/(${laterRooms(room)})/` },
  }));

const onlyIn = (name, rooms, modules) => ({
  name,
  severity: 'error',
  from: { path: '^src-', pathNot: `^src-main/(${rooms})` },
  to: { path: modules },
});

module.exports = {
  forbidden: [
    ...noRoomLooksAhead,
    {
      name: 'contract-knows-no-room',
      severity: 'error',
      from: { path: '^src-main/contract/' },
      to: { path: '^src-main/(?!contract/)' },
    },
    {
      name: 'catalog-knows-contract-only',
      severity: 'error',
      from: { path: '^src-main/catalog/' },
      to: { path: '^src-main/(?!catalog/|contract/)' },
    },
    {
      name: 'page-knows-contract-only',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/(?!contract/)' },
    },
    onlyIn('electron-only-in-shell', 'shell/', '^(electron|node_modules/electron/)'),
    onlyIn('sql-only-in-catalog-and-coordinator', 'catalog/|coordinator/', 'node_modules/better-sqlite3'),
    onlyIn('rdkit-only-in-chemistry', 'chemistry/', 'node_modules/@rdkit'),
    onlyIn('onnxruntime-only-in-training-and-scoring', 'training/|scoring/', 'node_modules/onnxruntime'),
    onlyIn(
      'sockets-only-in-exchange-and-coordinator',
      'exchange/|coordinator/|engine/serve',
      '^(node:)?(http|https|http2|net|tls|dgram)$|node_modules/(undici|ws|fastify)/',
    ),
    {
      name: 'orpc-only-in-contract-procedures-and-link',
      comment: 'The transport can be exchanged without touching a room or a page.',
      severity: 'error',
      from: {
        path: '^src-',
        pathNot: '^src-main/(contract/|engine/(procedures|serve|port)\\.ts)|^src-renderer/link/',
      },
      to: { path: 'node_modules/@orpc/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
    parser: 'swc',
  },
};
