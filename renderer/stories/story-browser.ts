// The stories in a real Chromium, for tests: built once for a file of tests, served under the policy of the real page. Every
// complaint of the page fails the test, and so does what the policy forbids.
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** undefined: there is none on this machine. */
export const CHROMIUM = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== '' && existsSync(path))

/** As electron/hosts/content-security-policy.ts says it; the tests of the hosts hold the real pages to that file. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface StoryBrowser {
  /** A new page with this story, in which the window has started. */
  show(story: string, query?: string): Promise<Page>
  /** What axe finds on the page that is shown; empty is what a test wants. */
  barriers(): Promise<string[]>
}

/** To be called where the tests of a file are described. */
export function storyBrowser(): StoryBrowser {
  let folder = ''
  let server: Server
  let browser: Browser
  let page: Page
  let complaints: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roost-stories-'))
    await build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      mode: 'stories',
      logLevel: 'silent',
      build: { outDir: folder },
    })
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      readFile(join(folder, path)).then(
        (content) => {
          response.writeHead(200, {
            'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
            'content-security-policy': POLICY,
          })
          response.end(content)
        },
        () => {
          response.writeHead(404)
          response.end()
        },
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    })
  }, 180_000)

  afterAll(async () => {
    await browser.close()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  afterEach(async () => {
    // The policy's violations arrive here, too.
    expect(complaints).toEqual([])
    await page.close()
  })

  return {
    async show(story, query = '') {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('the server does not listen')
      complaints = []
      page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`http://127.0.0.1:${address.port}/stories.html?story=${story}${query}`)
      await page.getByRole('textbox', { name: /^(?:Message|消息)$/ }).waitFor()
      return page
    },

    async barriers() {
      await page.evaluate(axeSource) // by the debugger, which the policy does not bind
      const results = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      )
      expect(results.passes.length).toBeGreaterThan(10)
      return results.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
      )
    },
  }
}
