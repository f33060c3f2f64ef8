// A process to be killed while it reads a document. Prints {"kept": tokens} after each checkpoint, {"done": tokens} as it goes.
// Arguments: the data folder.
import { randomUUID } from 'node:crypto'
import { FakeEngine } from '../../electron/engine/fake-engine.ts'
import { TestApplication } from './test-application.ts'

export interface ReadingLine {
  readonly document: string
  readonly kept: number
  readonly done: number
}

/** Of the document that is read; a token of the fake engine is a byte. */
export const readingCharacters = 60_000

const root = process.argv[2]
if (root !== undefined && process.argv[1]?.endsWith('reading-process.ts') === true) await run(root)

async function run(folder: string): Promise<void> {
  const engine = new FakeEngine({ script: { prefillChunk: 128, prefillStepMs: 4 } })
  const app = await TestApplication.open({ root: folder, engine })
  const known = (await app.call('documents.list', {})).documents[0]
  const document = known?.id ?? randomUUID()
  if (known === undefined) {
    const text = 'A line of the long document, which says little.\n'.repeat(readingCharacters / 48)
    await app.call('documents.addText', { document, name: 'long.txt', text, collection: null })
  }
  const isReady = async (): Promise<boolean> =>
    (await app.call('documents.list', {})).documents[0]?.status === 'ready'
  await app.until(isReady, 60)
  await app.call('documents.read', { document })
  setInterval(() => void tell(app, document), 10)
}

async function tell(app: TestApplication, document: string): Promise<void> {
  const [reading] = await app.storage.read.readings()
  const shown = (await app.call('documents.list', {})).documents[0]?.reading
  const line: ReadingLine = { document, kept: reading?.doneTokens ?? 0, done: shown?.doneTokens ?? 0 }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
