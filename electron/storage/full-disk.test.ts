// A disk that takes no more: a sentence, nothing acknowledged is lost, reading goes on, and it recovers by itself.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../platform/log.ts'
import { prepareDataFolders } from '../platform/paths.ts'
import type { DataFolders } from '../platform/paths.ts'
import { openStorage } from './client.ts'

let root: string
let folders: DataFolders
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'roost-full-'))
  folders = prepareDataFolders({ data: root, resources: root })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('full: writing is refused with disk_full, reading works, and freed space is used again', async () => {
  const storage = await openStorage({ folders, log: silentLogger, pageLimit: 240 })
  const turn = (conversation: string) => ({
    conversation,
    parent: null,
    question: randomUUID(),
    answer: randomUUID(),
    text: 'question '.repeat(2000),
    model: 'Tiny',
    title: 't',
    now: 1,
  })
  const written: string[] = []
  let refused: unknown = null
  while (refused === null) {
    const conversation = randomUUID()
    try {
      await storage.write.beginTurn(turn(conversation))
      written.push(conversation)
    } catch (error) {
      refused = error
    }
  }
  expect(refused).toMatchObject({ code: 'disk_full' })
  expect(written.length).toBeGreaterThan(0)
  const listed = async () => new Set((await storage.read.listConversations()).map(({ id }) => id))
  expect(await listed()).toEqual(new Set(written))
  expect(await storage.quickCheck()).toBe(true)
  await storage.write.deleteConversations([written[0]!], 1)
  await storage.write.purge(1, false)
  const again = randomUUID()
  await storage.write.beginTurn(turn(again))
  expect(await listed()).toEqual(new Set([...written.slice(1), again]))
  await storage.close()
})

it(
  'a file that may not grow: every acknowledged turn is there afterwards',
  { skip: process.platform === 'win32' },
  async () => {
    const script = fileURLToPath(new URL('./testing/limited-process.ts', import.meta.url))
    // In blocks of 1024 bytes. Without the trap the signal would end the process before the error is seen.
    const shell = `trap '' XFSZ; ulimit -f 1500; exec "$0" "$1" "$2"`
    const { stdout, stderr } = spawnSync('bash', ['-c', shell, process.execPath, script, root], {
      encoding: 'utf8',
    })
    const lines = stdout.trim().split('\n')
    const acknowledged = lines.filter((line) => /^[\da-f-]{36}$/.test(line))
    expect(
      lines.find((line) => line.startsWith('refused')),
      stderr,
    ).toMatch(/refused (disk_full|storage_unavailable)/)
    expect(lines.at(-1)).toBe(`read ${acknowledged.length * 2}`)
    expect(acknowledged.length).toBeGreaterThan(3)
    const storage = await openStorage({ folders, log: silentLogger })
    expect(storage.opening.setAside).toBeNull()
    for (const answer of acknowledged) expect(await storage.read.message(answer)).not.toBeNull()
    await storage.close()
  },
)

it('a data folder that cannot be made is one sentence', () => {
  const file = join(root, 'a file')
  writeFileSync(file, '')
  expect(() => prepareDataFolders({ data: join(file, 'below'), resources: root })).toThrow(
    expect.objectContaining({
      code: 'storage_unavailable',
      detail: { reason: expect.stringMatching(/\(E[A-Z]+\)/) },
    }),
  )
})
