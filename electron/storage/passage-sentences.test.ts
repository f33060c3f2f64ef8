// Which sentence of what was found is shown by itself. Texts and questions are written out; rarities are those of the index.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { putDocument } from '../../tests/application/test-documents.ts'
import { silentLogger } from '../platform/log.ts'
import { prepareDataFolders } from '../platform/paths.ts'
import { openStorage } from './client.ts'
import type { FoundSentence, Storage } from './storage.ts'

let root: string
let storage: Storage

const manual = `bilge pump NX-893: operating manual

Keep it near the machine. The pump weighs 52 kilograms without accessories. It was painted twice.

Change the oil every 650 hours. Seven litres are needed. Repairs are done at the workshop in Holadale.`
const walk = `白鹭古道

白鹭古道从榛岭村出发，到阳滨结束。全长18公里。387路公交车停在古道的入口。`

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-sentences-'))
  storage = await openStorage({
    folders: prepareDataFolders({ data: root, resources: root }),
    log: silentLogger,
  })
  await putDocument(storage, { name: 'pump.txt', text: manual })
  await putDocument(storage, { name: 'walk.txt', text: walk })
  for (let other = 0; other < 12; other++) {
    const text = `Notes of day ${other}. The harbour was calm, and nobody changed anything. Lunch was late.`
    await putDocument(storage, { name: `notes ${other}.txt`, text })
  }
})
afterAll(async () => {
  await storage.close()
  rmSync(root, { recursive: true, force: true })
})

async function found(question: string, asked = question): Promise<FoundSentence | null> {
  return (await storage.read.searchPassages({ question, asked, scope: null, limit: 10 })).sentence
}

it('is the one that says what is wanted, though the title alone says what it is about', async () => {
  const sentence = await found('How often is the oil of the bilge pump NX-893 changed?')
  expect(sentence?.text).toBe('Change the oil every 650 hours.')
  expect(sentence?.aspect).toBeGreaterThan(0.9)
  const [passage] = await storage.read.passagesById([sentence?.passage ?? 0])
  const start = (sentence?.start ?? 0) - (passage?.start ?? 0)
  expect(passage?.text.slice(start, start + 31)).toBe('Change the oil every 650 hours.')
})

it('serves Chinese', async () => {
  expect((await found('387路公交车停在哪里？'))?.text).toBe('387路公交车停在古道的入口。')
  expect((await found('白鹭古道全长多少公里？'))?.text).toBe('全长18公里。')
})

it('is weak where the documents know the name and nothing of what is asked about it', async () => {
  for (const question of [
    'Who invented the bilge pump NX-893?',
    'Which insurance covers the bilge pump NX-893?',
  ]) {
    expect((await found(question))?.aspect ?? 0, question).toBeLessThan(0.5)
  }
})

it('is no title, and where a number is asked for it holds one', async () => {
  expect((await found('bilge pump NX-893 operating manual'))?.text).not.toContain('operating manual')
  expect((await found('How much does the pump weigh?'))?.text).toContain('52')
})

it('of a follow-up answers what is asked now, not what was asked before', async () => {
  const sentence = await found(
    'Where are repairs done? How much does the bilge pump NX-893 weigh',
    'Where are repairs done?',
  )
  expect(sentence?.text).toBe('Repairs are done at the workshop in Holadale.')
})
