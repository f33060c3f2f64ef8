// A process to be killed while it takes documents in, renames and removes them. Every line it prints was acknowledged before:
// {"added"}, {"removing"} (asked for, perhaps done), {"removed"}. {"parser"} is the process that reads a document at the moment.
// Arguments: the data folder, the folder of texts, how many rounds went before.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TestApplication } from './test-application.ts'

export interface ImportingLine {
  readonly kind: 'added' | 'removing' | 'removed'
  readonly document: string
  readonly name: string
}

const [root, texts, round] = process.argv.slice(2)
if (root === undefined || texts === undefined) throw new Error('no folders')

function tell(line: ImportingLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const app = await TestApplication.open({ root, model: null })
const names = readdirSync(texts).sort()
for (let turn = 0; ; turn++) {
  const name = names[(turn + Number(round ?? 0)) % names.length] ?? ''
  const { file } = await app.application.files.know(join(texts, name))
  const [document] = await app.call('documents.add', { files: [file], collection: null })
  if (document === undefined) continue
  tell({ kind: 'added', document: document.id, name })
  const pasted = crypto.randomUUID()
  const text = readFileSync(join(texts, name), 'utf8')
  await app.call('documents.addText', { document: pasted, name, text, collection: null })
  tell({ kind: 'added', document: pasted, name })
  await new Promise((resolve) => setTimeout(resolve, 150))
  if (turn % 3 === 2) {
    tell({ kind: 'removing', document: pasted, name })
    await app.call('documents.remove', { documents: [pasted] })
    tell({ kind: 'removed', document: pasted, name })
  }
}
