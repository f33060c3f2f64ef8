// The story that Roost exists for: talk, be killed, come back, and go on without reading anything again.
import { afterEach, describe, expect, it } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Message } from '../../electron/contract/entities.ts'
import { endlessModel } from './endless-model.ts'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost, StartOptions } from './roost.ts'
import {
  answers,
  ask,
  beginLongAnswer,
  call,
  composer,
  engineStatus,
  finishedAnswer,
  limitAnswers,
  loadModel,
  newestAnswer,
  newestConversation,
  questions,
  waitUntilReady,
} from './window.ts'

const MODEL = 'endless.gguf'
const endless = endlessModel(fixture('rwkv7-l3-c128-f16.gguf'))

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
    const model = putModel(home)
    const first = await start({ home })
    await loadModel(first, model)
    await limitAnswers(first.page, 40)
    const one = await ask(first.page, 'The first question.')
    const two = await ask(first.page, 'The second question.')
    expect(one.proof).toEqual({ resumed: 0, reread: 0 })
    expect(two.proof.reread).toBe(0)
    expect(two.proof.resumed).toBeGreaterThan(0)

    const running = await beginLongAnswer(first.page, 'The third question.')
    // What a person has seen for more than a second must not be lost.
    await first.page.waitForTimeout(1_300)
    await first.kill()

    const second = await start({ home })
    await second.page.getByRole('link', { name: /The first question/ }).click()
    await second.page.getByText('Interrupted:').waitFor()
    const kept = await newestConversation(second.page)
    const written = kept.messages.filter((message) => message.role === 'assistant')
    expect(written.map((message) => message.state)).toEqual(['complete', 'complete', 'interrupted'])
    await expect.poll(() => questions(second.page).last().innerText()).toContain('The third question.')
    const interrupted = written.at(-1)!
    expect(interrupted.id).toBe(running.id)
    expect(interrupted.text.slice(0, running.text.length)).toBe(running.text)

    await limitAnswers(second.page, 40)
    await loadModel(second, model)
    // Beside the interrupted answer, from the state of the turn before it: that state is on disk.
    await answers(second.page).last().getByRole('button', { name: 'Regenerate' }).click()
    await second.page.getByText('2 / 2').waitFor()
    const again = await finishedAnswer(second.page, interrupted.id)
    expect(again.proof).toEqual({ resumed: tokensOf(written), reread: 0 })
    const fresh = await newestAnswer(second.page)
    expect(fresh.figures!.promptTokens).toBeLessThan(interrupted.text.length / 2)

    // And the first and second version both stay.
    await second.page.getByRole('button', { name: 'Previous version' }).last().click()
    await second.page.getByText('1 / 2').waitFor()
    await second.page.getByText('Interrupted:').waitFor()
  })

  it('goes on from an interrupted answer with the new turn as the only thing read', async () => {
    const home = makeHome()
    const model = putModel(home)
    const first = await start({ home, arguments: ['--model', model] })
    await waitUntilReady(first.page, MODEL)
    await limitAnswers(first.page, 60)
    const one = await ask(first.page, 'Remember the number seven.')
    await first.kill()

    const second = await start({ home, arguments: ['--model', model] })
    await waitUntilReady(second.page, MODEL)
    await second.page.getByRole('link', { name: /Remember the number/ }).click()
    await answers(second.page).first().waitFor()
    const two = await ask(second.page, 'Which number?')
    const { messages } = await newestConversation(second.page)
    const [oldAnswer, newAnswer] = messages.filter((message) => message.role === 'assistant')
    expect(two.proof.reread).toBe(0)
    // Everything of the first turn is in the state: its prompt and its answer.
    expect(two.proof.resumed).toBe(oldAnswer!.figures!.promptTokens + oldAnswer!.figures!.answerTokens)
    expect(newAnswer!.figures!.promptTokens).toBeLessThan(40)
    expect(one.text.length).toBeGreaterThan(0)
  })

  it('stops when told to, keeps the text, and lets it go on', async () => {
    const roost = await start()
    await loadModel(roost, putModel(roost.home))
    await beginLongAnswer(roost.page, 'Talk for a long time.')
    await roost.page.getByRole('button', { name: 'Stop', exact: true }).click()
    const answer = answers(roost.page).last()
    await answer.getByText('Stopped', { exact: true }).waitFor()
    await roost.page.getByRole('button', { name: 'Send', exact: true }).waitFor()
    const stopped = await newestAnswer(roost.page)
    expect(stopped.state).toBe('stopped')
    expect(stopped.text.length).toBeGreaterThan(50)

    await limitAnswers(roost.page, 20)
    await answer.getByRole('button', { name: 'Continue' }).click()
    await answer.getByText('Stopped at the maximum length').waitFor()
    const longer = await newestAnswer(roost.page)
    expect(longer.id).toBe(stopped.id)
    expect(longer.text.startsWith(stopped.text)).toBe(true)
    expect(longer.text.length).toBeGreaterThan(stopped.text.length)
  })

  it('goes on writing while its page is loaded anew, and shows every word afterwards', async () => {
    const roost = await start()
    await loadModel(roost, putModel(roost.home))
    const { id } = await beginLongAnswer(roost.page, 'Talk while I look away.')
    await roost.page.reload()
    await composer(roost.page).waitFor()
    const seen = await newestAnswer(roost.page)
    expect([seen.id, seen.state]).toEqual([id, 'generating'])
    // The page is where it was: in the same conversation, with the answer growing.
    const answer = answers(roost.page).last()
    const length = async (): Promise<number> => (await answer.innerText()).length
    const before = await length()
    await expect.poll(length, { timeout: 20_000 }).toBeGreaterThan(before)
    await roost.page.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer.getByText('Stopped', { exact: true }).waitFor()
    const stopped = await newestAnswer(roost.page)
    expect(stopped.text.slice(0, seen.text.length)).toBe(seen.text)
  })

  it('answers again beside the first answer, and the arrows lead from one to the other', async () => {
    const roost = await start()
    await loadModel(roost, putModel(roost.home))
    await call(roost.page, 'settings.set', { sampling: { maximumTokens: 30, temperature: 1 } })
    const first = await ask(roost.page, 'Say something.')
    const { id } = await newestAnswer(roost.page)
    const answer = answers(roost.page).first()
    await answer.getByRole('button', { name: 'Regenerate' }).click()
    await roost.page.getByText('2 / 2').waitFor()
    const second = await finishedAnswer(roost.page, id)
    expect(second.proof.reread).toBe(0)
    expect(second.text).not.toBe(first.text)

    await answer.getByRole('button', { name: 'Previous version' }).click()
    await roost.page.getByText('1 / 2').waitFor()
    const shownText = async (): Promise<string | undefined> => {
      const { messages, activeLeaf } = await newestConversation(roost.page)
      return messages.find((message) => message.id === activeLeaf)?.text
    }
    await expect.poll(shownText).toBe(first.text)
    // The branch that is shown is the one that goes on.
    const next = await ask(roost.page, 'And now?')
    expect(next.proof.reread).toBe(0)
    expect(next.proof.resumed).toBeGreaterThan(0)
  })

  // Windows has no signal that asks a program without a window to end.
  const endable = process.platform !== 'win32' || door !== 'headless'
  it.runIf(endable)(
    'ends within two seconds during an answer, saves it, and starts cleanly again',
    async () => {
      const home = makeHome()
      const model = putModel(home)
      const first = await start({ home, arguments: ['--model', model] })
      await waitUntilReady(first.page, MODEL)
      const running = await beginLongAnswer(first.page, 'Talk until the end.')
      const { status, ms } = await first.end()
      expect(status).toBe(0)
      // Chromium's own end is in this time where the window belongs to the process.
      expect(ms).toBeLessThan(door === 'headless' ? 2_000 : 6_000)

      const second = await start({ home, arguments: ['--model', model] })
      const info = await call<{ uncleanExit: boolean }>(second.page, 'app.info', {})
      expect(info.uncleanExit).toBe(false)
      const kept = await newestAnswer(second.page)
      expect(kept.id).toBe(running.id)
      expect(kept.state).not.toBe('generating')
      expect(kept.text.slice(0, running.text.length)).toBe(running.text)
      await engineStatus(second.page).filter({ hasText: 'Ready' }).waitFor()
    },
  )
})

function putModel(home: Home): string {
  writeFileSync(join(home.folder, MODEL), endless)
  return join(home.folder, MODEL)
}

/** Tokens that the state after these answers holds: their prompts and they themselves. */
function tokensOf(messages: readonly Message[]): number {
  const finished = messages.filter((message) => message.state === 'complete' && message.figures !== null)
  return finished.reduce((sum, { figures }) => sum + figures!.promptTokens + figures!.answerTokens, 0)
}
