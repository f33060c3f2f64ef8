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

function search(query: string) {
  return storage.read.searchMessages({
    query,
    in: 'everything',
    since: null,
    until: null,
    folder: null,
    tag: null,
  })
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
    expect((await search('half an')).messages).toHaveLength(1)
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
    const { deleted, conversation: after } = await storage.write.deleteMessages(
      conversation,
      right.question,
      3,
    )
    expect(deleted).toEqual([right.question, right.answer, deep.question, deep.answer])
    expect(after.activeLeaf).toBe(left.answer)
    expect(after.messages.map(({ text }) => text)).toEqual(['one', '1', 'left', 'l'])
    expect((await search('right')).messages).toHaveLength(0)
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
    const { conversation: after } = await storage.write.deleteMessages(conversation, first!, 3)
    expect(after.messages).toHaveLength(0)
    expect(after.activeLeaf).toBeNull()
  })
})

describe('a deleted message', () => {
  /** a ─ b ─ (c | d ─ e): every row, token, state and word that a person could miss. */
  async function tree() {
    const conversation = randomUUID()
    const a = await ask(conversation, null, 'a', 'alpha')
    const b = await ask(conversation, a.answer, 'b', 'beta')
    const c = await ask(conversation, b.answer, 'c', 'gamma')
    const d = await ask(conversation, b.answer, 'd', 'delta')
    const e = await ask(conversation, d.answer, 'e', 'epsilon')
    return { conversation, a, b, c, d, e }
  }
  async function everything(conversation: string, leaf: string) {
    const found = await storage.read.conversation(conversation)
    if (found === null) return null
    const { revision: _revision, ...rest } = found
    return {
      ...rest,
      path: await storage.read.path(leaf),
      states: await storage.read.conversationStates(conversation),
      usage: await storage.read.snapshotUsage(),
    }
  }

  it('comes back as it was after a restart: rows in their order, tokens, states, what was shown, words in the index', async () => {
    const { conversation, b, d, e } = await tree()
    const before = await everything(conversation, e.answer)
    const { deleted, undoable } = await storage.write.deleteMessages(conversation, b.question, 5)
    expect(deleted).toHaveLength(8)
    expect(undoable).toBe(true)
    expect((await search('epsilon')).messages).toEqual([])
    expect(await storage.read.listConversations()).toHaveLength(1)
    expect(await storage.read.deletedBatches()).toEqual([])
    await expect(storage.write.selectBranch(conversation, d.answer)).rejects.toMatchObject({
      code: 'not_found',
    })
    await reopen()
    expect(await storage.read.deletedBranches()).toEqual([
      { conversation, message: b.question, messages: 8, deletedAt: 5 },
    ])
    await storage.write.restoreMessages(conversation, b.question)
    expect(await everything(conversation, e.answer)).toEqual(before)
    expect((await search('epsilon')).messages).toHaveLength(1)
    await expect(storage.write.restoreMessages(conversation, b.question)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it.each([['inner first'], ['outer first']])('within another deleted one comes back, %s', async (order) => {
    const { conversation, b, c, d, e } = await tree()
    const before = await everything(conversation, e.answer)
    await storage.write.deleteMessages(conversation, d.question, 5)
    await storage.write.deleteMessages(conversation, b.question, 6)
    const both = [d.question, b.question]
    for (const message of order === 'inner first' ? both : both.reverse()) {
      await storage.write.restoreMessages(conversation, message)
    }
    // What is shown is what was shown in the part that came back last; the rest is as it was.
    const shown = order === 'inner first' ? c.answer : e.answer
    expect(await everything(conversation, e.answer)).toEqual({ ...before, activeLeaf: shown })
  })

  it('is gone for good with its time, and with its conversation; nothing refers to what is gone', async () => {
    const { conversation, b, d } = await tree()
    await storage.write.deleteMessages(conversation, d.question, 5)
    await storage.write.deleteMessages(conversation, b.question, 6)
    expect(await storage.write.purge(5, false)).toBe(1)
    await expect(storage.write.restoreMessages(conversation, d.question)).rejects.toMatchObject({
      code: 'not_found',
    })
    await storage.write.deleteConversations([conversation], 7)
    await expect(storage.write.restoreMessages(conversation, b.question)).rejects.toMatchObject({
      code: 'not_found',
    })
    await storage.write.purge(7, false)
    expect(await storage.read.deletedBranches()).toEqual([])
    expect(await storage.read.snapshotUsage()).toEqual({ count: 0, bytes: 0 })
    const raw = new Database(folders.database, { readonly: true })
    const count = (table: string) => raw.prepare(`SELECT count(*) AS n FROM ${table}`).get()
    expect(['conversation', 'message', 'deleted_branch', 'turn_tokens'].map(count)).toEqual(
      Array.from({ length: 4 }, () => ({ n: 0 })),
    )
    expect(raw.pragma('foreign_key_check')).toEqual([])
    raw.close()
  })

  it('does not come back once a turn of its conversation was forgotten: its words leave the file', async () => {
    const conversation = randomUUID()
    const first = await ask(conversation, null, 'keep this', 'kept')
    const secret = await ask(conversation, first.answer, 'canarybird question', 'canarybird answer')
    await storage.write.deleteMessages(conversation, secret.question, 5)
    await storage.write.forgetTurn(conversation, first.answer, { from: 'x', to: '' })
    expect(await storage.read.deletedBranches()).toEqual([])
    await storage.close()
    for (const name of readdirSync(root).filter((file) => file.startsWith('roost.db'))) {
      expect(readFileSync(join(root, name)).includes('canarybird')).toBe(false)
    }
    storage = await openStorage({ folders, log: silentLogger })
  })
})

describe('search', () => {
  it('follows edits, and the index can be rebuilt', async () => {
    const conversation = randomUUID()
    const begun = await ask(conversation, null, 'alpha', 'gamma delta')
    await storage.write.resumeAnswer(begun.answer, 'Tiny')
    await storage.write.finishAnswer(finished(begun.answer, 'gamma epsilon'))
    await storage.write.rebuildSearchIndex()
    expect((await search('delta')).messages).toHaveLength(0)
    expect((await search('epsilon')).messages).toHaveLength(1)
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
