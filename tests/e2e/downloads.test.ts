// Getting a model, as a person does it: look at the catalogue, add a repository, download with an interruption, load what
// came; and what is said when it goes wrong. The hub is ours, on loopback, and misbehaves when it is told to.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Download } from '../../electron/contract/download-entities.ts'
import type { ModelSummary } from '../../electron/contract/entities.ts'
import { modelBytes, TestHub } from '../hub/hub.ts'
import type { HubFile } from '../hub/hub.ts'
import { doors, fixture, makeHome, root, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { call, composer, waitUntilReady } from './window.ts'

const repository = 'someone/tiny-rwkv'
const name = 'rwkv7-l3-c128-f16.gguf'
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  await page.evaluate(axeSource)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  expect(results.passes.length, 'rules that found something to check').toBeGreaterThan(10)
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
  )
}

describe.each(doors)('models are fetched through the %s door', (door) => {
  let home: Home
  let hub: TestHub
  let file: HubFile
  let roost: Roost
  let page: Page

  const start = async (): Promise<void> => {
    roost = await startRoost(door, { home, arguments: ['--hub', hub.address] })
    page = roost.page
    page.setDefaultTimeout(30_000)
    await composer(page).waitFor()
    await page.getByRole('link', { name: 'Models', exact: true }).click()
    await catalogue().getByRole('listitem').first().waitFor()
  }

  beforeEach(async () => {
    home = makeHome()
    hub = await TestHub.open({ forward: true, bytesPerSecond: 150_000 })
    file = hub.put(repository, name, readFileSync(fixture(name)))
    await start()
  })

  afterEach(async () => {
    await roost.kill()
    await hub.close()
    home.remove()
  })

  const catalogue = (): Locator => page.getByRole('list', { name: 'Catalogue', exact: true })
  const downloads = (): Locator => page.getByRole('list', { name: 'Downloads', exact: true })
  const installed = (): Locator => page.getByRole('list', { name: 'Installed', exact: true })
  const dialog = (): Locator => page.getByRole('dialog', { name: 'Add from Hugging Face' })

  const showFiles = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Add from Hugging Face' }).click()
    await dialog().getByRole('textbox', { name: 'Repository on Hugging Face' }).fill(repository)
    await dialog().getByRole('button', { name: 'Show files' }).click()
  }

  const begin = async (): Promise<void> => {
    await showFiles()
    await dialog().getByRole('button', { name: 'Download 1.7 MB', exact: true }).click()
    await dialog().getByText('In the queue').waitFor()
    await page.keyboard.press('Escape')
  }

  const state = async (): Promise<Download['state'] | undefined> =>
    (await call<Download[]>(page, 'downloads.list', {})).at(-1)?.state

  it('shows few models first, and asks nobody for more than a listing before a click on a size', async () => {
    expect(await catalogue().getByRole('listitem').count()).toBe(6)
    await page.getByRole('button', { name: /^Show all \d+ models$/ }).click()
    expect(await catalogue().getByRole('listitem').count()).toBeGreaterThan(60)
    await page.getByRole('searchbox', { name: 'Search models' }).fill('raven 14b')
    await catalogue().getByText('RWKV-4 Raven 14B v12').waitFor()
    expect(await catalogue().getByRole('listitem').count()).toBe(1)
    expect(await catalogue().getByRole('button', { name: 'Download 28.3 GB' }).count()).toBe(1)
    expect(hub.asked).toEqual([])
    await showFiles()
    await dialog()
      .getByRole('button', { name: /^Download / })
      .waitFor()
    expect(hub.asked.map(({ path }) => path)).toEqual([`/api/models/${repository}?blobs=true`])
    expect(hub.sentBytes).toBe(0)
  })

  it('downloads, pauses, goes on after the application was killed, and loads what came', async () => {
    await begin()
    await page.getByRole('progressbar', { name: 'Downloading tiny-rwkv' }).waitFor()
    await downloads().getByText(/KB\/s/).waitFor()
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor()
    const sent = hub.sentBytes
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(hub.sentBytes).toBe(sent)
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect.poll(() => hub.sentBytes).toBeGreaterThan(sent + 100_000)

    await roost.kill()
    hub.options = { forward: true }
    await start() // goes on by itself
    await expect.poll(state, { timeout: 30_000 }).toBe('finished')
    const models = await call<ModelSummary[]>(page, 'models.list', {})
    const title = models.find(({ fileName }) => fileName === name)?.title
    expect(title, 'the model is known').toBeTruthy()
    await installed().getByRole('heading', { name: title! }).waitFor()
    expect(statSync(join(home.data, 'models', name)).size).toBe(file.content.length)
    await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Load' }).click()
    await waitUntilReady(page, name)
    expect(await catalogue().getByText('In the queue').count()).toBe(0)
  })

  it('refuses what is wrong with a sentence and one action, and is right at the next attempt', async () => {
    hub.options = {}
    hub.mischief = () => ({ kind: 'flip', at: 1_000_000 })
    await begin()
    const alert = downloads().getByRole('alert')
    await alert.filter({ hasText: 'The file arrived damaged' }).waitFor()
    expect(await barriers(page), 'a problem').toEqual([])
    const shots = process.env.ROOST_SCREENSHOTS
    if (shots !== undefined) await page.screenshot({ path: join(root, shots, 'problem.png') })
    expect(existsSync(join(home.data, 'models', name))).toBe(false)
    expect(await installed().getByText(name).count()).toBe(0)
    hub.mischief = () => null
    await alert.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(state, { timeout: 30_000 }).toBe('finished')
  })

  it('takes a direct address, a mirror, and a token that it keeps to itself', async () => {
    await page.getByRole('button', { name: 'Add from Hugging Face' }).click()
    const address = `${hub.address}/${repository}/resolve/main/${name}`
    await dialog().getByRole('textbox', { name: 'Direct address' }).fill('http://127.0.0.1:1/x.gguf')
    await dialog().getByRole('button', { name: 'Look', exact: true }).click()
    await dialog().getByRole('alert').waitFor()
    await dialog().getByRole('textbox', { name: 'Direct address' }).fill(address)
    await dialog().getByRole('button', { name: 'Look', exact: true }).click()
    await dialog().getByRole('button', { name: 'Download 1.7 MB', exact: true }).click()
    await page.getByRole('progressbar', { name: 'Downloading rwkv7-l3-c128-f16' }).waitFor()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await expect.poll(() => downloads().count()).toBe(0)

    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('textbox', { name: 'Address of a mirror' }).fill('https://mirror.example/hub/')
    await page.getByRole('button', { name: 'Add mirror' }).click()
    await page.getByRole('switch', { name: 'Use https://mirror.example/hub' }).waitFor()
    await page.getByLabel('Access token').fill('hf_secret')
    await page.getByRole('button', { name: 'Save token' }).click()
    await page.getByText('A token is kept in a file that only you can read').waitFor()
    expect(statSync(join(home.data, 'hub-token.json')).mode & 0o777).toBe(0o600)
    expect(await page.content()).not.toContain('hf_secret')
  })

  it('is open to everyone: with a download on its way, a problem, the dialog, wide and narrow, in both themes', async () => {
    hub.put('someone/other', 'other.gguf', modelBytes(2_000_000, 5))
    await begin()
    await page.getByRole('progressbar', { name: 'Downloading tiny-rwkv' }).waitFor()
    const shots = process.env.ROOST_SCREENSHOTS
    const look = async (what: string): Promise<void> => {
      for (const [width, height] of [
        [1280, 800],
        [800, 600],
      ] as const) {
        await page.setViewportSize({ width, height })
        for (const theme of ['light', 'dark'] as const) {
          await call(page, 'settings.set', { theme })
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
          expect(await barriers(page), `${what}, ${width}, ${theme}`).toEqual([])
          if (shots === undefined) continue
          mkdirSync(join(root, shots), { recursive: true })
          await page.screenshot({ path: join(root, shots, `${what}-${width}-${theme}.png`) })
        }
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    await look('downloading')
    await catalogue().scrollIntoViewIfNeeded()
    await look('catalogue')
    await showFiles()
    await dialog().getByRole('list').waitFor()
    await look('dialog')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'Downloads' }).scrollIntoViewIfNeeded()
    await look('settings')
    if (shots !== undefined) {
      await call(page, 'settings.set', { language: 'zh' })
      await look('settings-zh')
      await page.getByRole('link', { name: '模型', exact: true }).click()
      await look('models-zh')
    }
  })
})
