// Killed while documents come in and go: every document that was acknowledged is there at the next start and is read to its
// end, with the text that an undisturbed reading gives; what was removed stays gone; no copy is left without its document; the
// process that was reading ends with its application. And killed by itself, that process takes only its document with it.
// ROOST_KILLS sets the number of kills, ROOST_SEED the moments.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ImportingLine } from '../application/importing-process.ts'
import { seededRandom, seedOfThisRun } from '../application/seeded-random.ts'
import { TestApplication } from '../application/test-application.ts'

const script = fileURLToPath(new URL('../application/importing-process.ts', import.meta.url))
const kills = Number(process.env.ROOST_KILLS ?? 4)

let folder: string
let root: string
let texts: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-importing-'))
  root = join(folder, 'data')
  texts = join(folder, 'texts')
  mkdirSync(root)
  mkdirSync(texts)
  for (let index = 0; index < 6; index++) writeFileSync(join(texts, `report ${index}.txt`), reportOf(index))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Long enough to be read in many messages and kept in many steps. */
function reportOf(index: number): string {
  const lines = Array.from(
    { length: 3000 },
    (_, line) =>
      `Report ${index}, line ${line}: pump RX-${index}${line} was checked in the harbour of Lowen.`,
  )
  return lines.join('\n\n')
}

/** Processes whose command line names the reader of documents and this test's folder. */
function readersAlive(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return line.includes('parse-worker') && line.includes(folder) ? [Number(name)] : []
    } catch (error) {
      if (error instanceof Error) return [] // it ended meanwhile
      throw error
    }
  })
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
}

async function runAndKill(round: number, aliveMs: number): Promise<ImportingLine[]> {
  const child = spawn(process.execPath, [script, root, texts, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const began = performance.now()
  while (output === '') {
    if (child.exitCode !== null || performance.now() - began > 60_000)
      throw new Error('the process did not begin')
    await pause(10)
  }
  await pause(aliveMs)
  child.kill('SIGKILL')
  await ended
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ImportingLine)
}

it('loses no document and keeps none by half', { timeout: 60_000 + kills * 40_000 }, async () => {
  const random = seededRandom(seedOfThisRun())
  const hint = `seed ${random.seed}`
  const there = new Map<string, string>()
  const undecided = new Set<string>()
  for (let round = 0; round < kills; round++) {
    for (const { kind, document, name } of await runAndKill(round, random.below(2500))) {
      if (kind === 'added') there.set(document, name)
      else there.delete(document)
      if (kind === 'removing') undecided.add(document)
      if (kind === 'removed') undecided.delete(document)
    }
    if (process.platform === 'linux') {
      const end = performance.now() + 10_000
      while (readersAlive().length > 0 && performance.now() < end) await pause(50)
      expect(readersAlive(), hint).toEqual([])
    }
  }
  const app = await TestApplication.open({ root, model: null })
  try {
    const listed = async () => (await app.call('documents.list', {})).documents
    await app.until(
      async () => (await listed()).every(({ status }) => status === 'ready' || status === 'failed'),
      120,
    )
    const documents = await listed()
    for (const [document, name] of there) {
      const row = documents.find(({ id }) => id === document)
      expect([row?.status, row?.name], hint).toEqual(['ready', name])
    }
    // A file that is added twice is one document; what was pasted in the moment of a kill may be there, whole.
    for (const { id, name, characters, status } of documents) {
      expect(status, hint).toBe('ready')
      const { text } = await app.storage.read.documentText(id, 0, characters)
      expect(text === readFileSync(join(texts, name), 'utf8'), `${hint}, ${name}`).toBe(true)
    }
    const { passages } = await app.storage.read.searchPassages({
      question: 'RX-02999',
      scope: null,
      limit: 3,
    })
    if (documents.some(({ name }) => name === 'report 0.txt')) expect(passages[0]?.text).toContain('RX-02999')
    const known = new Set(documents.map(({ id }) => id))
    await app.until(() => readdirSync(join(root, 'documents')).every((name) => known.has(name)), 20)
    expect(await app.storage.quickCheck(), hint).toBe(true)
  } finally {
    await app.destroy()
  }
})

it('a reader that is killed takes its document with it, and no other', { timeout: 120_000 }, async () => {
  if (process.platform !== 'linux') return // finds the process by /proc
  const app = await TestApplication.open({ root, model: null })
  try {
    const files = []
    for (const name of readdirSync(texts).sort()) {
      const path = join(texts, name)
      if (files.length === 0) writeFileSync(path, reportOf(0).repeat(12))
      files.push((await app.application.files.know(path)).file)
    }
    await app.call('documents.add', { files, collection: null })
    await app.until(() => readersAlive().length > 0, 30)
    for (const reader of readersAlive()) process.kill(reader, 'SIGKILL')
    const listed = async () => (await app.call('documents.list', {})).documents
    await app.until(async () => (await listed()).every(({ status }) => /^(?:ready|failed)$/.test(status)), 90)
    const documents = await listed()
    const failed = documents.filter(({ status }) => status === 'failed')
    expect(failed).toHaveLength(1)
    const [lost] = failed
    expect(lost?.error?.code).toMatch(/^document_(?:too_slow|damaged)$/)
    // Nothing of it is found, and it can be tried again.
    expect(await app.storage.read.passagesOf(lost?.id ?? '', 0, 10)).toEqual([])
    await app.call('documents.retry', { document: lost?.id ?? '' })
    await app.until(async () => (await listed()).every(({ status }) => status === 'ready'), 90)
  } finally {
    await app.destroy()
  }
})
