// The preload as one CommonJS file: a sandboxed preload can load nothing else. It gets the names of the calls as a list,
// because their schemas belong to the main side only.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { calls } from '../contract/calls.ts'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  publicDir: false,
  define: { CALL_NAMES: JSON.stringify(Object.keys(calls)) },
  build: {
    outDir: 'dist/preload',
    emptyOutDir: true,
    target: 'chrome140',
    minify: false,
    modulePreload: false,
    rolldownOptions: {
      input: { preload: 'electron/hosts/window/preload/preload.ts' },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
})
