// A fresh machine: nothing is configured, the model that ships is there and answers in words.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { doors, makeHome, root, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { answers, ask, newestConversation, waitUntilReady } from './window.ts'

const STARTER = 'starter.gguf'

describe.each(doors)('the starter model through the door "%s"', (door) => {
  let home: Home
  let roost: Roost

  afterEach(async () => {
    await roost.kill()
    home.remove()
  })

  it('is loaded at the first start, answers about Roost, and goes on after a kill', async () => {
    expect(existsSync(join(root, 'resources', 'starter', STARTER))).toBe(true)
    home = makeHome()
    roost = await startRoost(door, { home })
    await waitUntilReady(roost.page, STARTER)
    // The first thing that people type; it says what it is good for, and what to do for more.
    const first = await ask(roost.page, 'Hello, what can you do?')
    expect(first.text).toMatch(/Roost/)
    expect(first.text).toMatch(/text|passage/i)
    expect(first.text).toMatch(/model/i)
    // Sentences, not noise: words of letters, ended like a sentence.
    expect(first.text).toMatch(/^[\p{L}\p{N}\p{P}\p{Zs}\n]+[.!?。！？]$/u)
    const second = await ask(roost.page, 'Can it work without a network?')
    expect(second.text.length).toBeGreaterThan(10)
    expect(second.proof.reread).toBe(0)
    await roost.kill()

    roost = await startRoost(door, { home })
    await waitUntilReady(roost.page, STARTER)
    await roost.page.getByRole('link', { name: /what can you do/ }).click()
    await answers(roost.page).last().waitFor()
    const third = await ask(roost.page, 'Thank you!')
    expect(third.proof.reread).toBe(0)
    const { messages } = await newestConversation(roost.page)
    const before = messages.filter((message) => message.role === 'assistant').slice(0, 2)
    const held = before.reduce((sum, { figures }) => sum + figures!.promptTokens + figures!.answerTokens, 0)
    expect(third.proof.resumed).toBe(held)
    expect(third.text.length).toBeGreaterThan(2)
  })
})
