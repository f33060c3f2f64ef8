// What lies outside of the window: dialogs that ask where to save, the file manager, Roost that starts anew on a backup or
// on a data folder that moved. Through every door, so that what only Electron has is driven as well.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { DataFolderState } from '../../electron/contract/data-folder.ts'
import type { ConversationSummary } from '../../electron/contract/entities.ts'
import type { Backup, ExportedFile } from '../../electron/contract/keeping.ts'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { ask, call, limitAnswers, newestConversation, waitUntilReady } from './window.ts'

describe.each(doors)('keeping through the door "%s"', (door) => {
  const homes: Home[] = []
  const running: Roost[] = []

  async function start(home = makeHome(), words: string[] = []): Promise<Roost & { home: Home }> {
    if (!homes.includes(home)) homes.push(home)
    const roost = await startRoost(door, { home, arguments: words })
    running.push(roost)
    return { ...roost, home }
  }

  /** With one chat of one turn. */
  async function startWithChat(): Promise<Roost & { home: Home; conversation: string }> {
    const home = makeHome()
    const roost = await start(home, ['--model', home.put(fixture('rwkv7-l3-c128-f16.gguf'))])
    await waitUntilReady(roost.page)
    await limitAnswers(roost.page, 12)
    await ask(roost.page, 'What is kept?')
    return { ...roost, conversation: (await newestConversation(roost.page)).id }
  }

  afterEach(async () => {
    for (const roost of running.splice(0)) await roost.kill()
    for (const home of homes.splice(0)) home.remove()
  })

  it.runIf(door !== 'headless')(
    'saves where the dialog says, whole; a cancelled dialog writes nothing',
    async () => {
      const roost = await startWithChat()
      const { page, home, conversation } = roost
      const wish = { conversations: [conversation], format: 'markdown', thinking: false }
      expect(await call<ExportedFile | null>(page, 'export.run', wish)).toBeNull()

      const markdown = join(home.folder, 'My chat.md')
      roost.answerSaveDialog(markdown)
      const file = await call<ExportedFile | null>(page, 'export.run', wish)
      expect(file).toMatchObject({ name: 'My chat.md', conversations: 1, download: null })
      expect(readFileSync(markdown, 'utf8')).toContain('What is kept?')
      expect(file?.bytes).toBe(readFileSync(markdown).length)

      const memory = join(home.folder, 'memory.roost')
      roost.answerSaveDialog(memory)
      await call(page, 'portable.export', { conversation })
      expect(existsSync(`${memory}.part`)).toBe(false)
      roost.answerFileDialog(memory)
      const chosen = await call<{ file: string } | null>(page, 'portable.choose', {})
      const summary = await call<{ messages: number }>(page, 'portable.inspect', { file: chosen?.file })
      expect(summary.messages).toBe(2)

      const nowhere = join(home.folder, 'no-such-folder', 'chat.md')
      roost.answerSaveDialog(nowhere)
      await expect(call(page, 'export.run', wish)).rejects.toThrow(/write_failed/)
      const asked = roost.reports.filter(
        (report) => report.kind === 'dialog' && report.method === 'showSaveDialog',
      )
      if (door === 'electron-double') expect(asked).toHaveLength(4)
    },
  )

  it.runIf(door === 'electron-double')('shows the data folder in the file manager', async () => {
    const { page, home, reports } = await start()
    await call(page, 'storage.openFolder', {})
    expect(reports.filter(({ kind }) => kind === 'shown folder')).toEqual([
      { kind: 'shown folder', path: home.data },
    ])
  })

  it('M10: goes back to a backup with one click: the window stands again, with the chats of then', async () => {
    const { page, home } = await startWithChat()
    const [backup] = await call<Backup[]>(page, 'backups.make', {})
    await ask(page, 'This comes too late for the backup.')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page
      .getByRole('button', { name: /^Restore: / })
      .first()
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    const messages = async (): Promise<number> => (await newestConversation(page)).messages.length
    await expect.poll(messages, { timeout: 30_000 }).toBe(2)
    expect(backup?.messages).toBe(2)
    await page.getByRole('link', { name: /What is kept/ }).click()
    await page.getByRole('article', { name: 'You' }).first().waitFor()
    // What was there before lies aside, whole.
    expect(existsSync(join(home.data, 'set-aside'))).toBe(true)
  })

  it('M11: moves its data folder from the settings; the next start opens the same data there', async () => {
    const roost = await startWithChat()
    const { page, home, conversation } = roost
    const target = join(home.folder, 'elsewhere')
    mkdirSync(target)
    await page.getByRole('link', { name: 'Settings' }).click()
    roost.answerFileDialog(target)
    await page.getByRole('button', { name: 'Move…', exact: true }).click()
    if (door === 'headless') {
      const browser = page.getByRole('dialog', { name: 'Where should the data folder be?' })
      await browser.getByRole('option', { name: 'elsewhere' }).click()
      await expect.poll(() => browser.innerText()).toContain('elsewhere')
      await browser.getByRole('button', { name: 'Choose this folder' }).click()
    }
    const question = page.getByRole('dialog', { name: 'Move the data folder' })
    await expect.poll(() => question.innerText()).toContain(target)
    await question.getByRole('button', { name: 'Move', exact: true }).click()
    const state = (): Promise<DataFolderState> => call<DataFolderState>(page, 'dataFolder.state', {})
    await expect.poll(async () => (await state()).path, { timeout: 40_000 }).toBe(target)
    await page.getByText(`The old folder ${home.data} still holds`).waitFor()
    expect((await newestConversation(page)).id).toBe(conversation)

    await page.getByRole('button', { name: 'Delete the old folder' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the old folder' }).click()
    await expect.poll(async () => (await state()).old).toBeNull()
    expect(existsSync(join(home.data, 'roost.db'))).toBe(false)
    await roost.end()

    const again = await start(home)
    expect((await call<DataFolderState>(again.page, 'dataFolder.state', {})).path).toBe(target)
    const [kept] = await call<ConversationSummary[]>(again.page, 'conversations.list', {})
    expect(kept?.id).toBe(conversation)
  })
})
