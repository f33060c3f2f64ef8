// Who may import whom (ARCHITECTURE.md, "Who may know whom"). Every rule has one planted offence in offences/, and
// boundaries.test.ts asserts that it is reported: a checker that reads nothing would pass everything.
// BASE lets the same rules run over the planted tree.
const base = process.env.ROOST_BOUNDARY_BASE ?? ''
const at = (path) => `^${base}${path}`

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'renderer-knows-contract-only',
      comment: 'The window may know the contract and nothing else of the main process.',
      severity: 'error',
      from: { path: at('renderer/') },
      to: { path: at('electron/'), pathNot: at('electron/contract/') },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: {
        path: at('renderer/'),
        pathNot: '\\.test\\.tsx?$|vite\\.config\\.ts$|\\.browser\\.test\\.ts$|/stories/',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-bridge',
      comment: 'window.roost and fetch live in renderer/bridge; the screens ask the store.',
      severity: 'error',
      from: { path: at('renderer/(chat|documents|models|settings|shared)/'), pathNot: '\\.test\\.tsx?$' },
      to: { path: at('renderer/bridge/'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contract-knows-nothing',
      comment: 'The contract imports zod only.',
      severity: 'error',
      from: { path: at('electron/contract/'), pathNot: '\\.test\\.ts$' },
      to: { pathNot: [at('electron/contract/'), 'node_modules/zod'] },
    },
    {
      name: 'services-know-no-host',
      severity: 'error',
      from: { path: at('electron/(services|storage|engine|platform)/'), pathNot: '\\.test\\.ts$' },
      to: { path: at('electron/(hosts/|main\\.ts|headless\\.ts)') },
    },
    {
      name: 'electron-only-in-the-window-host',
      severity: 'error',
      from: { path: at('electron/'), pathNot: at('electron/(main\\.ts|hosts/window/)') },
      to: { path: '(^|node_modules/)electron($|/)', pathNot: at('electron/') },
    },
    {
      name: 'sqlite-only-in-storage',
      severity: 'error',
      from: { path: at('(electron|renderer)/'), pathNot: at('electron/storage/') },
      to: { path: 'node_modules/better-sqlite3' },
    },
    {
      name: 'storage-worker-behind-its-interface',
      comment: 'Services speak to the Storage interface; only the entry files start the worker.',
      severity: 'error',
      from: { path: at('electron/(services|engine|hosts)/'), pathNot: '\\.test\\.ts$' },
      to: { path: at('electron/storage/'), pathNot: at('electron/storage/(storage|keeping-types)\\.ts$') },
    },
    {
      name: 'headless-knows-no-window',
      severity: 'error',
      from: { path: at('electron/(headless\\.ts|hosts/headless/)') },
      to: { path: at('electron/hosts/window/') },
    },
    {
      name: 'tests-stay-out',
      comment: 'Nothing that ships may import a test or what only tests need.',
      severity: 'error',
      from: {
        path: at('(electron|renderer)/'),
        pathNot: '\\.test\\.tsx?$|electron/launch/|vite\\.config\\.ts$|/stories/',
      },
      to: { path: [at('tests/'), '\\.test\\.tsx?$', 'node_modules/(vitest|playwright-core|axe-core)/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release|native/build)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'electron/tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
