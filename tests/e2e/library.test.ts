// The page of models as a person uses it: folders, details, load, verify, convert, delete, benchmark, hardware; and the
// first steps, which stand in nobody's way.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AxeResults } from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import type { EngineState } from '../../electron/contract/entities.ts'
import type { Benchmark, Library } from '../../electron/contract/library-entities.ts'
import { ask, call, closePanels, composer, waitUntilReady } from './window.ts'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// One door is enough: both show the same page, and the folder dialog of the other one is a line of code.
const door = doors[0] ?? 'headless'

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
  )
}

// A busy machine takes its time with the audit of a page.
describe('the models on this machine', { timeout: 120_000 }, () => {
  let home: Home
  let roost: Roost
  let page: Page
  const own = (): string => join(home.data, 'models')
  const drive = (): string => join(home.folder, '我的 模型')

  beforeAll(async () => {
    home = makeHome()
    mkdirSync(own())
    mkdirSync(join(drive(), 'RWKV 7'), { recursive: true })
    copyFileSync(fixture('rwkv7-l3-c128-f16.gguf'), join(own(), 'tiny-F16.gguf'))
    copyFileSync(fixture('rwkv7-l3-c128-f16.gguf'), join(drive(), 'the same one.gguf'))
    copyFileSync(fixture('rwkv7-l3-c128-q8_0.gguf'), join(drive(), 'RWKV 7', '八位.gguf'))
    roost = await startRoost(door, { home })
    page = roost.page
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await composer(page).waitFor()
  })

  afterAll(async () => {
    await roost.kill()
    home.remove()
  })

  const installed = (): Locator => page.getByRole('list', { name: 'Installed' })
  const library = (): Promise<Library> => call<Library>(page, 'library.list', {})
  /** The card in this place of the list, with its details: only they name files. */
  const openCard = async (index: number): Promise<Locator> => {
    const one = installed().locator('> li').nth(index)
    const details = one.getByRole('button', { name: 'Details' })
    if ((await details.getAttribute('aria-expanded')) !== 'true') await details.click()
    return one
  }

  it('begins with the first steps beside a starter that answers at once', async () => {
    const steps = page.getByRole('region', { name: 'First steps' })
    await steps.getByText(/cores/).waitFor()
    await steps.getByRole('button', { name: /^Download \d/ }).waitFor()
    expect(await barriers(page)).toEqual([])
    await steps.getByLabel('Language').selectOption('zh')
    await page.getByRole('region', { name: '初次设置' }).getByLabel('语言').selectOption('system')
    await waitUntilReady(page)
    await call(page, 'settings.set', { sampling: { maximumTokens: 8 } })
    await ask(page, 'Hello')
    await page.getByRole('button', { name: 'New chat' }).first().click()
    await expect.poll(() => page.getByRole('region', { name: 'First steps' }).count()).toBe(0)
    await page.reload()
    await composer(page).waitFor()
    expect(await page.getByRole('region', { name: 'First steps' }).count()).toBe(0)
  })

  it('are listed with what they are and whether they fit; a folder adds to them and copies nothing', async () => {
    await page.getByRole('link', { name: 'Models', exact: true }).click()
    await installed().getByRole('heading').first().waitFor()
    expect(await installed().getByText('Fits', { exact: true }).count()).toBe(2)
    if (door === 'headless') {
      await page.getByRole('button', { name: 'Add folder' }).click()
      const chooser = page.getByRole('dialog', { name: 'Add a folder of models' })
      await chooser.getByRole('option').filter({ hasText: '我的 模型' }).click()
      await chooser.getByText('我的 模型').waitFor()
      await chooser.getByRole('button', { name: 'Add this folder' }).click()
    } else {
      roost.answerFileDialog(drive())
      await page.getByRole('button', { name: 'Add folder' }).click()
    }
    // Three more files, one of them the same as before.
    await expect.poll(async () => (await library()).models.length, { timeout: 20_000 }).toBe(3)
    await expect.poll(() => installed().locator('> li').count()).toBe(3)
    const twice = (await library()).models.findIndex(({ places }) => places.length === 2)
    const both = await openCard(twice)
    await both.getByText('2 places, equal content').waitFor()
    await both.getByText(/the same one\.gguf/).waitFor()
    expect(readdirSync(own()).filter((name) => !name.startsWith('.'))).toEqual(['tiny-F16.gguf'])
    expect(await barriers(page)).toEqual([])
  })

  it('are loaded and unloaded from their card and from the picker', async () => {
    const index = (await library()).models.findIndex(({ model }) => model.fileName === '八位.gguf')
    const one = await openCard(index)
    await one.getByRole('button', { name: 'Load', exact: true }).click()
    await waitUntilReady(page, '八位.gguf')
    await one.getByText('Loaded', { exact: true }).waitFor()
    await page.getByRole('button', { name: /^Model: / }).click()
    const picker = page.getByRole('dialog', { name: 'Choose a model' })
    await picker.getByRole('region', { name: 'Available' }).getByText('Roost Starter').waitFor()
    await picker.getByRole('region', { name: 'Loaded' }).getByRole('button', { name: 'Unload' }).click()
    const phase = async (): Promise<string> => (await call<EngineState>(page, 'engine.state', {})).phase
    await expect.poll(phase).toBe('none')
    await closePanels(page)
  })

  it('are verified, and a flipped byte is found', async () => {
    const fileName = '八位.gguf'
    const path = join(drive(), 'RWKV 7', fileName)
    const of = async (): Promise<Library['models'][number] | undefined> =>
      (await library()).models.find(({ model }) => model.fileName === fileName)
    await expect.poll(async () => (await of())?.content, { timeout: 20_000 }).toBe('recorded')
    const index = (await library()).models.findIndex(({ model }) => model.fileName === fileName)
    const one = await openCard(index)
    await one.getByRole('button', { name: 'Verify' }).click()
    await one.getByText('The file is what it was.').waitFor()
    const bytes = readFileSync(path)
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await one.getByRole('button', { name: 'Verify' }).click()
    await one.getByText(/differs from what it was when Roost first read it/).waitFor()
    expect((await of())?.content).toBe('changed')
    await one.getByRole('button', { name: 'Dismiss' }).click()
  })

  it('are converted into a new file that is compared with the old one, and deleted with their size', async () => {
    const index = (await library()).models.findIndex(({ places }) => places.length === 2)
    const one = await openCard(index)
    await one.getByRole('button', { name: 'Convert' }).click()
    const dialog = page.getByRole('dialog', { name: /^Convert / })
    await dialog.getByRole('radio', { name: /8 bits/ }).check()
    await dialog.getByRole('button', { name: 'Convert', exact: true }).click()
    await one.getByText(/Written: tiny-Q8_0\.gguf/).waitFor({ timeout: 60_000 })
    expect(await one.getByText(/the same next word as the original/).count()).toBe(1)
    const made = (await library()).models.findIndex(({ model }) => model.fileName === 'tiny-Q8_0.gguf')
    expect(made).toBeGreaterThan(-1)
    const converted = await openCard(made)
    await converted.getByRole('button', { name: 'Delete' }).click()
    const confirm = page.getByRole('dialog', { name: /^Delete / })
    await confirm.getByRole('button', { name: /^Delete [\d.,]+ [KM]B$/ }).click()
    await expect.poll(() => existsSync(join(own(), 'tiny-Q8_0.gguf'))).toBe(false)
    await expect.poll(async () => (await library()).models.length).toBe(3)
  })

  it('stay on the list as absent while their drive is away', async () => {
    renameSync(drive(), join(home.folder, 'unplugged'))
    await page.getByRole('tab', { name: 'Hardware' }).click()
    await page.getByRole('tab', { name: 'Library' }).click()
    await library()
    await page.reload()
    await installed().getByText('Absent: the file or its drive is not there now').waitFor({ timeout: 20_000 })
    renameSync(join(home.folder, 'unplugged'), drive())
  })

  it('are measured in batches, and the machine tells what it computes with', async () => {
    const starter = (await library()).models.find(({ model }) => model.origin === 'starter')
    await call(page, 'models.load', { model: starter?.model.id ?? '' })
    await waitUntilReady(page)
    await page.getByRole('tab', { name: 'Benchmark' }).click()
    await page.getByRole('button', { name: 'Run benchmark' }).click()
    const last = async (): Promise<Benchmark | null> => call<Benchmark | null>(page, 'benchmark.last', {})
    await expect.poll(async () => (await last())?.phase, { timeout: 120_000 }).toBe('done')
    const table = page.getByRole('table', { name: 'Benchmark results' })
    await expect.poll(() => table.getByRole('row').count()).toBe(5)
    expect((await last())?.rows.map(({ batch }) => batch)).toEqual([1, 2, 4, 8])
    expect(await barriers(page)).toEqual([])
    await page.getByRole('tab', { name: 'Hardware' }).click()
    await page
      .getByRole('list', { name: 'Instruction sets' })
      .getByText('Passed the self-test')
      .first()
      .waitFor()
    const backends = page.getByRole('list', { name: 'Backends' })
    await backends.getByText('Usable', { exact: true }).waitFor()
    // What cannot be used has its reason.
    expect(await backends.getByText('Not usable').count()).toBe(
      await backends.getByText(/NVIDIA driver|NVIDIA card|compute capability|Macs only/).count(),
    )
    expect(await barriers(page)).toEqual([])
  })
})
