// Broken, huge, locked, scanned and hostile files, read as the application reads them: each in a process of its own. Each
// must end with a status and, where it is not ready, with a reason; nothing may ask the network for anything; nothing of
// this machine may come into a text.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RoostError } from '../../electron/contract/errors.ts'
import { parseFiles } from '../../electron/services/documents/parse-job.ts'
import type { NewPassage } from '../../electron/storage/storage.ts'
import { hostileFiles } from './hostile-files.ts'

/** A port that is known before the files are: tests are named by them. */
const address = 'http://127.0.0.1:18765'
const files = hostileFiles(address)
let root: string
let server: Server
let asked = 0

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-hostile-'))
  server = createServer((socket) => {
    asked += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(18765, '127.0.0.1', resolve))
  expect((server.address() as AddressInfo).port).toBe(18765)
})
afterAll(() => {
  server.close()
  rmSync(root, { recursive: true, force: true })
})

it('there are at least sixty of them', () => {
  expect(files.length).toBeGreaterThanOrEqual(60)
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length)
})

const parse = parseFiles()

it.each(files)(
  '$name ends as it should: $ends',
  async ({ name, content, ends, remark, has, hasNot }) => {
    const path = join(root, name)
    writeFileSync(path, typeof content === 'number' ? '' : content)
    if (typeof content === 'number') truncateSync(path, content)
    const passages: NewPassage[] = []
    let code = 'ready'
    let remarks: string[] = []
    try {
      const listeners = {
        passages: (some: readonly NewPassage[]) => passages.push(...some),
        progress: () => undefined,
      }
      const facts = await parse({ path, name }, listeners, new AbortController().signal)
      expect(facts.passages).toBe(passages.length)
      expect(facts.passages).toBeGreaterThan(0)
      remarks = facts.remarks.map((one) => one.code)
    } catch (error) {
      if (!(error instanceof RoostError)) throw error
      code = error.code
      expect(error.detail.reason, 'a sentence').toMatch(/^[A-Z].{10,}\.$/)
    }
    expect(ends).toContain(code)
    if (remark !== undefined) expect(remarks).toContain(remark)
    const text = passages.map((passage) => passage.text).join('')
    if (has !== undefined) expect(text).toContain(has)
    if (hasNot !== undefined) expect(text).not.toContain(hasNot)
    // Passages lie one behind the other and no character is cut in two.
    let at = 0
    for (const passage of passages) {
      expect(passage.start).toBe(at)
      at += passage.text.length
      expect(passage.text.isWellFormed()).toBe(true)
    }
    rmSync(path)
    expect(asked, 'connections').toBe(0)
  },
  100_000,
)
