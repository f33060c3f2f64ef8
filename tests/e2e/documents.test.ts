// From a file to an answer that shows where it comes from, as a person does it, with the model that ships.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { Evidence } from '../../electron/contract/evidence.ts'
import { pdfOf, textPage } from '../documents/small-pdf.ts'
import { doors, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { answers, ask, call, closePanels, composer, newestConversation, waitUntilReady } from './window.ts'

const STARTER = 'starter.gguf'
const NOTES = '# Mara\n\nMara works as a baker. Her phone number is 3415.\n'
const ON_PAPER = ['Tom works as a sailor.', 'His phone number is 7702.']

const list = (page: Page): Locator => page.getByRole('list', { name: 'Documents' })

/** Through the system's dialog, or by upload where there is none. */
async function give(roost: Roost, button: Locator, path: string): Promise<void> {
  if (roost.door !== 'headless') {
    roost.answerFileDialog(path)
    await button.click()
    return
  }
  const [chooser] = await Promise.all([roost.page.waitForEvent('filechooser'), button.click()])
  await chooser.setFiles(path)
}

async function evidenceOf(page: Page): Promise<Evidence> {
  const { id } = await newestConversation(page)
  const all = await call<Evidence[]>(page, 'evidence.list', { conversation: id })
  const last = all.at(-1)
  if (last === undefined) throw new Error('the answer rests on nothing')
  return last
}

describe.each(doors)('documents through the door "%s"', (door) => {
  let home: Home
  let roost: Roost

  afterEach(async () => {
    await roost.kill()
    home.remove()
  })

  it('are added, asked, cited, shown at the place, refused where they say nothing, and there after a kill', async () => {
    home = makeHome()
    const notes = join(home.folder, 'notes.md')
    const paper = join(home.folder, 'paper.pdf')
    writeFileSync(notes, NOTES)
    writeFileSync(paper, pdfOf({ pages: [textPage(ON_PAPER)] }))
    roost = await startRoost(door, { home })
    const { page } = roost
    await waitUntilReady(page, STARTER)

    await page.getByRole('link', { name: 'Documents' }).click()
    for (const path of [notes, paper]) {
      await give(roost, page.getByRole('button', { name: 'Add documents' }).first(), path)
    }
    const ready = list(page).getByRole('listitem').filter({ hasText: '1 passage' })
    await expect.poll(() => ready.count(), { timeout: 60_000 }).toBe(2)
    expect(await ready.allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('notes.md'), expect.stringContaining('paper.pdf')]),
    )

    await page.getByRole('link', { name: 'Chat', exact: true }).click()
    await page.getByRole('button', { name: 'Attach document' }).click()
    await give(roost, page.getByRole('menuitem', { name: /Files from this computer/ }), paper)
    await page.getByText('Search in it').waitFor({ timeout: 60_000 })
    await ask(page, "What is Tom's phone number?")
    const evidence = await evidenceOf(page)
    expect(evidence.mode).toBe('passages')
    expect(evidence.passages.map((passage) => passage.text.replaceAll(/\s+/g, ' '))).toEqual([
      ON_PAPER.join(' '),
    ])
    // Every number that became a link leads to a passage, and the others to none.
    const links = answers(page).last().locator('sup').getByRole('link')
    const verified = evidence.citations.filter((citation) => citation.state === 'verified')
    expect(verified.length).toBeGreaterThan(0)
    expect(await links.count()).toBe(verified.length)

    await links.first().click()
    const source = page.getByRole('dialog', { name: 'Source' })
    await source.getByText('paper.pdf').waitFor()
    await source.locator('mark, .pdf-mark, canvas').first().waitFor({ timeout: 30_000 })
    const asText = source.getByRole('button', { name: 'Text', exact: true })
    if ((await asText.count()) > 0) await asText.click()
    await expect
      .poll(async () => (await source.locator('mark').allInnerTexts()).join(' '), { timeout: 30_000 })
      .toContain('7702')
    await closePanels(page)

    // Nothing of this stands there: the model is not even asked.
    const { id } = await newestConversation(page)
    const chosen = await call<{ sources: unknown[] }>(page, 'conversations.sources', { conversation: id })
    expect(chosen.sources).toHaveLength(1)
    await call(page, 'conversations.setSources', { conversation: id, ...chosen, strict: true })
    const refused = await ask(page, 'Which mountain did the queen of Denmark climb?')
    expect((await evidenceOf(page)).refused).not.toBeNull()
    expect((await evidenceOf(page)).citations.filter(({ state }) => state === 'verified')).toEqual([])
    expect(refused.text).toMatch(/documents|passage/)

    await roost.kill()
    roost = await startRoost(door, { home })
    await waitUntilReady(roost.page, STARTER)
    await roost.page.getByRole('link', { name: /Tom's phone/ }).click()
    await answers(roost.page).first().locator('sup').getByRole('link').first().waitFor()
    await roost.page.getByRole('link', { name: 'Documents' }).click()
    const again = list(roost.page).getByRole('listitem').filter({ hasText: '1 passage' })
    await expect.poll(() => again.count(), { timeout: 30_000 }).toBeGreaterThanOrEqual(2)
  })

  it('begin as a long paste, which is taken back with one click', async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
    const { page } = roost
    await waitUntilReady(page, STARTER)
    const long = Array.from({ length: 400 }, (_, line) => `Line ${line} of a long text.`).join('\n')
    await composer(page).focus()
    await page.evaluate((text) => {
      const data = new DataTransfer()
      data.setData('text/plain', text)
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(event)
    }, long)
    const chip = page.getByText('Quote once')
    await chip.waitFor({ timeout: 30_000 })
    expect(await composer(page).inputValue()).toBe('')
    await composer(page).focus()
    await page.keyboard.press('ControlOrMeta+z')
    await expect.poll(() => composer(page).inputValue(), { timeout: 20_000 }).toBe(long)
    await expect.poll(() => chip.count(), { timeout: 20_000 }).toBe(0)
  })
})
