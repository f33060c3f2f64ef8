// A disk without room: reading goes on, nothing saved is lost, one sentence says why, and all works again without a
// restart as soon as there is room. The disk is made full by a library loaded before the C library (Linux).
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endlessModel } from '../e2e/endless-model.ts'
import { fixture, makeHome, root } from '../e2e/roost.ts'
import type { Home } from '../e2e/roost.ts'
import { startHeadless, untilModelIsReady } from './headless-client.ts'
import type { Client } from './headless-client.ts'

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  let home: Home | null = null
  let client: Client | null = null

  afterEach(async () => {
    await client?.kill()
    home?.remove()
  })

  const start = async (): Promise<{ client: Client; fill: () => void; free: () => void }> => {
    home = makeHome()
    const shim = join(home.folder, 'full_disk.so')
    execFileSync('cc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      shim,
      join(root, 'tests/faults/full_disk.c'),
      '-ldl',
    ])
    const model = join(home.folder, 'endless.gguf')
    writeFileSync(model, endlessModel(fixture('rwkv7-l3-c128-f16.gguf')))
    const mark = join(home.folder, 'disk-is-full')
    client = await startHeadless(['--data', home.data, '--model', model], {
      LD_PRELOAD: shim,
      ROOST_FULL_DISK_MARK: mark,
      ROOST_FULL_DISK_FOLDER: home.data,
    })
    await untilModelIsReady(client)
    return { client, fill: () => writeFileSync(mark, ''), free: () => rmSync(mark) }
  }

  const answerIs = async (
    client: Client,
    conversation: string,
    message: string,
    state: string,
  ): Promise<void> => {
    await expect
      .poll(async () => (await client.ask('messages.get', { conversation, message })).state, {
        timeout: 30_000,
      })
      .toBe(state)
  }

  it('refuses a question with its reason, keeps everything readable, and takes it when there is room', async () => {
    const { client, fill, free } = await start()
    await client.ask('settings.set', { sampling: { maximumTokens: 20, temperature: 0 } })
    const conversation = randomUUID()
    const first = { conversation, parent: null, question: randomUUID(), answer: randomUUID(), text: 'First' }
    await client.ask('chat.send', first)
    await answerIs(client, conversation, first.answer, 'complete')

    fill()
    const second = {
      ...first,
      parent: first.answer,
      question: randomUUID(),
      answer: randomUUID(),
      text: 'Second',
    }
    expect(await client.call('chat.send', second)).toMatchObject({ ok: false, error: { code: 'disk_full' } })
    const kept = await client.ask('conversations.open', { conversation })
    expect(kept.messages.map((message) => message.id)).toEqual([first.question, first.answer])

    free()
    await client.ask('chat.send', second) // the same ids: a retry is harmless
    await answerIs(client, conversation, second.answer, 'complete')
    const { figures } = await client.ask('messages.get', { conversation, message: second.answer })
    expect(figures).toMatchObject({ rereadTokens: 0 })
  })

  it('in the middle of an answer loses none of what was saved before, and says what happened', async () => {
    const { client, fill, free } = await start()
    await client.ask('settings.set', { sampling: { maximumTokens: 60_000, temperature: 0 } })
    const conversation = randomUUID()
    const turn = { conversation, parent: null, question: randomUUID(), answer: randomUUID(), text: 'Long' }
    await client.ask('chat.send', turn)
    const message = (): Promise<{ text: string; state: string }> =>
      client.ask('messages.get', { conversation, message: turn.answer })
    await expect.poll(async () => (await message()).text.length, { timeout: 20_000 }).toBeGreaterThan(400)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    const { text } = await message()
    fill()
    await client.call('chat.stop', { answer: turn.answer })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    // The window still reads, and the application is there.
    expect((await client.ask('conversations.list', {})).length).toBe(1)
    free()
    await expect.poll(async () => (await message()).state, { timeout: 30_000 }).not.toBe('generating')
    expect((await message()).text.slice(0, Math.min(200, text.length))).toBe(text.slice(0, 200))
    const next = { ...turn, parent: turn.answer, question: randomUUID(), answer: randomUUID(), text: 'Next' }
    await client.ask('settings.set', { sampling: { maximumTokens: 10 } })
    await client.ask('chat.send', next)
    await answerIs(client, conversation, next.answer, 'complete')
  })
})
