// What belongs to memory, in a real Chromium on the scripted host, under the policy of the real page: branches and time
// travel, answers side by side, waiting messages, personas, tokens, notebooks.
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
import type { Browser, Locator, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const CHROMIUM = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== '' && existsSync(path))

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

describe.skipIf(CHROMIUM === undefined)(
  'memory in Chromium (set CHROMIUM_PATH where it is not found)',
  () => {
    let folder = ''
    let server: Server
    let browser: Browser
    let page: Page
    let complaints: string[] = []

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'roost-memory-'))
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

    const show = async (story: string, query = ''): Promise<void> => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('the server does not listen')
      complaints = []
      page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`http://127.0.0.1:${address.port}/stories.html?story=${story}${query}`)
      await composer().waitFor()
    }

    const composer = (): Locator => page.getByRole('textbox', { name: 'Message', exact: true })
    const openChat = (): Promise<void> => page.getByRole('link', { name: /lighthouse on Gull/ }).click()
    const openPanel = async (tab: string): Promise<void> => {
      await page.getByRole('button', { name: 'Show side panel' }).click()
      await page.getByRole('tab', { name: tab }).click()
    }
    const send = async (text: string): Promise<void> => {
      await composer().fill(text)
      await composer().press('Enter')
    }

    afterEach(async () => {
      // The policy's violations arrive here, too.
      expect(complaints).toEqual([])
      await page.close()
    })

    const barriers = async (): Promise<string[]> => {
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
    }

    const screens: Record<string, { story: string; go: () => Promise<void> }> = {
      'the memory of a chat': {
        story: 'branches',
        go: async () => {
          await openChat()
          await openPanel('Memory')
          await page.getByRole('tree', { name: 'Branches' }).waitFor()
        },
      },
      'the parameters of a chat': {
        story: 'branches',
        go: async () => {
          await openChat()
          await openPanel('Parameters')
        },
      },
      'versions side by side': {
        story: 'branches',
        go: async () => {
          await openChat()
          await page.getByRole('button', { name: 'Show versions side by side' }).click()
        },
      },
      'messages that wait': { story: 'queue', go: openChat },
      'the shelf of personas': {
        story: 'branches',
        go: () => page.getByRole('button', { name: 'Manage personas…' }).click(),
      },
      'a notebook': { story: 'notebook', go: openChat },
      'the tokens of an answer': {
        story: 'branches',
        go: async () => {
          await openChat()
          await page.getByRole('button', { name: 'More', exact: true }).last().click()
          await page.getByRole('menuitem', { name: 'Token details' }).click()
          await page.locator('.token').nth(4).click()
        },
      },
    }

    it.each(Object.entries(screens))(
      'axe finds no barrier in %s, light and dark',
      { timeout: 60_000 },
      async (_, screen) => {
        for (const theme of ['light', 'dark']) {
          await show(screen.story, `&theme=${theme}`)
          await screen.go()
          expect(await barriers(), theme).toEqual([])
          if (theme === 'light') await page.close()
        }
      },
    )

    it(
      'S5: a tree of 500 turns keeps few rows in the page and is walked by keys',
      { timeout: 60_000 },
      async () => {
        await show('tree')
        await openChat()
        await openPanel('Memory')
        const tree = page.getByRole('tree', { name: 'Branches' })
        await tree.focus()
        const rows = (): Promise<number> => page.getByRole('treeitem').count()
        await page.keyboard.press('Home')
        await page.getByRole('treeitem', { selected: true }).filter({ hasText: 'Question 1:' }).waitFor()
        for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowDown')
        await expect.poll(() => page.getByRole('treeitem', { selected: true }).count()).toBe(1)
        expect(await rows()).toBeLessThan(60)
        await page.keyboard.press('Enter')
        const shown = page.getByRole('treeitem', { selected: true })
        await expect.poll(() => shown.getAttribute('aria-current')).toBe('true')
        await page.keyboard.press('End')
        expect(await rows()).toBeLessThan(60)
      },
    )

    it(
      'X1: the slider dims what followed, says what it took, and leads back',
      { timeout: 30_000 },
      async () => {
        await show('branches')
        await openChat()
        await openPanel('Memory')
        const slider = page.getByRole('slider', { name: 'Point in the chat' })
        await slider.focus()
        await page.keyboard.press('ArrowLeft')
        await page.keyboard.press('ArrowLeft')
        await page.getByText('Answer 3 of 5').waitFor()
        await page.getByText(/Live after 38 ms/).waitFor()
        await page.getByText(/starts a new branch from here/).waitFor()
        expect(await page.locator('.row[data-later="true"]').count()).toBeGreaterThan(0)
        await page.getByRole('button', { name: 'Back to now' }).click()
        await expect.poll(() => page.locator('.row[data-later="true"]').count()).toBe(0)
      },
    )

    it(
      'S4: three answers are written side by side; any can be gone on from',
      { timeout: 60_000 },
      async () => {
        await show('empty')
        await page.getByRole('button', { name: 'Answers: 1' }).click()
        await page.getByRole('menuitemradio', { name: /^3 answers/ }).click()
        await send('Tell me about tides.')
        const columns = page.getByRole('region', { name: /^Answer \d$/ })
        await expect.poll(() => columns.count()).toBe(3)
        await expect
          .poll(() => page.getByRole('button', { name: 'Continue with this one' }).count(), {
            timeout: 30_000,
          })
          .toBe(3)
        await page.getByRole('button', { name: 'Continue with this one' }).nth(1).click()
        await page.getByText('2 / 3').waitFor()
        expect(await columns.count()).toBe(0)
      },
    )

    it(
      'S8: what is written while an answer runs waits as a chip that can be changed',
      { timeout: 60_000 },
      async () => {
        await show('streaming')
        await openChat()
        await send('First')
        await page.getByRole('button', { name: 'Stop' }).waitFor()
        await send('Second')
        await send('Third')
        const queue = page.getByRole('region', { name: 'Waiting messages' })
        await expect.poll(() => queue.getByRole('listitem').count()).toBe(2)
        await queue.getByRole('button', { name: /Edit waiting message: Second/ }).click()
        await page.getByRole('textbox', { name: 'Edit waiting message' }).fill('Second, changed')
        await page.keyboard.press('Enter')
        await queue.getByText('Second, changed').waitFor()
        await queue.getByRole('button', { name: 'Remove waiting message' }).last().click()
        await expect.poll(() => queue.getByRole('listitem').count()).toBe(1)
        expect(await composer().inputValue()).toBe('')
      },
    )

    it(
      'M28: values of one chat are set, followed and reset by their names',
      { timeout: 30_000 },
      async () => {
        await show('branches')
        await openChat()
        await openPanel('Parameters')
        for (const name of [
          'Temperature',
          'Top-p',
          'Presence penalty',
          'Frequency penalty',
          'Penalty decay',
        ]) {
          await page.getByRole('slider', { name, exact: true }).waitFor()
        }
        for (const name of ['Top-k', 'Seed', 'Maximum tokens']) {
          await page.getByRole('spinbutton', { name, exact: true }).waitFor()
        }
        const temperature = page.getByRole('slider', { name: 'Temperature', exact: true })
        await temperature.focus()
        await page.keyboard.press('ArrowRight')
        await expect.poll(() => temperature.getAttribute('aria-valuenow')).toBe('1.25')
        const reset = page.getByRole('button', { name: 'Reset', exact: true })
        await reset.click()
        await expect.poll(() => temperature.getAttribute('aria-valuenow')).toBe('1.2')
        await expect.poll(() => reset.isDisabled()).toBe(true)
      },
    )

    it(
      'a persona is written, kept on the shelf, and a chat begins from it',
      { timeout: 30_000 },
      async () => {
        await show('branches')
        await page.getByRole('button', { name: 'Manage personas…' }).click()
        await page.getByRole('button', { name: 'New persona…' }).click()
        await page.getByRole('textbox', { name: 'Name' }).fill('Ferryman')
        await page.getByRole('textbox', { name: 'System prompt' }).fill('You row people across.')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Chat with Ferryman' }).click()
        await openPanel('Parameters')
        await expect
          .poll(() => page.getByRole('textbox', { name: 'System prompt' }).inputValue())
          .toBe('You row people across.')
      },
    )
  },
)
