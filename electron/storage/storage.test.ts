// The storage client with its real worker threads and real files.
import Database from 'better-sqlite3'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../platform/log.ts'
import { prepareDataFolders } from '../platform/paths.ts'
import type { DataFolders } from '../platform/paths.ts'
import { openStorage } from './client.ts'
import type { BeginTurn, FinishedAnswer, Storage, TurnTokens } from './storage.ts'

let root: string
let folders: DataFolders
let storage: Storage

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-storage-'))
  folders = prepareDataFolders({ data: root, resources: root })
  storage = await openStorage({ folders, log: silentLogger })
})

afterEach(async () => {
  await storage.close()
  rmSync(root, { recursive: true, force: true })
})

async function reopen(): Promise<void> {
  await storage.close()
  storage = await openStorage({ folders, log: silentLogger })
}

const tokens: TurnTokens = {
  tokenizer: 'tk',
  template: 'world',
  system: '',
  prompt: Uint32Array.of(1, 65_535, 2_000_000_000),
  answer: Uint32Array.of(4, 5),
  tail: '\n',
}

function turn(conversation: string, parent: string | null, text: string): BeginTurn {
  return {
    conversation,
    parent,
    question: randomUUID(),
    text,
    answer: randomUUID(),
    model: 'Tiny',
    title: 'A title',
    now: 1000,
  }
}

function finished(answer: string, text: string, bytes: number | null = null): FinishedAnswer {
  return {
    answer,
    text,
    state: 'complete',
    tokens,
    figures: null,
    error: null,
    model: 'Tiny',
    snapshot: bytes === null ? null : { bytes: new Uint8Array(bytes).fill(7), fingerprint: 'f1' },
    budgetBytes: 1_000_000_000,
    now: 2000,
  }
}

async function ask(conversation: string, parent: string | null, text: string, answer: string, bytes = 100) {
  const begun = turn(conversation, parent, text)
  await storage.write.beginTurn(begun)
  await storage.write.finishAnswer(finished(begun.answer, answer, bytes))
  return begun
}

describe('a turn', () => {
  it('is there after a restart, with its tokens and its state', async () => {
    const conversation = randomUUID()
    const first = await ask(conversation, null, 'What is a roost?', 'A place to rest.')
    await reopen()
    const found = await storage.read.conversation(conversation)
    expect(found?.messages.map(({ role, text, state }) => [role, text, state])).toEqual([
      ['user', 'What is a roost?', 'complete'],
      ['assistant', 'A place to rest.', 'complete'],
    ])
    expect(found?.activeLeaf).toBe(first.answer)
    expect(found?.title).toBe('A title')
    const path = await storage.read.path(first.answer)
    expect(path.map(({ id }) => id)).toEqual([first.question, first.answer])
    expect(path[1]?.tokens).toEqual(tokens)
    const point = await storage.read.resumePoint(first.answer, 'f1', 'world ')
    expect(point?.message).toBe(first.answer)
    expect(point?.bytes).toEqual(new Uint8Array(100).fill(7))
    expect(await storage.read.resumePoint(first.answer, 'another model', 'world ')).toBeNull()
    expect(await storage.read.resumePoint(first.answer, 'f1', 'another prompt')).toBeNull()
  })

  it('asked for twice is written once', async () => {
    const conversation = randomUUID()
    const begun = turn(conversation, null, 'hi')
    expect((await storage.write.beginTurn(begun)).created).toBe(true)
    expect((await storage.write.beginTurn(begun)).created).toBe(false)
    expect((await storage.read.conversation(conversation))?.messages).toHaveLength(2)
  })

  it('that was running becomes interrupted with the text of its last save', async () => {
    const conversation = randomUUID()
    const begun = turn(conversation, null, 'hi')
    await storage.write.beginTurn(begun)
    await storage.write.saveRunning({ answer: begun.answer, text: 'half an ans', tokens })
    expect((await storage.read.conversationSummary(conversation))?.generating).toBe(true)
    await reopen()
    expect(storage.opening.interrupted).toEqual([begun.answer])
    const message = await storage.read.message(begun.answer)
    expect(message).toMatchObject({ state: 'interrupted', text: 'half an ans' })
    expect((await storage.read.conversationSummary(conversation))?.generating).toBe(false)
    expect((await storage.read.search('half an')).conversations).toHaveLength(1)
  })

  it('with a parent of another conversation is refused and leaves nothing behind', async () => {
    const first = await ask(randomUUID(), null, 'a', 'b')
    const other = randomUUID()
    await expect(storage.write.beginTurn(turn(other, first.answer, 'c'))).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(await storage.read.conversation(other)).toBeNull()
  })
})

describe('the tree', () => {
  it('shows the newest leaf of a branch, and after a deletion the newest beside it', async () => {
    const conversation = randomUUID()
    const root1 = await ask(conversation, null, 'one', '1')
    const left = await ask(conversation, root1.answer, 'left', 'l')
    const right = await ask(conversation, root1.answer, 'right', 'r')
    const deep = await ask(conversation, right.answer, 'deep', 'd')
    expect((await storage.write.selectBranch(conversation, left.question)).activeLeaf).toBe(left.answer)
    expect((await storage.write.selectBranch(conversation, right.question)).activeLeaf).toBe(deep.answer)
    const { deleted, conversation: after } = await storage.write.deleteMessages(conversation, right.question)
    expect(deleted).toEqual([right.question, right.answer, deep.question, deep.answer])
    expect(after.activeLeaf).toBe(left.answer)
    expect(after.messages.map(({ text }) => text)).toEqual(['one', '1', 'left', 'l'])
    expect((await storage.read.search('right')).conversations).toHaveLength(0)
  })

  it('of 3,000 turns is read and deleted whole', async () => {
    const conversation = randomUUID()
    let parent: string | null = null
    let first: string | null = null
    for (let n = 0; n < 1500; n++) {
      const begun = turn(conversation, parent, `q${n}`)
      await storage.write.beginTurn(begun)
      first ??= begun.question
      parent = begun.answer
    }
    expect(await storage.read.path(parent!)).toHaveLength(3000)
    const { conversation: after } = await storage.write.deleteMessages(conversation, first!)
    expect(after.messages).toHaveLength(0)
    expect(after.activeLeaf).toBeNull()
  })
})

describe('search', () => {
  it('finds words, Chinese runs of any length and titles, and takes signs literally', async () => {
    const chinese = randomUUID()
    await ask(chinese, null, '今天天气不错', '是的，很好')
    const english = randomUUID()
    await ask(english, null, 'A 100% sure_thing "quoted"', 'fine')
    const ids = async (query: string) => (await storage.read.search(query)).conversations.map(({ id }) => id)
    expect(await ids('天气不')).toEqual([chinese])
    expect(await ids('很好')).toEqual([chinese])
    expect(await ids('气')).toEqual([chinese])
    expect(await ids('SURE')).toEqual([english])
    expect(await ids('100% "quoted"')).toEqual([english])
    expect(await ids('100%s')).toEqual([])
    expect(await ids('e_t')).toEqual([english])
    expect(await ids('%')).toEqual([english])
    expect(await ids('   ')).toEqual([])
    await storage.write.renameConversation(chinese, 'Weather and so on')
    expect(await ids('weather 今天')).toEqual([chinese])
  })

  it('follows edits, and the index can be rebuilt', async () => {
    const conversation = randomUUID()
    const begun = await ask(conversation, null, 'alpha', 'gamma delta')
    await storage.write.resumeAnswer(begun.answer, 'Tiny')
    await storage.write.finishAnswer(finished(begun.answer, 'gamma epsilon'))
    await storage.write.rebuildSearchIndex()
    expect((await storage.read.search('delta')).conversations).toHaveLength(0)
    expect((await storage.read.search('epsilon')).conversations).toHaveLength(1)
  })
})

describe('snapshots under a budget', () => {
  it('keeps newest leaves, then branch points, then the rest', async () => {
    const a = randomUUID()
    const a1 = await ask(a, null, 'a1', 'x', 100)
    const a2 = await ask(a, a1.answer, 'a2', 'x', 100)
    const a3 = await ask(a, a2.answer, 'a3', 'x', 100)
    const a3b = await ask(a, a2.answer, 'a3b', 'x', 100) // makes a2 a branch point
    const b = randomUUID()
    const b1 = await ask(b, null, 'b1', 'x', 100)
    expect(await storage.read.snapshotUsage()).toEqual({ count: 5, bytes: 500 })
    expect(await storage.write.keepBudget(450)).toEqual([a1.answer])
    expect(await storage.write.keepBudget(300)).toEqual([a3.answer])
    expect(await storage.write.keepBudget(250)).toEqual([a2.answer])
    expect(await storage.write.keepBudget(150)).toEqual([a3b.answer])
    expect(await storage.write.keepBudget(50)).toEqual([])
    expect((await storage.read.message(b1.answer))?.resumable).toBe(true)
    expect((await storage.read.message(a2.answer))?.resumable).toBe(false)
  })

  it('gives the disk its pages back', async () => {
    const conversation = randomUUID()
    await ask(conversation, null, 'q', 'a', 8_000_000)
    const usage = () =>
      statSync(folders.database).size +
      (statSync(`${folders.database}-wal`, { throwIfNoEntry: false })?.size ?? 0)
    await reopen()
    expect(usage()).toBeGreaterThan(8_000_000)
    await storage.write.deleteConversations([conversation], 3)
    await storage.write.purge(3, false)
    await expect.poll(() => statSync(folders.database).size, { timeout: 15_000 }).toBeLessThan(1_000_000)
  })
})

describe('files', () => {
  it('are for their owner only, and nothing is left open after a close', async () => {
    await ask(randomUUID(), null, 'q', 'a')
    for (const name of readdirSync(root)) {
      const { mode } = statSync(join(root, name))
      if (process.platform !== 'win32') expect([name, mode & 0o077]).toEqual([name, 0])
    }
    await storage.close()
    expect(existsSync(`${folders.database}-wal`)).toBe(false)
  })

  it('a second Roost on the same folder is refused and harms nothing', async () => {
    await expect(openStorage({ folders, log: silentLogger })).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
    await ask(randomUUID(), null, 'q', 'a')
    expect(await storage.read.listConversations()).toHaveLength(1)
  })

  it('a database of a newer version is refused and stays as it is, byte for byte', async () => {
    await ask(randomUUID(), null, 'q', 'a')
    await storage.close()
    const bytes = readFileSync(folders.database)
    bytes.writeUInt32BE(999, 60)
    writeFileSync(folders.database, bytes)
    await expect(openStorage({ folders, log: silentLogger })).rejects.toMatchObject({ code: 'storage_newer' })
    expect(readFileSync(folders.database).equals(bytes)).toBe(true)
    bytes.writeUInt32BE(1, 60)
    writeFileSync(folders.database, bytes)
    storage = await openStorage({ folders, log: silentLogger })
  })
})

describe('time and other writers', () => {
  it('a clock that goes back changes no order', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    const [one, two, three] = ids as [string, string, string]
    await storage.write.beginTurn({ ...turn(one, null, 'a'), now: 9000 })
    await storage.write.beginTurn({ ...turn(two, null, 'b'), now: 100 })
    await storage.write.beginTurn({ ...turn(three, null, 'c'), now: -5 })
    const listed = async () => (await storage.read.listConversations()).map(({ id }) => id)
    expect(await listed()).toEqual([three, two, one])
    await storage.write.beginTurn({ ...turn(two, null, 'd'), now: 1 })
    expect(await listed()).toEqual([two, three, one])
    const { messages } = (await storage.read.conversation(two))!
    expect(messages.map(({ text }) => text)).toEqual(['b', '', 'd', ''])
  })

  it('a database that another program holds is waited for; reading goes on; nothing is written twice', async () => {
    const conversation = randomUUID()
    await ask(conversation, null, 'before', 'x')
    const other = new Database(folders.database)
    other.exec('BEGIN IMMEDIATE')
    const begun = turn(conversation, null, 'during')
    const waiting = storage.write.beginTurn(begun)
    let done = false
    void waiting.then(() => (done = true))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(done).toBe(false)
    expect((await storage.read.conversation(conversation))?.messages).toHaveLength(2)
    other.exec('COMMIT')
    other.close()
    expect((await waiting).created).toBe(true)
    expect((await storage.read.conversation(conversation))?.messages).toHaveLength(4)
  })
})
