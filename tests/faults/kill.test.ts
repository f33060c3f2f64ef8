// Killed at any moment, again and again: whatever was acknowledged is there at the next start, an unfinished answer is
// kept as interrupted, and no start complains. The ledger of what was acknowledged is kept here, outside of the victim.
// ROOST_KILLS sets the number of kills (a night's run takes 500), ROOST_SEED the moments.
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { endlessModel } from '../e2e/endless-model.ts'
import { fixture, makeHome } from '../e2e/roost.ts'
import type { Home } from '../e2e/roost.ts'
import { startHeadless, untilModelIsReady } from './headless-client.ts'
import type { Client } from './headless-client.ts'

const kills = Number(process.env.ROOST_KILLS ?? 10)

let home: Home | null = null
let client: Client | null = null

afterEach(async () => {
  await client?.kill()
  home?.remove()
})

it('M9: loses nothing that was acknowledged', { timeout: 60_000 + kills * 20_000 }, async () => {
  home = makeHome()
  const model = join(home.folder, 'endless.gguf')
  writeFileSync(model, endlessModel(fixture('rwkv7-l3-c128-f16.gguf')))
  const random = mulberry32(Number(process.env.ROOST_SEED ?? 1))
  const conversation = randomUUID()
  const acknowledged: { question: string; answer: string; text: string }[] = []
  const texts = new Map<string, string>() // the longest text of an answer that was ever shown, a second old

  for (let round = 0; round < kills; round += 1) {
    client = await startHeadless(['--data', home.data, '--model', model])
    await untilModelIsReady(client)
    await check(client, conversation, acknowledged, texts)
    await client.ask('settings.set', { sampling: { maximumTokens: 60_000, temperature: 0 } })

    const turn = { question: randomUUID(), answer: randomUUID(), text: `Question ${round}` }
    const opened = round === 0 ? null : await client.ask('conversations.open', { conversation })
    const parent = opened?.activeLeaf ?? null
    const sent = client.ask('chat.send', { conversation, parent, ...turn }).then(
      () => acknowledged.push(turn),
      () => undefined, // killed before it was acknowledged: it may be there or not
    )
    // From before the first transaction to well into the answer.
    await pause(random() ** 2 * 2_500)
    const running = await Promise.race([
      client.call('messages.get', { conversation, message: turn.answer }).catch(() => null),
      pause(300).then(() => null),
    ])
    if (running?.ok === true) {
      const seen = running.value.text
      await pause(1_200) // what was seen more than a second ago must be there
      texts.set(turn.answer, seen)
    }
    await client.kill()
    await sent
  }

  client = await startHeadless(['--data', home.data])
  await check(client, conversation, acknowledged, texts)
  expect(acknowledged.length).toBeGreaterThan(0)
})

async function check(
  client: Client,
  conversation: string,
  acknowledged: readonly { question: string; answer: string; text: string }[],
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  if (acknowledged.length === 0) return
  const { messages } = await client.ask('conversations.open', { conversation })
  const byId = new Map(messages.map((message) => [message.id, message]))
  for (const { question, answer, text } of acknowledged) {
    expect(byId.get(question)).toMatchObject({ role: 'user', state: 'complete', text })
    const row = byId.get(answer)
    // A quick machine writes even the longest answer to its end before it is killed.
    expect(row?.state).toBe(row?.figures?.finish === 'max_tokens' ? 'complete' : 'interrupted')
    expect(byId.get(answer)?.text.startsWith(texts.get(answer) ?? '')).toBe(true)
  }
  expect(messages.filter((message) => message.state === 'generating')).toEqual([])
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Numbers from 0 to 1 that follow from the seed: a failing run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
