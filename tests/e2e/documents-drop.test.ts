// Files dropped anywhere on the window, as a person does it: many at once, some that can't be read, folders, and while
// a dialog asks something.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { DocumentLibrary } from '../../electron/contract/document-entities.ts'
import { drop } from './dropping.ts'
import { doors, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { call, closePanels, composer, waitUntilReady } from './window.ts'

const PICTURE = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex')
const MANY = 50
/** Each file is read by a process of its own. */
const PATIENCE = 240_000

const row = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Documents' }).getByRole('listitem').filter({ hasText: name })

const library = (page: Page): Promise<DocumentLibrary> => call<DocumentLibrary>(page, 'documents.list', {})

async function names(page: Page): Promise<string[]> {
  return (await library(page)).documents.map(({ name }) => name).sort()
}

describe.each(doors)('files dropped on the window through the door "%s"', (door) => {
  let home: Home
  let roost: Roost

  beforeAll(async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
  })
  afterAll(async () => {
    await roost.kill()
    home.remove()
  })

  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(home.folder, name), content)
    return join(home.folder, name)
  }

  it(
    `are taken in, ${MANY} at once, and the one that is no document says so on its row`,
    { timeout: PATIENCE },
    async () => {
      const { page } = roost
      await page.getByRole('link', { name: 'Documents' }).click()
      const paths = Array.from({ length: MANY - 1 }, (_, index) =>
        file(`note-${index + 1}.md`, `# Note ${index + 1}\n\nThe buoy number ${index + 1} is green.\n`),
      )
      // In the middle: what is behind it must not be lost with it.
      paths.splice(20, 0, file('picture.png', PICTURE))
      await drop(roost, paths)
      const done = async (): Promise<number> =>
        (await library(page)).documents.filter(({ status }) => status === 'ready' || status === 'failed')
          .length
      await expect.poll(done, { timeout: PATIENCE }).toBe(MANY)
      const { documents } = await library(page)
      expect(documents.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([
        'picture.png',
      ])
      await page.getByText('1 could not be read').waitFor({ timeout: 10_000 })
      await page.getByRole('searchbox', { name: 'Filter by name' }).fill('picture')
      await row(page, 'picture.png').getByText('This kind of file is not read').waitFor({ timeout: 10_000 })
      await call(page, 'documents.remove', { documents: documents.map(({ id }) => id) })
    },
  )

  it('become attachments of the chat from any page; one that can’t be read holds the message until it is gone', async () => {
    const { page } = roost
    await waitUntilReady(page)
    await page.getByRole('link', { name: 'Settings' }).click()
    await drop(roost, [
      file('lamp.md', '# Lamp\n\nThe lamp turns every twelve seconds.\n'),
      file('photo.png', PICTURE),
    ])
    const attachments = page.getByRole('list', { name: 'Attachments' })
    const good = attachments.getByRole('listitem').filter({ hasText: 'lamp.md' })
    await good.getByText('Search in it').waitFor({ timeout: 60_000 })
    const bad = attachments.getByRole('listitem').filter({ hasText: 'photo.png' })
    await bad.getByText('This kind of file is not read').waitFor({ timeout: 60_000 })
    await composer(page).fill('How often does the lamp turn?')
    const send = page.getByRole('button', { name: 'Send', exact: true })
    expect(await send.isDisabled()).toBe(true)
    await bad.getByRole('button', { name: 'Take photo.png away' }).click()
    await expect.poll(() => send.isDisabled(), { timeout: 10_000 }).toBe(false)
    expect(await good.count()).toBe(1)
    const { documents } = await library(page)
    await call(page, 'documents.remove', { documents: documents.map(({ id }) => id) })
    await expect.poll(() => attachments.count(), { timeout: 10_000 }).toBe(0)
  })

  it('are not taken while a dialog asks something, and the dialog stays', async () => {
    const { page } = roost
    await page.getByRole('link', { name: 'Documents' }).click()
    await page.getByRole('button', { name: 'New collection' }).click()
    const dialog = page.getByRole('dialog', { name: 'New collection' })
    const name = dialog.getByRole('textbox', { name: 'Name of the collection' })
    await name.fill('Harbour')
    await drop(roost, [file('late.md', 'Late.\n')])
    expect(await page.getByText('Drop to add documents').count()).toBe(0)
    expect(await name.inputValue()).toBe('Harbour')
    await closePanels(page)
    // Nothing waits behind the dialog, either: the next drop brings only its own file.
    await drop(roost, [file('next.md', 'Next.\n')])
    await expect.poll(() => names(page), { timeout: 30_000 }).toEqual(['next.md'])
    const { documents } = await library(page)
    await call(page, 'documents.remove', { documents: documents.map(({ id }) => id) })
  })

  // A File in a folder is known by the system only: the double of Electron has none of those.
  it.runIf(door === 'headless')(
    'of a folder: documents at any depth, and what is left out is said',
    async () => {
      const { page } = roost
      await page.getByRole('link', { name: 'Documents' }).click()
      const folder = join(home.folder, 'island')
      for (const below of ['', 'deep/deeper', '.git', 'node_modules']) {
        mkdirSync(join(folder, below), { recursive: true })
      }
      file('island/top.md', 'Top.\n')
      file('island/deep/deeper/灯塔.txt', '灯塔建于一八七一年。\n')
      file('island/deep/photo.png', PICTURE)
      file('island/.git/config.txt', 'hidden\n')
      file('island/node_modules/readme.md', 'of a program\n')
      await drop(roost, [folder, file('beside.md', 'Beside.\n')])
      await page.getByText('One file was left out').waitFor({ timeout: 20_000 })
      await expect.poll(() => names(page), { timeout: 60_000 }).toEqual(['beside.md', 'top.md', '灯塔.txt'])
    },
  )
})
