// What belongs to memory, in a real Chromium on the scripted host, under the policy of the real page: branches and time
// travel, answers side by side, waiting messages, personas, tokens, notebooks.
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { CHROMIUM, storyBrowser } from './story-browser.ts'

describe.skipIf(CHROMIUM === undefined)(
  'memory in Chromium (set CHROMIUM_PATH where it is not found)',
  () => {
    const stories = storyBrowser()
    const { barriers } = stories
    let page: Page
    const show = async (story: string, query = ''): Promise<void> => {
      page = await stories.show(story, query)
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
      'values of each answer': {
        story: 'branches',
        go: async () => {
          await openChat()
          await page.getByRole('button', { name: 'Answers: 1' }).click()
          await page.getByRole('menuitem', { name: 'Values of each answer…' }).click()
          await page.getByRole('button', { name: 'Spread the temperature' }).click()
          await page.getByRole('button', { name: 'Answer 1: More values' }).click()
        },
      },
      'the summary of a memory that is refreshed': {
        story: 'branches',
        go: async () => {
          await openChat()
          await openPanel('Memory')
          await page.getByRole('button', { name: 'Refresh memory…' }).click()
          await page.getByRole('button', { name: 'Draft the summary' }).click()
          await page.getByRole('textbox', { name: 'Summary' }).waitFor()
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
      'S4: each answer is asked for with its own values; empty ones are like the chat',
      { timeout: 60_000 },
      async () => {
        await show('empty')
        await page.getByRole('button', { name: 'Answers: 1' }).click()
        await page.getByRole('menuitem', { name: 'Values of each answer…' }).click()
        const row = (i: number): Locator => page.getByRole('listitem', { name: `Answer ${i}` })
        await expect.poll(() => page.getByRole('listitem', { name: /^Answer \d$/ }).count()).toBe(3)
        await row(1).getByRole('spinbutton', { name: 'Answer 1: Temperature' }).fill('0.4')
        await row(2).getByRole('combobox', { name: 'Answer 2: Preset' }).selectOption('Exact')
        await row(2).getByRole('spinbutton', { name: 'Answer 2: Seed' }).fill('7')
        await row(3).getByRole('spinbutton', { name: 'Answer 3: Temperature' }).fill('99')
        await page.keyboard.press('Enter')
        await row(3).getByRole('alert').waitFor() // refused, and said
        await page.getByRole('button', { name: 'Done' }).click()
        await page.evaluate(() => {
          const { host } = (globalThis as unknown as { story: { host: { call: unknown } } }).story
          const call = (host.call as (name: string, input: unknown) => unknown).bind(host)
          host.call = (name: string, input: unknown) => {
            if (name === 'chat.answers') Object.assign(globalThis, { asked: input })
            return call(name, input)
          }
        })
        await send('Tell me about tides.')
        await page.getByRole('region', { name: 'Answer 3' }).waitFor()
        const asked = await page.evaluate(
          () => (globalThis as unknown as { asked: { slots: { sampling: unknown }[] } }).asked,
        )
        expect(asked.slots.map(({ sampling }) => sampling)).toEqual([
          { temperature: 0.4 },
          { temperature: 0.4, topP: 0.3, seed: 7 },
          {},
        ])
      },
    )

    it(
      'S7: a summary is drafted, corrected and gone on from; the effect is shown and can be undone',
      { timeout: 60_000 },
      async () => {
        await show('branches')
        await openChat()
        await page.keyboard.press('Control+k')
        await page.keyboard.type('refresh mem')
        await page.keyboard.press('Enter')
        const dialog = page.getByRole('dialog', { name: 'Refresh memory' })
        await dialog.getByRole('button', { name: 'Draft the summary' }).click()
        const summary = dialog.getByRole('textbox', { name: 'Summary' })
        await expect.poll(() => summary.inputValue()).toContain('1871')
        await summary.fill('Built in 1871 by two brothers.')
        await dialog.getByRole('button', { name: 'Refresh', exact: true }).click()
        await dialog.getByText('21,400 → 612').waitFor()
        await dialog.getByText('21% → 64%').waitFor()
        await page.getByText('Built in 1871 by two brothers.').waitFor()
        await dialog.getByRole('button', { name: 'Undo' }).click()
        await expect.poll(() => page.getByText('Built in 1871 by two brothers.').count()).toBe(0)
        await page.getByText('Write the opening of a story about her.').last().waitFor()
      },
    )

    it(
      'S6: a chat that begins from a tuned state says so; the palette begins and ends it',
      { timeout: 30_000 },
      async () => {
        await show('branches')
        await openChat()
        const choose = async (): Promise<void> => {
          await page.keyboard.press('Control+k')
          await page.keyboard.type('harbour tales')
          await page.keyboard.press('Enter')
        }
        await choose()
        const mark = page.getByRole('button', { name: 'Tuned state: Harbour tales' })
        await mark.click()
        await expect.poll(() => page.getByRole('combobox', { name: 'Tuned state' }).inputValue()).not.toBe('')
        await page.keyboard.press('Control+k')
        await page.keyboard.type('legal letters')
        await page.getByText('Nothing found').waitFor() // made for another model
        await page.keyboard.press('Escape')
        await choose()
        await expect.poll(() => mark.count()).toBe(0)
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
