// What a person does and sees, by the accessible names that the interface promises.
import { basename } from 'node:path'
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type {
  Conversation,
  ConversationSummary,
  EngineState,
  Message,
} from '../../electron/contract/entities.ts'
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
  const panel = page.getByRole('dialog', { name: 'Choose a model' })
  await panel.getByRole('button', { name: 'Open a model file…' }).click()
  if (roost.door === 'headless') {
    const browser = page.getByRole('dialog', { name: 'Open a model file' })
    await browser
      .getByRole('option')
      .filter({ hasText: basename(path) })
      .click()
    await browser.getByRole('button', { name: 'Open', exact: true }).click()
  }
}

/** @param fileName of the model that is meant, where another one may be loaded already */
export async function waitUntilReady(page: Page, fileName?: string): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    const state = await call<EngineState>(page, 'engine.state', {})
    return state.phase === 'ready' && (fileName === undefined || state.model.fileName === fileName)
  }
  await expect.poll(isReady, { timeout: 30_000 }).toBe(true)
  await engineStatus(page).filter({ hasText: 'Ready' }).waitFor({ timeout: 10_000 })
}

export async function loadModel(roost: Roost, path: string): Promise<void> {
  await openModelFile(roost, path)
  await waitUntilReady(roost.page, basename(path))
  await closePanels(roost.page)
}

/** Back to the bare window, whatever lies over it. */
export async function closePanels(page: Page): Promise<void> {
  const closed = async (): Promise<boolean> => {
    if ((await page.getByRole('dialog').count()) === 0) return true
    await page.keyboard.press('Escape')
    return false
  }
  await expect.poll(closed, { timeout: 10_000 }).toBe(true)
}

export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** Sends, waits until the answer is there, and gives its text and its line of proof. */
export async function ask(page: Page, text: string): Promise<{ text: string; proof: Proof }> {
  const before = (await newestAnswer(page).catch(() => null))?.id
  await send(page, text)
  return finishedAnswer(page, before)
}

/** The answer that follows the one of this id, when it is whole. The transcript shows only what is in view: the end. */
export async function finishedAnswer(
  page: Page,
  before: string | undefined,
): Promise<{ text: string; proof: Proof }> {
  const isThere = async (): Promise<boolean> => {
    const answer = await newestAnswer(page).catch(() => null)
    return answer !== null && answer.id !== before && answer.state !== 'generating'
  }
  await expect.poll(isThere, { timeout: 60_000 }).toBe(true)
  const { text, id } = await newestAnswer(page)
  // An answer is shown as whole when its row has been committed, a moment after it was asked for above.
  await expect.poll(() => proofOf(answers(page).last()).catch(() => null), { timeout: 10_000 }).not.toBeNull()
  expect((await newestAnswer(page)).id).toBe(id)
  return { text, proof: await proofOf(answers(page).last()) }
}

export async function textOf(answer: Locator): Promise<string> {
  return (await answer.innerText()).trim()
}

export async function proofOf(answer: Locator): Promise<Proof> {
  const line = await answer.getByRole('note').innerText({ timeout: 1_000 })
  const figures = /resumed ([\d,]+) tokens, ([\d,]+) re-read/.exec(line)
  if (figures === null) throw new Error(`not a line of proof: ${line}`)
  const number = (text: string | undefined): number => Number(text?.replaceAll(',', ''))
  return { resumed: number(figures[1]), reread: number(figures[2]) }
}

/** Greedy and without penalties, so that an answer of the noise model is the same every time. */
export async function limitAnswers(page: Page, maximumTokens: number): Promise<void> {
  const sampling = { maximumTokens, temperature: 0, presencePenalty: 0, frequencyPenalty: 0 }
  await call(page, 'settings.set', { sampling })
}

/** The conversation that was used last, as main has it: running answers with what they have so far. */
export async function newestConversation(page: Page): Promise<Conversation> {
  const [newest] = await call<ConversationSummary[]>(page, 'conversations.list', {})
  if (newest === undefined) throw new Error('there is no conversation')
  return call<Conversation>(page, 'conversations.open', { conversation: newest.id })
}

export async function newestAnswer(page: Page): Promise<Message> {
  const { messages } = await newestConversation(page)
  const answer = messages.findLast((message) => message.role === 'assistant')
  if (answer === undefined) throw new Error('there is no answer')
  return answer
}

/** Asks something that will be answered for some seconds; gives the answer while it is being written. */
export async function beginLongAnswer(page: Page, question: string): Promise<Message> {
  await limitAnswers(page, 60_000)
  const before = (await newestAnswer(page).catch(() => null))?.id
  await send(page, question)
  const isLong = async (): Promise<boolean> => {
    const running = await newestAnswer(page).catch(() => null)
    return running !== null && running.id !== before && running.text.length > 400
  }
  await expect.poll(isLong, { timeout: 20_000 }).toBe(true)
  const answer = await newestAnswer(page)
  expect(answer.state).toBe('generating')
  return answer
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
