// Moving the data folder with a real database and real files: whatever happens, one whole folder is in use.
import { randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillStorage, generatedConversation } from '../../../tests/application/generated-conversations.ts'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { arrivingName } from '../../platform/data-location.ts'
import { silentLogger } from '../../platform/log.ts'
import { prepareDataFolders } from '../../platform/paths.ts'
import type { DataFolders } from '../../platform/paths.ts'
import { checkDatabaseFile, openStorage } from '../../storage/client.ts'
import type { Storage } from '../../storage/storage.ts'
import { listTree, TreeCopy } from './copy-tree.ts'
import { DataFolder } from './data-folder.ts'

let home: string
let anchor: string
let folders: DataFolders
let storage: Storage
let folder: DataFolder
/** Called when a move has ended, with or without a new beginning. */
let end: () => void = () => undefined
let closes = true
let sound = true

async function stand(): Promise<void> {
  folders = prepareDataFolders({ data: anchor, resources: anchor })
  storage = await openStorage({ folders, log: silentLogger })
  folder = new DataFolder({
    folders,
    emit: (_name, payload) => {
      if (!('folder' in payload)) return
      if (payload.folder.work === null) end()
    },
    log: silentLogger,
    checkDatabase: async (database) => sound && (await checkDatabaseFile(database, { log: silentLogger })),
    restart: (between) =>
      void storage
        .close()
        .then(() => between(closes))
        .then(() => stand())
        .then(() => end()),
  })
}

beforeEach(async () => {
  closes = true
  sound = true
  home = realpathSync(mkdtempSync(join(tmpdir(), 'roost-moving-')))
  anchor = join(home, 'first')
  await stand()
})

afterEach(async () => {
  await storage.close()
  rmSync(home, { recursive: true, force: true })
})

async function move(target: string): Promise<void> {
  const ended = new Promise<void>((resolve) => (end = resolve))
  await folder.move(target)
  await ended
}

/** A chat, a model that lies in the folder, one that does not, and notes about both. */
async function fill(): Promise<string> {
  const [id] = await fillStorage(storage, [generatedConversation(seededRandom(1), { messages: 6 })])
  writeFileSync(join(folders.models, 'own.gguf'), Buffer.alloc(300_000, 7))
  mkdirSync(join(folders.root, 'documents', 'a'), { recursive: true })
  writeFileSync(join(folders.root, 'documents', 'a', 'paper.pdf'), 'a paper')
  symlinkSync(join(home, 'elsewhere.gguf'), join(folders.models, 'link.gguf'))
  for (const path of [join(folders.models, 'own.gguf'), join(home, 'elsewhere.gguf')]) {
    await storage.write.putModel({
      id: randomUUID(),
      path,
      origin: 'local',
      title: 'T',
      description: null,
      fileBytes: 1,
      modifiedAt: 1,
    })
  }
  await storage.write.setSettings({
    'models.contents': { [join(folders.models, 'own.gguf')]: { bytes: 1 }, [join(home, 'x')]: {} },
  })
  return id ?? ''
}

describe('M11: moving the data folder', () => {
  it('copies everything, begins anew there from every start, and leaves the old folder whole until it is deleted', async () => {
    const id = await fill()
    const before = await storage.read.conversation(id)
    const target = join(home, 'second')
    const modified = statSync(join(folders.models, 'own.gguf')).mtimeMs
    await move(target)

    expect(folders.root).toBe(target)
    expect((await storage.read.conversation(id))?.messages).toEqual(before?.messages)
    expect(readFileSync(join(target, 'models', 'own.gguf'))).toEqual(Buffer.alloc(300_000, 7))
    expect(Math.abs(statSync(join(target, 'models', 'own.gguf')).mtimeMs - modified)).toBeLessThan(2)
    expect(readFileSync(join(target, 'documents', 'a', 'paper.pdf'), 'utf8')).toBe('a paper')
    expect(existsSync(join(target, arrivingName))).toBe(false)
    if (process.platform !== 'win32') expect(statSync(target).mode & 0o077).toBe(0)
    // What lay in the folder is known by its new path, what lay elsewhere by its own.
    expect((await storage.read.models()).map(({ path }) => path)).toEqual([
      join(target, 'models', 'own.gguf'),
      join(home, 'elsewhere.gguf'),
    ])
    expect(Object.keys((await storage.read.settings())['models.contents'] as object)).toEqual([
      join(target, 'models', 'own.gguf'),
      join(home, 'x'),
    ])

    const state = await folder.state()
    expect(state).toMatchObject({ path: target, error: null, old: { path: anchor } })
    expect(state.old?.bytes).toBeGreaterThan(300_000)
    expect(existsSync(join(anchor, 'roost.db'))).toBe(true)
    expect((await folder.deleteOld()).old).toBeNull()
    expect(readdirSync(anchor)).toEqual(['data-folder.json'])
    await storage.close()
    await stand()
    expect(folders.root).toBe(target)
    expect(await storage.quickCheck()).toBe(true)
  })

  it('moves on, and back to where it began', async () => {
    const id = await fill()
    await move(join(home, 'second'))
    await folder.deleteOld()
    await move(join(home, 'third'))
    await folder.deleteOld()
    expect(existsSync(join(home, 'second'))).toBe(false)
    await move(anchor)
    expect(folders.root).toBe(anchor)
    expect((await storage.read.conversation(id))?.messages).toHaveLength(6)
  })

  it('takes a folder of its own in one that holds other things; refuses what cannot hold the data, and says why', async () => {
    await fill()
    const full = join(home, 'full')
    mkdirSync(join(full, 'Roost'), { recursive: true })
    writeFileSync(join(full, 'letter.txt'), 'mine')
    expect(await folder.inspect(full)).toMatchObject({ label: join(full, 'Roost'), problem: null })
    writeFileSync(join(full, 'Roost', 'other.txt'), 'mine')
    writeFileSync(join(home, 'file'), 'a file')
    for (const [target, problem] of [
      [full, 'not_empty'],
      [join(anchor, 'models', 'deeper'), 'inside'],
      [anchor, 'inside'],
      [join(home, 'file', 'in-a-file'), 'unwritable'],
      ['/proc/roost', 'unwritable'],
    ] as const) {
      expect(await folder.inspect(target), target).toMatchObject({ problem })
      await expect(folder.move(target), target).rejects.toMatchObject({
        code: 'folder_unusable',
        detail: { problem },
      })
    }
    expect(readdirSync(join(full, 'Roost'))).toEqual(['other.txt'])
    expect(folders.root).toBe(anchor)
  })

  it.each([
    ['does not end in time', () => (closes = false), 'busy'],
    ['has a copy whose database is damaged', () => (sound = false), 'storage_damaged'],
  ])('when Roost %s: stays where it is, clears the target and says why', async (_what, prepare, code) => {
    const id = await fill()
    prepare()
    const target = join(home, 'second')
    await move(target)
    expect(folders.root).toBe(anchor)
    expect(existsSync(target)).toBe(false)
    expect(await folder.state()).toMatchObject({ path: anchor, error: { code }, old: null })
    expect((await storage.read.conversation(id))?.messages).toHaveLength(6)
    closes = true
    sound = true
    await move(target)
    expect(folders.root).toBe(target)
  })

  it('cancelled while it copies leaves nothing behind', async () => {
    await fill()
    const ended = new Promise<void>((resolve) => (end = resolve))
    await folder.move(join(home, 'second'))
    folder.cancel()
    await ended
    expect(existsSync(join(home, 'second'))).toBe(false)
    expect(await folder.state()).toMatchObject({ path: anchor, work: null, error: null })
  })

  it('a copy that is not what was read is found by reading it again', async () => {
    await fill()
    const target = join(home, 'second')
    const copy = new TreeCopy(anchor, target, new AbortController().signal)
    const { files } = await listTree(anchor, (path) => path.startsWith('roost.db'))
    await copy.copy(files, () => undefined)
    const path = join(target, 'models', 'own.gguf')
    const bytes = readFileSync(path)
    bytes[250_000] = 8
    writeFileSync(path, bytes)
    await expect(copy.verify(() => undefined)).rejects.toMatchObject({ code: 'content_changed' })
  })

  it('another Roost that starts meanwhile harms nothing: it is told to wait, or leaves the copies alone', async () => {
    await fill()
    const target = join(home, 'second')
    mkdirSync(target)
    writeFileSync(join(target, 'copied'), 'so far')
    const living = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    const moving = { id: randomUUID(), target, pid: living.pid ?? 0, switching: false, failed: null }
    writeFileSync(join(target, arrivingName), moving.id)
    const begin = () => prepareDataFolders({ data: anchor, resources: anchor })
    try {
      writeFileSync(join(anchor, 'moving.json'), JSON.stringify(moving))
      begin()
      expect(existsSync(join(target, 'copied'))).toBe(true)
      writeFileSync(join(anchor, 'moving.json'), JSON.stringify({ ...moving, switching: true }))
      expect(begin).toThrow(/at this moment/)
    } finally {
      const gone = new Promise((resolve) => living.once('exit', resolve))
      living.kill('SIGKILL')
      await gone
    }
    begin()
    expect(existsSync(join(target, 'copied'))).toBe(false)
    expect(existsSync(join(anchor, 'moving.json'))).toBe(false)
  })

  it('a disk that is away is said, and nothing is begun in its place', async () => {
    await fill()
    const target = join(home, 'second')
    await move(target)
    await storage.close()
    rmSync(target, { recursive: true })
    expect(() => prepareDataFolders({ data: anchor, resources: anchor })).toThrow(/cannot be reached/)
    rmSync(join(anchor, 'data-folder.json'))
    await stand()
    expect((await storage.read.listConversations()).length).toBe(1)
  })
})

const kills = Number(process.env.ROOST_KILLS ?? 6)

it(
  `M11: ${kills} kills at random moments of moves leave one whole folder in use`,
  { timeout: 60_000 + kills * 30_000 },
  async () => {
    const random = seededRandom(seedOfThisRun())
    const program = fileURLToPath(new URL('../../../tests/application/moving-process.ts', import.meta.url))
    const first = join(home, 'moving')
    const kept: string[] = []
    const roots = new Set<string>()
    let moveMs = 0
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, [program, first, join(home, 'far')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      let [stood, waiting] = [0, true]
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (data) => {
          output += String(data)
          if (stood === 0) stood = performance.now()
          // The first one is let finish a move, which says how long that takes here; the others are killed within two.
          if (!waiting || (kill === 0 && output.split('\n').length < 3)) return
          waiting = false
          if (kill === 0) moveMs = performance.now() - stood
          setTimeout(() => child.kill('SIGKILL'), random.below(2 * Math.ceil(moveMs)))
        })
        child.once('exit', () => resolve())
      })
      for (const line of output.split('\n').filter((text) => text.endsWith('}'))) {
        const said = JSON.parse(line) as { kept: string; root: string }
        kept.push(said.kept)
        roots.add(said.root)
      }
      const found = prepareDataFolders({ data: first, resources: first })
      roots.add(found.root)
      const opened = await openStorage({ folders: found, log: silentLogger })
      const hint = `seed ${random.seed}, kill ${kill}`
      expect(opened.opening.setAside, hint).toBeNull()
      const there = new Set((await opened.read.listConversations()).map(({ id }) => id))
      expect(
        kept.filter((id) => !there.has(id)),
        hint,
      ).toEqual([])
      expect(await opened.quickCheck(), hint).toBe(true)
      await opened.close()
    }
    expect(roots.size, 'at least one move came to its end').toBeGreaterThan(1)
  },
)
