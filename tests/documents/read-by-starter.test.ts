// S1 with real weights: the model that ships reads a long text, is killed on the way, goes on from its last checkpoint in
// another process, and then answers from the state. What the state holds, and what is said from it, is what a reading that was
// never disturbed gives, bit for bit.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AddonEngine } from '../../electron/engine/addon-engine.ts'
import { realAddon } from '../../electron/engine/testing/addons.ts'
import { CHECKPOINT_TOKENS } from '../../electron/services/documents/reading.ts'
import { readAndKill } from '../application/read-and-kill.ts'
import { longReport, starterModel } from '../application/reading-process.ts'
import { seededRandom, seedOfThisRun } from '../application/seeded-random.ts'
import { TestApplication } from '../application/test-application.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-starter-reads-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function opened(root: string): Promise<TestApplication> {
  const native = new AddonEngine({ addonPath: realAddon })
  const app = await TestApplication.open({ root, native, model: starterModel })
  await app.call('settings.set', { sampling: { temperature: 0 } })
  return app
}

/** Its only document, read to the end; then a question. */
async function finished(app: TestApplication) {
  const row = async () => (await app.call('documents.list', {})).documents[0]
  await app.until(async () => (await row())?.status === 'ready', 60)
  const document = (await row())?.id ?? ''
  await app.call('documents.read', { document })
  await app.until(async () => (await row())?.reading.phase === 'done', 150)
  const [reading] = await app.storage.read.readings()
  const state = await app.storage.read.readingState(
    document,
    reading?.fingerprint ?? '',
    reading?.system ?? '',
  )
  const conversation = randomUUID()
  const sources = [{ document, use: 'read' as const }]
  await app.call('conversations.setSources', { conversation, sources, strict: false })
  const answer = await app.ask(conversation, null, 'Where does Mara Lund live?')
  const evidence = await app.call('evidence.get', { conversation, message: answer.id })
  return { tokens: reading?.doneTokens ?? 0, state: state?.bytes ?? new Uint8Array(), answer, evidence }
}

it('is killed, goes on, and answers as if nothing had happened', { timeout: 600_000 }, async () => {
  const random = seededRandom(seedOfThisRun())
  const hint = `seed ${random.seed}`
  const disturbed = join(folder, 'disturbed')
  const lines = await readAndKill(disturbed, random.below(1500), 0, 'starter')
  const last = lines.at(-1)
  let app = await opened(disturbed)
  const [kept] = await app.storage.read.readings()
  expect(kept?.doneTokens ?? 0, hint).toBeGreaterThanOrEqual(Math.max(last?.kept ?? 0, CHECKPOINT_TOKENS))
  expect((last?.done ?? 0) - (kept?.doneTokens ?? 0), hint).toBeLessThanOrEqual(CHECKPOINT_TOKENS)
  const gone = await finished(app)
  await app.close()
  expect(gone.tokens).toBeGreaterThan(50_000)
  // The question costs itself and the passages that were found, not the document.
  expect(gone.answer.figures).toMatchObject({ resumedTokens: gone.tokens, rereadTokens: 0 })
  expect(gone.answer.figures?.promptTokens).toBeLessThan(2000)
  expect(gone.answer.text).not.toBe('')
  expect(gone.evidence).toMatchObject({ mode: 'both', read: [{ tokens: gone.tokens }] })

  app = await opened(join(folder, 'undisturbed'))
  await app.call('documents.addText', {
    ...{ document: randomUUID(), name: 'long.txt', text: longReport(), collection: null },
  })
  const whole = await finished(app)
  await app.close()
  expect(whole.tokens, hint).toBe(gone.tokens)
  expect(Buffer.compare(whole.state, gone.state), hint).toBe(0)
  expect(gone.answer.text, hint).toBe(whole.answer.text)
})
