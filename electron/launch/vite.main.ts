// The main process as plain ES modules for Node 24: both doors, and the programs that run beside them. Everything is
// bundled but Electron and what carries native code, so that an installed application needs no other package.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

const programs: Readonly<Record<string, string>> = {
  main: 'electron/main.ts',
  headless: 'electron/headless.ts',
  'storage-worker': 'electron/storage/worker.ts',
  'probe-child': 'electron/engine/probe-child.ts',
  'parse-worker': 'electron/services/documents/parse-worker.ts',
}

/** Character codes of older Chinese, Japanese and Korean fonts: pdf.js reads them while it runs. */
const characterMaps: Plugin = {
  name: 'character-maps',
  generateBundle() {
    const folder = join(root, 'node_modules/pdfjs-dist/cmaps')
    for (const name of readdirSync(folder)) {
      this.emitFile({ type: 'asset', fileName: `cmaps/${name}`, source: readFileSync(join(folder, name)) })
    }
  },
}

export default defineConfig({
  root,
  publicDir: false,
  plugins: [characterMaps],
  build: {
    ssr: true,
    outDir: 'dist/main',
    emptyOutDir: true,
    target: 'node24',
    minify: false, // stacks in a report name the function
    sourcemap: false,
    rolldownOptions: {
      input: programs,
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
})
