// Builds the window into dist/renderer: files only, so that the page can live under a policy without inline scripts,
// inline styles and data: addresses. `stories.html` (every state of the window on a scripted host) exists for
// `vite dev` and for tests, and is built only with mode "stories", into dist/stories.
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** KaTeX names each of its fonts in three formats; every engine that shows this window reads the first. */
const oneFontFormat: Plugin = {
  name: 'one-font-format',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('katex.min.css')
      ? code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("[a-z]+"\)/g, '')
      : undefined,
}

export default defineConfig(({ mode }) => ({
  root: here('.'),
  base: './',
  plugins: [oneFontFormat, react()],
  publicDir: false,
  // The worker that draws PDF pages.
  worker: { format: 'es' },
  build: {
    outDir: mode === 'stories' ? here('../dist/stories') : here('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome138',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // The whole window is about 1 MB from the local disk; splitting it would only delay the first use of each part.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: { input: mode === 'stories' ? here('./stories.html') : here('./index.html') },
  },
}))
