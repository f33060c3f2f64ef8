// Builds the window into dist/renderer: files only, so that the page can live under a policy without inline scripts,
// inline styles and data: addresses. `stories.html` (every state of the window on a scripted host) exists for
// `vite dev` and for tests, and is built only with mode "stories", into dist/stories.
import { readFileSync, readdirSync } from 'node:fs'
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

const pdfLibrary = here('../node_modules/pdfjs-dist')
const { version } = JSON.parse(readFileSync(`${pdfLibrary}/package.json`, 'utf8')) as { version: string }

/**
 * What pdf.js asks for while it draws: character codes of Chinese, Japanese and Korean fonts, the fonts that every reader
 * of PDF has to bring, and decoders of the pictures of scanned pages. The decoders are plain scripts: WebAssembly would
 * need a wider policy. documents/pdf-data.ts knows the folder.
 */
const drawingData: readonly (readonly [from: string, to: string, wanted: RegExp])[] = [
  ['cmaps', 'cmaps', /\.bcmap$|^LICENSE/],
  ['standard_fonts', 'fonts', /\.(?:pfb|ttf)$|^LICENSE/],
  ['wasm', 'decoders', /_nowasm_fallback\.js$|^LICENSE_(?:PDFJS_)?(?:JBIG2|OPENJPEG)$/],
]
const pdfData: Plugin = {
  name: 'pdf-data',
  generateBundle() {
    for (const [from, to, wanted] of drawingData) {
      for (const name of readdirSync(`${pdfLibrary}/${from}`).filter((one) => wanted.test(one))) {
        const source = readFileSync(`${pdfLibrary}/${from}/${name}`)
        this.emitFile({ type: 'asset', fileName: `assets/pdf-${version}/${to}/${name}`, source })
      }
    }
  },
  configureServer(server) {
    server.middlewares.use(`/assets/pdf-${version}`, (request, response, next) => {
      const [, to, name = ''] = (request.url ?? '').split('/')
      const found = drawingData.find((one) => one[1] === to && one[2].test(name))
      if (found === undefined || /[\\/]|\.\./.test(name)) return next()
      response.setHeader(
        'Content-Type',
        name.endsWith('.js') ? 'text/javascript' : 'application/octet-stream',
      )
      response.end(readFileSync(`${pdfLibrary}/${found[0]}/${name}`))
    })
  },
}

export default defineConfig(({ mode }) => ({
  root: here('.'),
  base: './',
  plugins: [oneFontFormat, pdfData, react()],
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
