// No known barrier on any page, light and dark, wide and narrow, by the rules of WCAG 2.2 A and AA as axe-core checks them.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { ask, call, composer, waitUntilReady } from './window.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function barriers(page: Page): Promise<string[]> {
  // Colours on their way from one theme to the other are neither.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  // The debugger's evaluation is not bound by the page's policy.
  await page.evaluate(axeSource)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  expect(results.passes.length, 'rules that found something to check').toBeGreaterThan(10)
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`),
  )
}

// One door is enough: both show the same page.
const door = doors[0] ?? 'headless'

describe('the window is open to everyone', () => {
  let home: Home
  let roost: Roost
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    roost = await startRoost(door, {
      home,
      arguments: ['--model', home.put(fixture('rwkv7-l3-c128-f16.gguf'))],
    })
    page = roost.page
    await composer(page).waitFor()
  })

  afterAll(async () => {
    await roost.kill()
    home.remove()
  })

  const inBothThemes = async (what: string): Promise<void> => {
    for (const theme of ['light', 'dark'] as const) {
      await call(page, 'settings.set', { theme })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      expect(await barriers(page), `${what}, ${theme}`).toEqual([])
    }
  }

  it('when it is empty', () => inBothThemes('empty'))

  it('with a conversation, wide and narrow', async () => {
    await waitUntilReady(page)
    await call(page, 'settings.set', { sampling: { maximumTokens: 20 } })
    await ask(page, 'Hello')
    await inBothThemes('conversation')
    await page.setViewportSize({ width: 800, height: 600 })
    await inBothThemes('conversation, narrow')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('with the models panel open', async () => {
    await page.getByRole('button', { name: /^Model: / }).click()
    await inBothThemes('models panel')
    await page.keyboard.press('Escape')
  })

  it.each(['Models', 'Settings', 'Documents'])('on the page %s', async (name) => {
    await page.getByRole('link', { name, exact: true }).click()
    await inBothThemes(name)
  })
})
