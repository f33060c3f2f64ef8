// The utility process that reads a document, through the double of the electron module: the worker's own side of Electron's
// message port, its end with its job, and what becomes of a document that hangs it or brings it down.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseFiles } from '../../services/documents/parse-job.ts'
import type { SpawnParser } from '../../services/documents/parse-job.ts'
import type { NewPassage } from '../../storage/storage.ts'
import { spawnUtilityParser } from './parser-process.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-utility-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal

/** Notes how each process that it starts ends. */
function watched(): { spawn: SpawnParser; ended: Promise<number | null> } {
  let end: (code: number | null) => void
  const ended = new Promise<number | null>((resolve) => (end = resolve))
  const spawn: SpawnParser = (script, heap, readable) => {
    const child = spawnUtilityParser(script, heap, readable)
    child.onExit((code) => end(code))
    return child
  }
  return { spawn, ended }
}

it('hands out passages and facts through its port, and ends with its job', { timeout: 60_000 }, async () => {
  const path = join(folder, 'notes.md')
  writeFileSync(path, '# Harbour\n\nMara Lund lives in Lowen.\n\n## Boats\n\nThere are three.\n')
  const { spawn, ended } = watched()
  const passages: NewPassage[] = []
  const facts = await parseFiles({ spawn })(
    { path, name: 'notes.md' },
    { passages: (some) => passages.push(...some), progress: () => undefined },
    never,
  )
  expect(facts).toMatchObject({ document: 'markdown', passages: passages.length })
  expect(passages.map(({ text }) => text).join('')).toContain('Mara Lund lives in Lowen.')
  expect(facts.outline.map(({ title }) => title)).toEqual(['Harbour', 'Boats'])
  await ended
})

it('says what is wrong with a file in its own words', { timeout: 60_000 }, async () => {
  const path = join(folder, 'scan.pdf')
  writeFileSync(path, '%PDF-1.7\nthis is none')
  const reading = parseFiles({ spawn: watched().spawn })(
    { path, name: 'scan.pdf' },
    { passages: () => undefined, progress: () => undefined },
    never,
  )
  await expect(reading).rejects.toMatchObject({ code: 'document_damaged' })
})

it('is stopped when it is told to, and when its time is up', { timeout: 60_000 }, async () => {
  const path = join(folder, 'long.txt')
  writeFileSync(path, 'A line that says little.\n'.repeat(400_000))
  const listeners = { passages: () => undefined, progress: () => undefined }
  const cancelled = watched()
  const abort = new AbortController()
  const reading = parseFiles({ spawn: cancelled.spawn })({ path, name: 'long.txt' }, listeners, abort.signal)
  abort.abort()
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  await cancelled.ended
  const late = watched()
  await expect(
    parseFiles({ spawn: late.spawn, milliseconds: 30 })({ path, name: 'long.txt' }, listeners, never),
  ).rejects.toMatchObject({ code: 'document_too_slow', detail: { limit: 'time' } })
  await late.ended
})
