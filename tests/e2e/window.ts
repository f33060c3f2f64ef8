// What a person does and sees, by the accessible names that the interface promises.
import { basename } from 'node:path'
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { Roost } from './roost.ts'

/** Counted by the engine, as the line of proof under an answer says them. */
export interface Proof {
  resumed: number
  reread: number
}

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true })
export const answers = (page: Page): Locator => page.getByRole('article', { name: 'Assistant' })
export const questions = (page: Page): Locator => page.getByRole('article', { name: 'You' })
export const engineStatus = (page: Page): Locator => page.getByRole('status', { name: 'Engine' })

/** Opens a model file the way this door offers. Does not wait for the load. */
export async function openModelFile(roost: Roost, path: string): Promise<void> {
  const { page } = roost
  await page.getByRole('button', { name: /^Model: / }).click()
  roost.answerFileDialog(path)
  await page.getByRole('button', { name: 'Open a model file…' }).click()
  if (roost.door === 'headless') {
    const browser = page.getByRole('dialog')
    await browser
      .getByRole('option')
      .filter({ hasText: basename(path) })
      .click()
    await browser.getByRole('button', { name: 'Open', exact: true }).click()
  }
}

export async function waitUntilReady(page: Page): Promise<void> {
  await engineStatus(page).filter({ hasText: 'Ready' }).waitFor({ timeout: 30_000 })
}

export async function loadModel(roost: Roost, path: string): Promise<void> {
  await openModelFile(roost, path)
  await waitUntilReady(roost.page)
  await roost.page.keyboard.press('Escape') // the panel of models may still lie over the chat
}

export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** Sends, waits until the answer is there, and gives its text and its proof. */
export async function ask(page: Page, text: string): Promise<{ text: string; proof: Proof }> {
  const before = await answers(page).count()
  await send(page, text)
  return finishedAnswer(page, before)
}

export async function finishedAnswer(page: Page, index: number): Promise<{ text: string; proof: Proof }> {
  const answer = answers(page).nth(index)
  await answer.getByRole('note').waitFor({ timeout: 60_000 })
  return { text: await textOf(answer), proof: await proofOf(answer) }
}

export async function textOf(answer: Locator): Promise<string> {
  return (await answer.innerText()).trim()
}

export async function proofOf(answer: Locator): Promise<Proof> {
  const line = await answer.getByRole('note').innerText()
  const figures = /resumed ([\d,]+) tokens, ([\d,]+) re-read/.exec(line)
  expect(figures, `line of proof: ${line}`).not.toBeNull()
  const number = (text: string | undefined): number => Number(text?.replaceAll(',', ''))
  return { resumed: number(figures?.[1]), reread: number(figures?.[2]) }
}

/** Runs a call of the contract in the page, through whatever transport it has. */
export async function call<Value>(page: Page, name: string, input: unknown): Promise<Value> {
  const reply = await page.evaluate(
    async ([name, input]) => {
      const bridge = (
        globalThis as { roost?: { calls: Record<string, (input: unknown) => Promise<unknown>> } }
      ).roost
      if (bridge !== undefined) return bridge.calls[name]?.(input)
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`/call/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(input),
      })
      return response.json() as Promise<unknown>
    },
    [name, input] as const,
  )
  const typed = reply as { ok: boolean; value: Value; error?: { code: string } }
  expect(typed.ok, `${name}: ${JSON.stringify(typed.error)}`).toBe(true)
  return typed.value
}
