// The window in a real Chromium, on the scripted host: every state of it, under the policy of the real page.
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { CHROMIUM, storyBrowser } from './story-browser.ts'

describe.skipIf(CHROMIUM === undefined)(
  'the window in Chromium (set CHROMIUM_PATH where it is not found)',
  () => {
    const stories = storyBrowser()
    const { barriers } = stories
    let page: Page
    const show = async (story: string, query = ''): Promise<void> => {
      page = await stories.show(story, query)
    }
    const openChat = (): Promise<void> => page.getByRole('link', { name: /lighthouse on Gull/ }).click()

    const chatMenu = async (name: RegExp): Promise<void> => {
      const row = page.locator('.conversation-item', { has: page.getByRole('link', { name }) }).first()
      await row.hover()
      await row.getByRole('button', { name: 'Conversation actions' }).click()
    }

    const states: Record<string, { story: string; go: () => Promise<void> }> = {
      'a first start': { story: 'first-run', go: () => Promise.resolve() },
      'an unclean start': { story: 'unclean', go: () => Promise.resolve() },
      'a long answer with code, table and mathematics': { story: 'rich', go: openChat },
      'an answer that failed': { story: 'failed', go: openChat },
      'an answer that was interrupted': { story: 'interrupted', go: openChat },
      'an answer that is being written': {
        story: 'streaming',
        go: async () => {
          await page.getByRole('textbox', { name: 'Message' }).fill('Hello')
          await page.keyboard.press('Enter')
          await page.getByRole('article', { name: 'Assistant' }).getByRole('table').waitFor()
        },
      },
      'thinking, unfolded': {
        story: 'thinking',
        go: async () => {
          await openChat()
          await page.getByRole('button', { name: /^Thought for \d+ s$/ }).click()
        },
      },
      'versions, and a question that is being edited': {
        story: 'versions',
        go: async () => {
          await openChat()
          await page.getByRole('button', { name: 'Edit', exact: true }).last().click()
        },
      },
      'a model that is loading': {
        story: 'loading',
        go: () => page.getByRole('button', { name: /^Model: / }).click(),
      },
      'the chooser of files': {
        story: 'empty',
        go: async () => {
          await page.getByRole('button', { name: /^Model: / }).click()
          await page.getByRole('button', { name: 'Open a model file…' }).click()
          await page.getByRole('option').first().waitFor()
        },
      },
      'the palette': {
        story: 'empty',
        go: async () => {
          await page.keyboard.press('Control+k')
          await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
        },
      },
      'a sidebar with folders, tags and 240 chats': { story: 'library', go: openChat },
      'chats that are chosen': {
        story: 'library',
        go: async () => {
          await page.getByRole('link', { name: /lighthouse on Gull/ }).click({ modifiers: ['Control'] })
          await page
            .getByRole('link', { name: /tide tables/ })
            .first()
            .click({ modifiers: ['Shift'] })
          await page.getByRole('group', { name: 'Selected chats' }).waitFor()
        },
      },
      'hits of a search, with filters': {
        story: 'library',
        go: async () => {
          await page.getByRole('searchbox', { name: 'Search chats' }).fill('light')
          await page.getByRole('list', { name: 'Messages' }).waitFor()
          await page.getByRole('button', { name: 'Search filters' }).click()
        },
      },
      'the tags of a chat': {
        story: 'library',
        go: async () => {
          await chatMenu(/lighthouse on Gull/)
          await page.getByRole('menuitem', { name: 'Tags' }).click()
          await page.getByRole('dialog', { name: 'Tags of this chat' }).waitFor()
        },
      },
      'an export': {
        story: 'library',
        go: async () => {
          await chatMenu(/lighthouse on Gull/)
          await page.getByRole('menuitem', { name: 'Export…' }).click()
          await page.getByRole('dialog', { name: 'Export 1 chat' }).waitFor()
        },
      },
      'keys that are being changed': {
        story: 'empty',
        go: async () => {
          await page.keyboard.press('Control+/')
          await page.getByRole('button', { name: 'Change keys for New chat' }).click()
          await page.keyboard.press('Control+b')
          await page.getByText('Ctrl+B already means “Show or hide the sidebar”.').waitFor()
        },
      },
      settings: { story: 'empty', go: () => page.getByRole('link', { name: 'Settings' }).click() },
      models: { story: 'empty', go: () => page.getByRole('link', { name: 'Models', exact: true }).click() },
      'no documents yet': { story: 'empty', go: () => page.getByRole('link', { name: 'Documents' }).click() },
      'documents with every status': {
        story: 'documents',
        go: async () => {
          await page.getByRole('link', { name: 'Documents' }).click()
          await page.getByRole('list', { name: 'Documents' }).waitFor()
        },
      },
      'many documents': {
        story: 'documents-many',
        go: async () => {
          await page.getByRole('link', { name: 'Documents' }).click()
          await page.getByRole('list', { name: 'Documents' }).waitFor()
        },
      },
      'an answer with citations': {
        story: 'cited',
        go: async () => {
          await openChat()
          await page.getByRole('region', { name: 'Sources' }).first().waitFor()
        },
      },
      'the place that a citation names': {
        story: 'cited',
        go: async () => {
          await openChat()
          await page.locator('sup').getByRole('link').first().click()
          await page.getByRole('dialog', { name: 'Source' }).waitFor()
        },
      },
      'an answer that was refused': { story: 'refused', go: openChat },
      'documents that wait to be asked': { story: 'attached', go: openChat },
      'documents read side by side': { story: 'side-by-side', go: openChat },
    }

    for (const [name, { story, go }] of Object.entries(states)) {
      it(`has no barrier, light and dark: ${name}`, async () => {
        await show(story)
        await go()
        for (const theme of ['light', 'dark']) {
          await page.evaluate((value) => {
            document.documentElement.dataset['theme'] = value
          }, theme)
          expect(await barriers(), theme).toEqual([])
        }
      })
    }

    it('M21: keeps 10,000 messages out of the page, but for those in view', async () => {
      await show('long')
      await openChat()
      await page.getByRole('article', { name: 'You' }).last().waitFor()
      const transcript = page.getByRole('log', { name: 'Transcript' })
      await expect.poll(() => transcript.getByText('Answer 5000').count()).toBe(1)
      expect(await transcript.getByRole('article').count()).toBeLessThan(60)
      await transcript.evaluate((element) => element.scrollTo(0, 0))
      await expect.poll(() => transcript.getByText('Question number 1:').count()).toBe(1)
      expect(await transcript.getByRole('article').count()).toBeLessThan(60)
    })

    it('M21: follows the writing at the end, and stands still once somebody has scrolled away', async () => {
      await show('rich')
      await openChat()
      const transcript = page.getByRole('log', { name: 'Transcript' })
      const atEnd = (): Promise<number> =>
        transcript.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
      await page.getByRole('textbox', { name: 'Message' }).fill('Go on')
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: 'Assistant' }).last().getByText('For every head').waitFor()
      await expect.poll(atEnd).toBeLessThan(4)
      await transcript.hover()
      // In small steps, as a touchpad does it.
      for (let step = 0; step < 12; step += 1) await page.mouse.wheel(0, -15)
      await page.getByRole('button', { name: 'Jump to latest' }).waitFor()
      const before = await transcript.evaluate((element) => element.scrollTop)
      const heightBefore = await transcript.evaluate((element) => element.scrollHeight)
      await page.getByRole('button', { name: 'Send' }).waitFor() // until it is written
      expect(await transcript.evaluate((element) => element.scrollHeight)).toBeGreaterThan(heightBefore)
      expect(await transcript.evaluate((element) => element.scrollTop)).toBe(before)
      await page.getByRole('button', { name: 'Jump to latest' }).click()
      await expect.poll(atEnd).toBeLessThan(4)
    })

    it('keeps chats out of the page but for those in view; arrow keys lead through them', async () => {
      await show('library')
      const list = page.getByRole('list', { name: 'Conversations' })
      expect(await list.getByRole('listitem').count()).toBeLessThan(60)
      await page.getByRole('link', { name: /lighthouse on Gull/ }).focus()
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
      await page.keyboard.press('ArrowDown')
      await expect.poll(focused).toBe('Mooring fees of last year')
      await page.keyboard.press('End')
      await expect
        .poll(() => list.evaluate((element) => element.parentElement?.scrollTop ?? 0))
        .toBeGreaterThan(5000)
      await page.keyboard.press('Home')
      await expect.poll(focused).toBe('Why do terns migrate?')
    })

    it('S10: takes a deletion back', async () => {
      await show('library')
      await chatMenu(/lighthouse on Gull/)
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await expect.poll(() => page.getByRole('link', { name: /lighthouse on Gull/ }).count()).toBe(0)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('link', { name: /lighthouse on Gull/ }).waitFor()
      await page.getByRole('article', { name: 'You' }).waitFor() // it is open again
    })

    it('takes the deletion of a message back, with what followed it', async () => {
      await show('branches')
      await openChat()
      const first = page.getByRole('article', { name: 'You' }).filter({ hasText: 'Who keeps it today?' })
      await first.hover()
      await first.getByRole('button', { name: 'Delete', exact: true }).click()
      await expect.poll(() => page.getByText('Write the opening of a story').count()).toBe(0)
      await page.getByText(/^\d+ messages deleted$/).waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Write the opening of a story about her.').last().waitFor()
      await first.waitFor()
    })

    it('moves chosen chats into a new folder', async () => {
      await show('library')
      await page.getByRole('link', { name: /lighthouse on Gull/ }).click({ modifiers: ['Control'] })
      await page.getByRole('button', { name: 'Move to folder' }).click()
      await page.getByRole('menuitem', { name: 'New folder…' }).click()
      await page.getByRole('textbox', { name: 'Folder name' }).fill('Atlantic')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: /^Atlantic 1$/ }).waitFor()
    })

    it('M26: leads from a hit to its message, and marks the words there', async () => {
      await show('long')
      await page.getByRole('searchbox', { name: 'Search chats' }).fill('number 4981:')
      await page.keyboard.press('ArrowDown')
      await page.getByRole('list', { name: 'Messages' }).getByRole('link').first().click()
      const message = page.getByRole('article', { name: 'You' }).filter({ hasText: 'number 4981:' })
      await message.waitFor()
      await expect
        .poll(() => message.evaluate((element) => element.getBoundingClientRect().top))
        .toBeGreaterThan(0)
      await expect.poll(() => page.evaluate(() => CSS.highlights.get('search-hit')?.size ?? 0)).toBe(2)
    })

    it('S9, M25: runs what two letters mean, and gives commands other keys', async () => {
      await show('library')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('td')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
      await page.keyboard.press('Control+/')
      await page.getByRole('button', { name: 'Change keys for New chat' }).click()
      await page.keyboard.press('Control+b')
      await page.keyboard.press('Enter') // taken from the sidebar
      await page.keyboard.press('Control+b')
      await page.getByRole('list', { name: 'Suggestions' }).waitFor()
      await page.getByRole('navigation', { name: 'Sidebar' }).waitFor()
    })

    it('M25: sends nothing while an input method composes', async () => {
      await show('empty')
      const box = page.getByRole('textbox', { name: 'Message' })
      const input = await page.context().newCDPSession(page)
      await box.focus()
      await input.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 })
      await box.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
      expect(await page.getByRole('article').count()).toBe(0)
      await input.send('Input.insertText', { text: '你好' })
      expect(await box.inputValue()).toBe('你好')
      await page.waitForTimeout(20)
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: 'You' }).getByText('你好').waitFor()
    })

    it('M25: is used by keyboard alone: recall, new line, stop, new chat, sidebar', async () => {
      await show('streaming')
      const box = page.getByRole('textbox', { name: 'Message' })
      await page.keyboard.type('one')
      await page.keyboard.press('Shift+Enter')
      await page.keyboard.type('two')
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: 'You' }).getByText('one\ntwo').waitFor()
      await page.keyboard.press('Escape')
      await page.getByText('Stopped', { exact: true }).waitFor()
      await page.keyboard.press('ArrowUp')
      expect(await box.inputValue()).toBe('one\ntwo')
      await page.keyboard.press('Control+Shift+o')
      expect(await box.inputValue()).toBe('')
      await page.getByRole('list', { name: 'Suggestions' }).waitFor()
      await page.keyboard.press('Control+b')
      await expect.poll(() => page.getByRole('navigation', { name: 'Sidebar' }).count()).toBe(0)
    })

    it('speaks Chinese in every place that a first look shows', async () => {
      await show('rich', '&language=zh')
      await page.getByRole('link', { name: '设置' }).click()
      const words = (await page.getByRole('main').innerText()).replace(
        /Roost|RWKV\S*|World|CUDA|NVIDIA|Markdown|JSON|ChatGPT|conversations\.json|zip|https?:\S*|Alt\S*|Top-[pk]|Min-p|Ctrl\S*|Esc|Shift\S*|English|MB|GB|\/home\S*|[A-Z][a-z]+ [^\n]*/g,
        '',
      )
      expect(words.match(/[a-z]{4,}/gi) ?? []).toEqual([])
    })
  },
)
