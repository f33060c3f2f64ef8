// Databases that are damaged, foreign or from another version: what can be kept is kept, nothing is deleted.
import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, seedOfThisRun } from '../../tests/application/seeded-random.ts'
import { createDatabaseFile, writeBackup } from './copy-rows.ts'
import { ReadableDatabase, WritableDatabase } from './database.ts'
import { pageSize } from './layout.ts'
import {
  expectedSchemaObjects,
  migrate,
  migrations,
  newestVersion,
  schemaObjects,
  shippedVersion,
  userVersion,
} from './migrate.ts'
import type { Migration } from './migration.ts'
import { openDatabase } from './open-database.ts'
import type { OpenDatabase } from './open-database.ts'
import { beginTurn, finishAnswer, pathTo } from './turns.ts'
import { findConversation, listConversations } from './conversations.ts'

let root: string
const places = () => ({
  database: join(root, 'roost.db'),
  backups: join(root, 'backups'),
  setAside: join(root, 'set-aside'),
})

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'roost-damage-'))
  mkdirSync(places().backups)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function open(list?: readonly Migration[]): OpenDatabase {
  return openDatabase({
    places: places(),
    now: () => new Date('2026-11-21T08:00:00Z'),
    ...(list === undefined ? {} : { migrations: list }),
  })
}

function close({ connection, lock }: OpenDatabase): void {
  connection.close()
  lock.close()
}

/** `turns` long answers in each of `conversations`, spread over many pages. Returns the ids of the conversations. */
function fill(opened: OpenDatabase, conversations: number, turns: number): string[] {
  const ids: string[] = []
  for (let one = 0; one < conversations; one++) {
    const conversation = randomUUID()
    ids.push(conversation)
    let parent: string | null = null
    for (let turn = 0; turn < turns; turn++) {
      const question = randomUUID()
      const answer = randomUUID()
      beginTurn(opened.db, {
        conversation,
        parent,
        question,
        answer,
        text: `question ${one} ${turn}`,
        model: 'Tiny',
        title: `Title ${one}`,
        now: 1,
      })
      finishAnswer(opened.db, {
        answer,
        text: `answer ${one} ${turn} `.repeat(60),
        state: 'complete',
        tokens: {
          tokenizer: 't',
          template: 'world',
          system: '',
          prompt: new Uint32Array(20).fill(7),
          answer: new Uint32Array(100).fill(8),
          tail: '',
        },
        figures: null,
        error: null,
        model: 'Tiny',
        snapshot: { bytes: new Uint8Array(20_000).fill(turn), fingerprint: 'f' },
        budgetBytes: 1e9,
        now: 2,
      })
      parent = answer
    }
  }
  return ids
}

describe('a damaged database', () => {
  it('is moved aside whole, and all but the rows of the bad page are there again', () => {
    const first = open()
    const ids = fill(first, 6, 10)
    first.connection.pragma('wal_checkpoint(TRUNCATE)')
    const page = first.db.one<{ pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 3",
    )?.pageno
    close(first)
    const bytes = readFileSync(places().database)
    bytes.fill(0xff, (page! - 1) * pageSize, page! * pageSize)
    writeFileSync(places().database, bytes)
    writeFileSync(`${places().database}.check`, '') // as after a read that failed

    const second = open()
    const { setAside } = second.report
    expect(setAside).toMatchObject({ source: 'salvaged', conversations: 6 })
    expect(setAside?.messages).toBeGreaterThan(90)
    expect(setAside?.messages).toBeLessThan(120)
    expect(readFileSync(join(places().setAside, setAside!.file)).equals(bytes)).toBe(true)
    for (const id of ids) {
      const conversation = findConversation(second.db, id)
      expect(conversation?.title).toMatch(/^Title/)
      // Every message that was kept hangs in the tree.
      const known = new Set(conversation?.messages.map((message) => message.id))
      expect(conversation?.messages.every(({ parent }) => parent === null || known.has(parent))).toBe(true)
    }
    close(second)
    const third = open()
    expect(third.report.setAside).toBeNull()
    close(third)
  })

  it('whose header is gone comes back from the newest backup', () => {
    const first = open()
    fill(first, 2, 2)
    writeBackup(first.db, places().backups, new Date('2026-11-20T00:00:00Z'))
    fill(first, 1, 1)
    close(first)
    const bytes = readFileSync(places().database)
    bytes.fill(0, 0, 100)
    writeFileSync(places().database, bytes)
    const second = open()
    expect(second.report.setAside).toMatchObject({ source: 'backup', conversations: 2, messages: 8 })
    expect(readdirSync(places().setAside)).toHaveLength(1)
    close(second)
  })

  it('of another program is set aside, and a new one begins', () => {
    const foreign = new Database(places().database)
    foreign.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
    foreign.close()
    const before = readFileSync(places().database)
    const opened = open()
    expect(opened.report.setAside).toMatchObject({ source: 'nothing', conversations: 0 })
    expect(readFileSync(join(places().setAside, opened.report.setAside!.file)).equals(before)).toBe(true)
    close(opened)
  })

  it('with a foreign trigger is not trusted; its rows are kept, the trigger is not', () => {
    const first = open()
    fill(first, 1, 1)
    close(first)
    const tampered = new Database(places().database)
    tampered.exec('CREATE TRIGGER evil AFTER INSERT ON message BEGIN DELETE FROM conversation; END')
    tampered.close()
    const second = open()
    expect(second.report.setAside).toMatchObject({ source: 'salvaged', conversations: 1, messages: 2 })
    expect(schemaObjects(second.db)).toEqual(expectedSchemaObjects(migrations, newestVersion(migrations)))
    close(second)
  })

  it('in 40 other ways never stops the start and is never deleted', { timeout: 120_000 }, () => {
    const random = seededRandom(seedOfThisRun())
    const first = open()
    fill(first, 3, 4)
    close(first)
    const whole = join(root, 'whole.db')
    copyFileSync(places().database, whole)
    const size = statSync(whole).size
    for (let round = 0; round < 40; round++) {
      rmSync(places().setAside, { recursive: true, force: true })
      for (const suffix of ['-wal', '-shm', '.check']) rmSync(places().database + suffix, { force: true })
      copyFileSync(whole, places().database)
      const bytes = readFileSync(whole)
      const kind = random.below(5)
      if (kind === 0) truncateSync(places().database, random.below(size))
      else {
        const at = random.below(size)
        const length = kind === 1 ? 1 : kind === 2 ? pageSize : 512
        if (kind === 3) bytes.fill(random.below(256), at, at + length)
        else for (let i = at; i < Math.min(size, at + length); i++) bytes[i] = random.below(256)
        if (kind === 4) bytes[random.below(100)] = random.below(256)
        writeFileSync(places().database, bytes)
      }
      if (random.chance(0.3)) writeFileSync(`${places().database}-wal`, Buffer.alloc(random.below(50_000), 7))
      writeFileSync(`${places().database}.check`, '')
      const hint = `seed ${random.seed}, round ${round}, kind ${kind}`
      let opened: OpenDatabase
      try {
        opened = open()
      } catch (error) {
        // A version from the future is the one thing that is left to its own program.
        expect(error, hint).toMatchObject({ code: 'storage_newer' })
        continue
      }
      const conversation = randomUUID()
      fill(opened, 1, 1)
      expect(listConversations(opened.db).length, `${hint} ${conversation}`).toBeGreaterThan(0)
      if (opened.report.setAside !== null) {
        expect(existsSync(join(places().setAside, opened.report.setAside.file)), hint).toBe(true)
      }
      close(opened)
    }
  })
})

describe('M10: migrations', () => {
  const next: Migration = {
    version: newestVersion(migrations) + 1,
    up: (db) => db.exec("ALTER TABLE conversation ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"),
  }

  it('every frozen database climbs to the newest version and equals a new one', () => {
    const folder = new URL('./testing/', import.meta.url)
    const frozen = readdirSync(folder).filter((name) => /^v\d+\.db$/.test(name))
    // One for every version that ever shipped; a migration without its database was never really run.
    const shipped = migrations.filter(({ version }) => version <= shippedVersion)
    expect(frozen.sort()).toEqual(shipped.map(({ version }) => `v${version}.db`).sort())
    for (const name of frozen) {
      for (const left of readdirSync(root)) rmSync(join(root, left), { recursive: true })
      mkdirSync(places().backups)
      copyFileSync(new URL(name, folder), places().database)
      const opened = open()
      expect(opened.report.setAside).toBeNull()
      expect(schemaObjects(opened.db)).toEqual(expectedSchemaObjects(migrations, newestVersion(migrations)))
      const [conversation] = listConversations(opened.db)
      expect(conversation?.title).toBe('Frozen')
      const full = findConversation(opened.db, conversation!.id)
      expect(full?.messages.map(({ text, state }) => [text, state])).toEqual([
        ['What was frozen?', 'complete'],
        ['A database of version 1.', 'complete'],
      ])
      const path = pathTo(opened.db, full!.activeLeaf!)
      expect(path[1]?.tokens).toMatchObject({
        tokenizer: 'frozen',
        tail: '\n',
        prompt: Uint32Array.of(1, 2, 3),
      })
      expect(
        opened.db.all('SELECT rowid FROM message_search WHERE message_search MATCH ?', '"frozen"'),
      ).toHaveLength(1)
      close(opened)
    }
  })

  it('are preceded by a copy without snapshots', () => {
    const first = open()
    fill(first, 2, 3)
    close(first)
    const second = open([...migrations, next])
    expect(second.report.migratedFrom).toBe(migrations.length)
    expect(second.db.one('SELECT colour FROM conversation LIMIT 1')).toEqual({ colour: 'blue' })
    close(second)
    const [backup] = readdirSync(places().backups)
    const copy = new Database(join(places().backups, backup!), { readonly: true })
    const db = new ReadableDatabase(copy)
    expect(userVersion(db)).toBe(migrations.length)
    expect(db.one('SELECT count(*) AS n FROM message')).toEqual({ n: 12 })
    expect(db.one('SELECT count(*) AS n FROM snapshot')).toEqual({ n: 0 })
    copy.close()
    // It is as good as the database itself.
    rmSync(places().database)
    writeFileSync(places().database, 'no database')
    const restored = open()
    expect(restored.report.setAside).toMatchObject({ source: 'backup', conversations: 2, messages: 12 })
    expect(schemaObjects(restored.db)).toEqual(expectedSchemaObjects(migrations, migrations.length))
    close(restored)
  })

  it('that fail leave the old version whole', () => {
    const first = open()
    fill(first, 2, 3)
    close(first)
    const broken: Migration = {
      version: next.version + 1,
      up(db) {
        db.exec('DELETE FROM message WHERE parent IS NOT NULL; CREATE TABLE half (x INTEGER) STRICT')
        throw new Error('power failure')
      },
    }
    expect(() => open([...migrations, next, broken])).toThrow()
    const again = open()
    expect(again.report).toMatchObject({ setAside: null, migratedFrom: null })
    expect(again.db.one('SELECT count(*) AS n FROM message')).toEqual({ n: 12 })
    close(again)
  })

  it('killed in the middle leave the old version whole', () => {
    const first = open()
    fill(first, 2, 3)
    close(first)
    const here = new URL('./', import.meta.url).href
    const script = `
      import { openDatabase } from '${here}open-database.ts'
      import { migrations } from '${here}migrate.ts'
      const deadly = { version: migrations.length + 1, up(db) {
        db.exec('DELETE FROM turn_tokens; CREATE TABLE half (x INTEGER) STRICT')
        process.kill(process.pid, 'SIGKILL')
      } }
      openDatabase({ places: ${JSON.stringify(places())}, now: () => new Date(), migrations: [...migrations, deadly] })
    `
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    expect(signal).toBe('SIGKILL')
    const again = open()
    expect(again.report).toMatchObject({ setAside: null, migratedFrom: null })
    expect(again.db.one('SELECT count(*) AS n FROM turn_tokens')).toEqual({ n: 6 })
    close(again)
  })

  it('that break a reference are refused', () => {
    const first = open()
    fill(first, 1, 1)
    close(first)
    const breaking: Migration = {
      version: next.version,
      up: (db) => db.exec('PRAGMA defer_foreign_keys = ON; UPDATE message SET conversation = 999'),
    }
    expect(() => open([...migrations, breaking])).toThrow(/reference/)
    close(open())
  })

  it('run in the order of their numbers or not at all', () => {
    expect(() => newestVersion([next])).toThrow(/place 1/)
    const connection = createDatabaseFile(join(root, 'x.db'), 1, migrations)
    migrate(new WritableDatabase(connection), [...migrations, next])
    expect(userVersion(new ReadableDatabase(connection))).toBe(migrations.length + 1)
    connection.close()
  })
})
