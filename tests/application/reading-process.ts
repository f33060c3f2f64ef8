// A process to be killed while it reads a document. Prints {"kept": tokens} after each checkpoint, {"done": tokens} as it goes.
// Arguments: the data folder; "starter" for the model that ships in place of the fake one.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AddonEngine } from '../../electron/engine/addon-engine.ts'
import { FakeEngine } from '../../electron/engine/fake-engine.ts'
import { realAddon } from '../../electron/engine/testing/addons.ts'
import { shippedResources, TestApplication } from './test-application.ts'

export interface ReadingLine {
  readonly document: string
  readonly kept: number
  readonly done: number
}

/** Of the document that is read; a token of the fake engine is a byte. */
export const readingCharacters = 60_000
const readingText = 'A line of the long document, which says little.\n'

/** For the model that ships: about 60,000 tokens, with one place that says something. */
export function longReport(): string {
  const lines = Array.from(
    { length: 2600 },
    (_, line) =>
      `Entry ${line}: the water in the harbour stood ${(line * 37) % 91} centimetres high, and nobody came.`,
  )
  lines.splice(1300, 0, 'Mara Lund lives in Lowen and works as a baker.')
  return lines.join('\n')
}

export const starterModel = join(shippedResources, 'starter', 'starter.gguf')

const root = process.argv[2]
if (root !== undefined && process.argv[1]?.endsWith('reading-process.ts') === true) await run(root)

async function run(folder: string): Promise<void> {
  const app =
    process.argv[3] === 'starter'
      ? await TestApplication.open({
          root: folder,
          native: new AddonEngine({ addonPath: realAddon }),
          model: starterModel,
        })
      : await TestApplication.open({
          root: folder,
          engine: new FakeEngine({ script: { prefillChunk: 128, prefillStepMs: 4 } }),
        })
  const known = (await app.call('documents.list', {})).documents[0]
  const document = known?.id ?? randomUUID()
  if (known === undefined) {
    const text =
      process.argv[3] === 'starter'
        ? longReport()
        : readingText.repeat(readingCharacters / readingText.length)
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
