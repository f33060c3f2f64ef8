// S1: a document is read once; after that a question costs itself. Pausing, quitting, a kill and a chat in between lose at most
// what came after the last checkpoint.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAndKill } from '../../../tests/application/read-and-kill.ts'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { Document } from '../../contract/document-entities.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'
import { CHECKPOINT_TOKENS } from './reading.ts'

let app: TestApplication
beforeEach(async () => {
  app = await TestApplication.open({ engine: new FakeEngine({ script: { prefillChunk: 2048 } }) })
})
afterEach(() => app.destroy())

async function addText(text: string): Promise<string> {
  const document = randomUUID()
  await app.call('documents.addText', { document, name: 'long.txt', text, collection: null })
  await app.until(async () => (await row(document)).status === 'ready', 60)
  return document
}

async function row(document: string): Promise<Document> {
  const found = (await app.call('documents.list', {})).documents.find(({ id }) => id === document)
  if (found === undefined) throw new Error('no such document')
  return found
}

async function readWhole(document: string): Promise<number> {
  await app.call('documents.read', { document })
  await app.until(async () => (await row(document)).reading.phase === 'done', 60)
  return (await row(document)).reading.doneTokens
}

/** Counted by the engine; a full stop with the end of a turn is one token of the fake. */
function tokensFed(): number {
  return app.engine.calls
    .filter(({ operation }) => operation === 'generate')
    .reduce((sum, { text }) => sum + Buffer.byteLength(text.replaceAll('.\n\n', '.')), 0)
}

const long = (lines: number) =>
  'The harbour of Lowen was dredged in the year of the great frost.\n'.repeat(lines)

describe('a document of 50,000 tokens, read whole', { timeout: 120_000 }, () => {
  it('costs the first and every further question only the question', async () => {
    const document = await addText(long(770))
    const whole = await readWhole(document)
    expect(whole).toBeGreaterThan(50_000)
    const fed = tokensFed()
    for (const text of ['Who dredged it?', 'When?']) {
      const conversation = randomUUID()
      await app.call('conversations.setSources', {
        conversation,
        sources: [{ document, use: 'read' }],
        strict: false,
      })
      const first = await app.ask(conversation, null, text)
      expect(first.figures).toMatchObject({ resumedTokens: whole, rereadTokens: 0 })
      expect(first.figures?.promptTokens).toBeLessThan(9000)
      const evidence = await app.call('evidence.get', { conversation, message: first.id })
      expect(evidence?.read).toMatchObject([{ document }])
      expect(['reading', 'both']).toContain(evidence?.mode)
      const second = await app.ask(conversation, first.id, text)
      expect(second.figures?.rereadTokens).toBe(0)
      expect(second.figures?.resumedTokens).toBeGreaterThan(whole)
    }
    expect(tokensFed() - fed).toBeLessThan(40_000)
    // Also from the disk, after a restart.
    app = await app.restart()
    const conversation = randomUUID()
    const sources = [{ document, use: 'read' as const }]
    await app.call('conversations.setSources', { conversation, sources, strict: false })
    const answer = await app.ask(conversation, null, 'And now?')
    expect(answer.figures).toMatchObject({ resumedTokens: whole, rereadTokens: 0 })
  })

  it('pauses, and goes on from where it was, also in another run', async () => {
    const document = await addText(long(770))
    app.engine.script.prefillStepMs = 20
    await app.call('documents.read', { document })
    await app.until(async () => (await row(document)).reading.doneTokens > 6000, 60)
    expect((await row(document)).reading).toMatchObject({
      phase: 'reading',
      model: expect.any(String) as string,
    })
    const paused = await app.call('documents.pauseReading', { document })
    expect(paused.reading.phase).toBe('paused')
    const { doneTokens } = paused.reading
    expect(doneTokens).toBeGreaterThan(6000)
    app = await app.restart()
    expect((await row(document)).reading).toMatchObject({ phase: 'paused', doneTokens })
    app.engine.script.prefillStepMs = 0
    const fed = tokensFed()
    const whole = await readWhole(document)
    expect(tokensFed() - fed).toBe(whole - doneTokens)
  })

  it('makes way for an answer at once, and goes on behind it', async () => {
    const document = await addText(long(400))
    app.engine.script.prefillStepMs = 20
    await app.call('documents.read', { document })
    await app.until(async () => (await row(document)).reading.doneTokens > 2000, 60)
    const answer = await app.ask(randomUUID(), null, 'hello')
    expect(answer.state).toBe('complete')
    app.engine.script.prefillStepMs = 0
    await app.until(async () => (await row(document)).reading.phase === 'done', 60)
  })

  it('forgotten, it is read again; removed, its states go', async () => {
    const document = await addText(long(100))
    await readWhole(document)
    expect((await app.call('documents.forgetReading', { document })).reading.phase).toBe('none')
    await readWhole(document)
    const before = await app.storage.read.snapshotUsage()
    expect(before.bytes).toBeGreaterThan(0)
    await app.call('documents.remove', { documents: [document] })
    await app.until(async () => (await app.storage.read.readings()).length === 0)
    expect((await app.storage.read.snapshotUsage()).bytes).toBeLessThan(before.bytes)
  })

  it('that fails says why, and begins again when it is asked to', async () => {
    const document = await addText(long(100))
    app.engine.failNext('generate', 'out_of_memory')
    await app.call('documents.read', { document })
    await app.until(async () => (await row(document)).reading.phase === 'failed', 60)
    expect((await row(document)).reading.error?.code).toBe('out_of_memory')
    await readWhole(document)
  })
})

it('kill -9 while it reads loses at most one interval of checkpoints', { timeout: 240_000 }, async () => {
  const random = seededRandom(seedOfThisRun())
  const root = mkdtempSync(join(tmpdir(), 'roost-reading-'))
  try {
    let keptBefore = 0
    for (let kill = 0; kill < 3; kill++) {
      const lines = await readAndKill(root, random.below(900), keptBefore)
      const last = lines.at(-1)
      if (last === undefined) throw new Error('nothing was told')
      const reopened = await TestApplication.open({ root, model: null })
      const [reading] = await reopened.storage.read.readings()
      await reopened.close()
      const hint = `seed ${random.seed}, kill ${kill}`
      expect(reading?.doneTokens ?? 0, hint).toBeGreaterThanOrEqual(last.kept)
      expect(last.done - (reading?.doneTokens ?? 0), hint).toBeLessThanOrEqual(CHECKPOINT_TOKENS)
      keptBefore = reading?.doneTokens ?? 0
    }
    expect(keptBefore).toBeGreaterThanOrEqual(CHECKPOINT_TOKENS)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
