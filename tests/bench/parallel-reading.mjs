// How much is gained by reading many passages at once (parallel-reading.ts), with real weights. Plain Node:
//   node tests/bench/parallel-reading.mjs [model.gguf] [passages] [threads]
// Every way reads the same passages and writes notes of the same length, and all must write the same notes:
//   anew      one passage after the other, each behind the question read anew, as a program without forks does it
//   serial    one passage after the other, each in a fork of the state behind the question
//   together  forks of that state, so many in one batch
// Prints a line for docs/benchmarks.md for each. The passages are made here: sentences of a report, about 150 tokens.
import { join } from 'node:path'
import { AddonEngine } from '../../electron/engine/addon-engine.ts'
import { realAddon } from '../../electron/engine/testing/addons.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { chooseTemplate, readChatTemplates } from '../../electron/services/chat/chat-templates.ts'
import { readInParallel } from '../../electron/services/documents/parallel-reading.ts'

const resources = join(import.meta.dirname, '..', '..', 'resources')
const path = process.argv[2] ?? join(resources, 'starter', 'starter.gguf')
const count = Number(process.argv[3] ?? 16)
const threads = process.argv[4] === undefined ? null : Number(process.argv[4])

const engine = new AddonEngine({ addonPath: realAddon })
const loaded = await engine.load(path, { threads, vocabularyFolders: [] })
const model = {
  loaded,
  title: loaded.description.title,
  // A stop that never comes: every note has the same number of tokens, whatever the weights are.
  template: { ...chooseTemplate(readChatTemplates(resources), loaded.description), stop: ['\u0000'] },
}
const question = 'Which pump was repaired in the harbour of Lowen?'
const passages = Array.from({ length: count }, (_, index) => ({
  number: index + 1,
  text: Array.from(
    { length: 5 },
    (_, line) =>
      `On day ${index * 5 + line + 1} the pump RX-${index}${line} in the harbour of Lowen was checked by the second engineer.`,
  ).join(' '),
}))
const { signal } = new AbortController()
const maximumTokens = 48

async function timed(work) {
  const began = performance.now()
  const notes = await work()
  return { milliseconds: performance.now() - began, notes: JSON.stringify(notes) }
}
const together = (most) => () =>
  readInParallel(model, question, passages, silentLogger, { signal, maximumTokens, together: most })
const anew = async () => {
  const notes = []
  for (const passage of passages) {
    notes.push(...(await readInParallel(model, question, [passage], silentLogger, { signal, maximumTokens })))
  }
  return notes
}
const ways = [
  ['anew', anew],
  ['serial', together(1)],
  ['8 together', together(8)],
  ['16 together', together(16)],
]
await timed(together(2)) // warm
const best = new Map()
const notes = new Set()
for (let round = 0; round < 3; round++) {
  for (const [name, way] of ways) {
    const { milliseconds, notes: written } = await timed(way)
    notes.add(written)
    best.set(name, Math.min(best.get(name) ?? Infinity, milliseconds))
  }
}
const { parameters } = loaded.description
process.stdout.write(
  `${model.title}, ${(parameters / 1e6).toFixed(1)} M parameters, on ${loaded.device}: ${count} passages, ` +
    `notes of ${maximumTokens} tokens, best of 3; ${notes.size === 1 ? 'the same notes each way' : 'NOTES DIFFER'}\n`,
)
for (const [name, milliseconds] of best) {
  const times = (best.get('serial') ?? milliseconds) / milliseconds
  process.stdout.write(
    `  ${name.padEnd(12)} ${milliseconds.toFixed(0).padStart(7)} ms   ${times.toFixed(2)} x serial\n`,
  )
}
await loaded.close()
