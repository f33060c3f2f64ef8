// X3: a .roost file is written by one Roost and read by another, on the fake engine; and files that are not what they say.
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { PortableFile } from './portable-file.ts'

let here: TestApplication
let there: TestApplication
let folder: string

beforeEach(async () => {
  here = await TestApplication.open()
  there = await TestApplication.open()
  folder = mkdtempSync(join(tmpdir(), 'roost-portable-'))
})

afterEach(async () => {
  await here.destroy()
  await there.destroy()
  rmSync(folder, { recursive: true, force: true })
})

async function written(app: TestApplication, conversation: string): Promise<Buffer> {
  const given = await app.call('portable.export', { conversation })
  const { path } = await app.application.files.find(given?.download ?? '')
  return readFileSync(path)
}

async function upload(app: TestApplication, bytes: Buffer): Promise<string> {
  return (await app.application.files.receive(Readable.from([bytes]), 'chat.roost')).file
}

describe('X3: a memory file', () => {
  it('says what it is, and another Roost with the same weights goes on at once, with the same words', async () => {
    const conversation = randomUUID()
    await here.call('conversations.create', { conversation })
    await here.call('conversations.setSystemPrompt', { conversation, systemPrompt: 'Be brief.' })
    const first = await here.ask(conversation, null, 'hello')
    await here.ask(conversation, first.id, 'one way')
    const last = await here.ask(conversation, first.id, 'another way')
    const file = await upload(there, await written(here, conversation))

    const summary = await there.call('portable.inspect', { file })
    expect(summary).toMatchObject({ title: 'hello', messages: 6, branches: 2, states: 2, fits: 'yes' })
    expect(await there.call('conversations.list', {})).toEqual([])

    const made = await there.call('portable.import', { file })
    const opened = await there.conversation(made.id)
    const original = await here.conversation(conversation)
    expect(opened.messages.map(({ text, role }) => [text, role])).toEqual(
      original.messages.map(({ text, role }) => [text, role]),
    )
    expect(opened.systemPrompt).toBe('Be brief.')
    const next = await there.ask(made.id, opened.activeLeaf, 'go on')
    const wanted = await here.ask(conversation, last.id, 'go on')
    expect(next.text).toBe(wanted.text)
    expect(next.figures).toMatchObject({ rereadTokens: 0, resumedTokens: wanted.figures?.resumedTokens })
  })

  it('names both models where the weights are others, and is read again there', async () => {
    const conversation = randomUUID()
    const last = await here.ask(conversation, null, 'hello')
    const file = await upload(there, await written(here, conversation))
    await there.call('models.unload', {})
    expect(await there.call('portable.inspect', { file })).toMatchObject({
      fits: 'unknown',
      loadedModel: null,
    })
    const made = await there.call('portable.import', { file })
    expect((await there.conversation(made.id)).messages.at(-1)?.text).toBe(last.text)
  })

  it('brought in twice makes two conversations', async () => {
    const conversation = randomUUID()
    await here.ask(conversation, null, 'hello')
    const bytes = await written(here, conversation)
    await here.call('portable.import', { file: await upload(here, bytes) })
    await here.call('portable.import', { file: await upload(here, bytes) })
    expect(await here.call('conversations.list', {})).toHaveLength(3)
  })

  it(
    'that is cut or changed anywhere is refused, and nothing of it is kept',
    { timeout: 60_000 },
    async () => {
      const conversation = randomUUID()
      const first = await here.ask(conversation, null, 'hello')
      await here.ask(conversation, first.id, 'on')
      const bytes = await written(here, conversation)
      const random = seededRandom(seedOfThisRun())
      const path = join(folder, 'mutated.roost')
      for (let round = 0; round < 300; round++) {
        const mutated = Buffer.from(bytes)
        const at = random.below(bytes.length)
        mutated[at] = (mutated[at] ?? 0) ^ (1 << random.below(8))
        writeFileSync(path, round % 3 === 0 ? bytes.subarray(0, at) : mutated)
        await expect(PortableFile.open(path), `seed ${random.seed}, round ${round}`).rejects.toMatchObject({
          code: 'portable_damaged',
        })
      }
      const file = await upload(there, bytes.subarray(0, 1000))
      await expect(there.call('portable.import', { file })).rejects.toMatchObject({
        code: 'portable_damaged',
      })
      expect(await there.call('conversations.list', {})).toEqual([])
    },
  )

  it('with a checksum that holds is still no tree, no state and no length that it should not be', async () => {
    const conversation = randomUUID()
    const first = await here.ask(conversation, null, 'hello')
    await here.ask(conversation, first.id, 'on')
    const bytes = await written(here, conversation)
    const length = bytes.readUInt32LE(13)
    const header = JSON.parse(bytes.subarray(17, 17 + length).toString()) as {
      format: number
      messages: { id: string; parent: string | null; text: string }[]
      states: { offset: number; bytes: number }[]
    }
    const forged = (change: (copy: typeof header) => void, claimed?: number): string => {
      const copy = structuredClone(header)
      change(copy)
      const json = Buffer.from(JSON.stringify(copy))
      const size = Buffer.alloc(4)
      size.writeUInt32LE(claimed ?? json.length)
      const body = Buffer.concat([bytes.subarray(0, 13), size, json, bytes.subarray(17 + length, -32)])
      const path = join(folder, `${randomUUID()}.roost`)
      writeFileSync(path, Buffer.concat([body, createHash('sha256').update(body).digest()]))
      return path
    }
    const [one, two] = header.messages
    const refused: [string, string][] = [
      [forged((copy) => void copy.messages.reverse()), 'portable_damaged'],
      [forged((copy) => void (copy.messages[0]!.parent = two?.id ?? null)), 'portable_damaged'],
      [forged((copy) => void (copy.messages[1]!.id = one?.id ?? '')), 'portable_damaged'],
      [forged((copy) => void (copy.states[0]!.offset = 1)), 'portable_damaged'],
      [forged((copy) => void (copy.states[0]!.bytes = 2 ** 40)), 'portable_damaged'],
      [forged((copy) => void (copy.states = [])), 'portable_damaged'],
      [forged(() => undefined, 0xffff_fff0), 'portable_damaged'],
      [forged((copy) => void (copy.format = 2)), 'portable_newer'],
    ]
    for (const [path, code] of refused) await expect(PortableFile.open(path)).rejects.toMatchObject({ code })
    const file = await PortableFile.open(forged(() => undefined))
    expect(file.header.messages).toHaveLength(4)
    await file.close()
  })
})
