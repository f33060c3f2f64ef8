// One runner for every TypeScript test. Unit tests lie beside their code; what crosses rooms lies in tests/.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const electronDouble = fileURLToPath(new URL('./electron-double/electron.ts', import.meta.url))

export default defineConfig({
  root,
  // The real package downloads a runtime when it is required; no test may import it.
  resolve: { alias: [{ find: /^electron(\/main)?$/, replacement: electronDouble }] },
  test: {
    include: [
      'electron/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'native/**/*.test.ts',
      'resources/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'dist/**', 'native/build*/**', 'tests/boundaries/offences/**'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A file with no test in it, or a filter that finds nothing, is a mistake.
    passWithNoTests: false,
  },
})
