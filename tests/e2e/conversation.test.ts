// The story that Roost exists for: talk, be killed, come back, and go on without reading anything again.
import { afterEach, describe, expect, it } from 'vitest'
import type { Conversation, ConversationSummary, Message } from '../../electron/contract/entities.ts'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost, StartOptions } from './roost.ts'
import {
  answers,
  ask,
  call,
  engineStatus,
  finishedAnswer,
  loadModel,
  proofOf,
  questions,
  send,
  textOf,
  waitUntilReady,
} from './window.ts'

const MODEL = 'rwkv7-l3-c128-f16.gguf'

describe.each(doors)('a conversation through the door "%s"', (door) => {
  const homes: Home[] = []
  const running: Roost[] = []

  const start = async (
    options: Omit<StartOptions, 'home'> & { home?: Home } = {},
  ): Promise<Roost & { home: Home }> => {
    const home = options.home ?? makeHome()
    if (!homes.includes(home)) homes.push(home)
    const roost = await startRoost(door, { ...options, home })
    running.push(roost)
    return { ...roost, home }
  }

  afterEach(async () => {
    for (const roost of running.splice(0)) await roost.kill()
    for (const home of homes.splice(0)) home.remove()
  })

  it('survives SIGKILL in the middle of an answer, and resumes with nothing read again', async () => {
    const home = makeHome()
    const model = home.put(fixture(MODEL))
    const first = await start({ home })
    await loadModel(first, model)
    // Short answers for the first two turns; the model has nothing to say and never stops by itself.
    await call(first.page, 'settings.set', { sampling: { maximumTokens: 40, temperature: 0 } })
    const one = await ask(first.page, 'The first question.')
    const two = await ask(first.page, 'The second question.')
    expect(one.proof).toEqual({ resumed: 0, reread: 0 })
    expect(two.proof.reread).toBe(0)
    expect(two.proof.resumed).toBeGreaterThan(0)

    await call(first.page, 'settings.set', { sampling: { maximumTokens: 60_000, temperature: 0 } })
    await send(first.page, 'The third question.')
    const third = answers(first.page).nth(2)
    await expect.poll(async () => (await textOf(third)).length, { timeout: 20_000 }).toBeGreaterThan(400)
    // What a person has read for a second must not be lost.
    const seen = await textOf(third)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await first.kill()

    const second = await start({ home })
    await second.page.getByRole('link', { name: /The first question/ }).click()
    await answers(second.page).nth(2).waitFor()
    expect(await questions(second.page).count()).toBe(3)
    expect(await textOf(answers(second.page).nth(0))).toContain(one.text.slice(0, 20))
    const [summary] = await call<ConversationSummary[]>(second.page, 'conversations.list', {})
    const kept = await call<Conversation>(second.page, 'conversations.open', { conversation: summary!.id })
    const states = kept.messages
      .filter((message) => message.role === 'assistant')
      .map((message) => message.state)
    expect(states).toEqual(['complete', 'complete', 'interrupted'])
    const interrupted = kept.messages.at(-1)!
    expect(interrupted.text.length).toBeGreaterThanOrEqual(Math.min(seen.length, 200))
    await second.page.getByText('Interrupted:').waitFor()

    await call(second.page, 'settings.set', { sampling: { maximumTokens: 40, temperature: 0 } })
    await loadModel(second, model)
    // Beside the interrupted answer, from the state after the second one: that state is on disk.
    await answers(second.page).nth(2).getByRole('button', { name: 'Regenerate' }).click()
    await second.page.getByText('2 / 2').waitFor()
    const again = await finishedAnswer(second.page, 2)
    expect(again.proof.reread).toBe(0)
    expect(again.proof.resumed).toBe(tokensOf(kept.messages))
    const fresh = await newestAnswer(second, summary!.id)
    expect(fresh.figures!.promptTokens).toBeLessThan(40) // the third question alone, whatever came before it
  })

  it('goes on from an interrupted answer with the new turn as the only thing read', async () => {
    const home = makeHome()
    const model = home.put(fixture(MODEL))
    const first = await start({ home, arguments: ['--model', model] })
    await waitUntilReady(first.page)
    await call(first.page, 'settings.set', { sampling: { maximumTokens: 60, temperature: 0 } })
    const one = await ask(first.page, 'Remember the number seven.')
    await first.kill()

    const second = await start({ home, arguments: ['--model', model] })
    await waitUntilReady(second.page)
    await second.page.getByRole('link', { name: /Remember the number/ }).click()
    await answers(second.page).first().waitFor()
    const two = await ask(second.page, 'Which number?')
    const [summary] = await call<ConversationSummary[]>(second.page, 'conversations.list', {})
    const { messages } = await call<Conversation>(second.page, 'conversations.open', {
      conversation: summary!.id,
    })
    const [oldAnswer, newAnswer] = messages.filter((message) => message.role === 'assistant')
    expect(two.proof.reread).toBe(0)
    // Everything of the first turn is in the state: its prompt and its answer.
    expect(two.proof.resumed).toBe(oldAnswer!.figures!.promptTokens + oldAnswer!.figures!.answerTokens)
    expect(newAnswer!.figures!.promptTokens).toBeLessThan(40)
    expect(one.text.length).toBeGreaterThan(0)
  })

  it('stops when told to, keeps the text, and lets it go on', async () => {
    const roost = await start()
    await loadModel(roost, roost.home.put(fixture(MODEL)))
    await send(roost.page, 'Talk for a long time.')
    const answer = answers(roost.page).first()
    await expect.poll(async () => (await textOf(answer)).length, { timeout: 20_000 }).toBeGreaterThan(50)
    await roost.page.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer.getByText('Stopped', { exact: true }).waitFor()
    await roost.page.getByRole('button', { name: 'Send', exact: true }).waitFor()
    const [summary] = await call<ConversationSummary[]>(roost.page, 'conversations.list', {})
    const { messages } = await call<Conversation>(roost.page, 'conversations.open', {
      conversation: summary!.id,
    })
    const stopped = messages.at(-1)!
    expect(stopped.state).toBe('stopped')
    expect(stopped.text.length).toBeGreaterThan(0)

    await call(roost.page, 'settings.set', { sampling: { maximumTokens: 20 } })
    await answer.getByRole('button', { name: 'Continue' }).click()
    await answer.getByText('Stopped at the maximum length').waitFor()
    const after = await call<Message>(roost.page, 'messages.get', {
      conversation: summary!.id,
      message: stopped.id,
    })
    expect(after.text.startsWith(stopped.text)).toBe(true)
    expect(after.text.length).toBeGreaterThan(stopped.text.length)
  })

  it('answers again beside the first answer, and the arrows lead from one to the other', async () => {
    const roost = await start()
    await loadModel(roost, roost.home.put(fixture(MODEL)))
    await call(roost.page, 'settings.set', { sampling: { maximumTokens: 30, temperature: 1 } })
    const first = await ask(roost.page, 'Say something.')
    const answer = answers(roost.page).first()
    await answer.getByRole('button', { name: 'Regenerate' }).click()
    await roost.page.getByText('2 / 2').waitFor()
    const second = await finishedAnswer(roost.page, 0)
    expect(second.proof.reread).toBe(0)
    expect(second.text).not.toBe(first.text)

    await answer.getByRole('button', { name: 'Previous version' }).click()
    await roost.page.getByText('1 / 2').waitFor()
    await expect.poll(() => textOf(answer)).toContain(first.text.split('\n')[0]!.slice(0, 20))
    // The branch that is shown is the one that goes on.
    const next = await ask(roost.page, 'And now?')
    expect(next.proof.reread).toBe(0)
    expect(await proofOf(answers(roost.page).nth(1))).toEqual(next.proof)
  })

  it('ends within two seconds during an answer, with its text saved, and the next start is a clean one', async () => {
    const home = makeHome()
    const model = home.put(fixture(MODEL))
    const first = await start({ home, arguments: ['--model', model] })
    await waitUntilReady(first.page)
    await send(first.page, 'Talk until the end.')
    await expect
      .poll(async () => (await textOf(answers(first.page).first())).length, { timeout: 20_000 })
      .toBeGreaterThan(50)
    const { status, ms } = await first.end()
    expect(status).toBe(0)
    // Chromium's own end is in this time where the window belongs to the process.
    expect(ms).toBeLessThan(door === 'headless' ? 2_000 : 6_000)

    const second = await start({ home, arguments: ['--model', model] })
    const info = await call<{ uncleanExit: boolean }>(second.page, 'app.info', {})
    expect(info.uncleanExit).toBe(false)
    await second.page.getByRole('link', { name: /Talk until the end/ }).click()
    expect((await textOf(answers(second.page).first())).length).toBeGreaterThan(50)
    await engineStatus(second.page).waitFor()
  })
})

/** Tokens that the state after these answers holds: their prompts and they themselves. */
function tokensOf(messages: readonly Message[]): number {
  const finished = messages.filter((message) => message.state === 'complete' && message.figures !== null)
  return finished.reduce((sum, { figures }) => sum + figures!.promptTokens + figures!.answerTokens, 0)
}

async function newestAnswer(roost: Roost, conversation: string): Promise<Message> {
  const { messages } = await call<Conversation>(roost.page, 'conversations.open', { conversation })
  return messages.filter((message) => message.role === 'assistant').at(-1)!
}
