// How long the index of documents takes to be filled and to answer. Plain Node, no model:
//   node tests/bench/documents.mjs [documents]
// Prints a line of figures for docs/benchmarks.md. The texts are made here: each has its own names and numbers among words
// that all of them share, in English and Chinese by turns.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chunking } from '../../electron/services/documents/chunking.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'

const count = Number(process.argv[2] ?? 2000)
const root = mkdtempSync(join(tmpdir(), 'roost-bench-'))
const storage = await openStorage({
  folders: prepareDataFolders({ data: root, resources: root }),
  log: silentLogger,
})

let seed = 1
const random = (below) => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed % below
}
const pick = (list) => list[random(list.length)]
const words =
  'pump valve report filter winter harbour meeting storage garden engine teacher market river paper signal copper window bridge season machine office travel letter doctor school'.split(
    ' ',
  )
const verbs =
  'checked replaced measured opened delivered painted ordered described moved repaired counted tested cleaned'.split(
    ' ',
  )
const hanzi =
  '仓库机器水泵阀门报告过滤冬天港口会议花园发动教师市场河流纸张信号铜线窗户桥梁季节办公旅行信件医生学校'
const place = () =>
  `${pick(['North', 'South', 'Old', 'New', 'Upper'])} ${pick(['Lowen', 'Marsk', 'Tirrel', 'Hasby', 'Orrin', 'Felden'])}`

const sentence = (document) =>
  `The ${pick(words)} in ${place()} was ${pick(verbs)} by the ${pick(words)} of the ${pick(words)} on day ${random(365)}, part ${pick(['AX', 'QT', 'RB'])}-${document}${random(100)}.`
const chinese = () =>
  `${Array.from({ length: 18 }, () => hanzi[random(hanzi.length)]).join('')}，第${random(900)}号。`

let passages = 0
let characters = 0
let began = performance.now()
for (let document = 0; document < count; document++) {
  const id = `document-${document}`
  const kept = []
  const chunking = new Chunking((chunk) => kept.push(chunk))
  for (let section = 0; section < 8; section++) {
    chunking.add({ kind: 'heading', level: 2, text: `${pick(words)} and ${pick(words)}` })
    for (let part = 0; part < 3; part++) {
      const say = document % 3 === 2 ? chinese : sentence
      chunking.add({ kind: 'paragraph', text: Array.from({ length: 5 }, () => say(document)).join(' ') })
    }
  }
  chunking.end()
  const facts = { characters: chunking.characters, passages: chunking.passages }
  await storage.write.addDocuments([
    {
      ...{
        id,
        collection: null,
        name: `${pick(words)} ${document}.txt`,
        kind: 'text',
        bytes: chunking.characters,
      },
      ...{
        sha256: null,
        origin: 'file',
        sourcePath: null,
        sourceModified: null,
        status: 'waiting',
        error: null,
      },
      ...{ remarks: [], pages: null, characters: 0, passages: 0, createdAt: 1, revision: 1 },
    },
  ])
  await storage.write.addPassages(id, kept)
  await storage.write.finishDocument(id, facts, [])
  passages += facts.passages
  characters += facts.characters
}
const filling = performance.now() - began

const questions = Array.from({ length: 200 }, (_, index) => {
  const document = random(count)
  if (index % 4 === 0) return `part AX-${document}${random(100)}`
  if (index % 4 === 1)
    return `Who ${pick(verbs)} the ${pick(words)} in ${place()} and what was the ${pick(words)}?`
  if (index % 4 === 2)
    return `${Array.from({ length: 6 }, () => hanzi[random(hanzi.length)]).join('')}在哪里？`
  return `the ${pick(words)} of the ${pick(words)} on day ${random(365)}`
})
const times = []
const spent = process.cpuUsage()
for (const question of questions) {
  began = performance.now()
  await storage.read.searchPassages({ question, scope: null, limit: 60 })
  times.push(performance.now() - began)
}
const { user, system } = process.cpuUsage(spent)
const ofProcessor = ((user + system) / 1000 / questions.length).toFixed(1)
times.sort((a, b) => a - b)
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1)
process.stdout.write(
  `${count} documents, ${passages} passages, ${(characters / 1e6).toFixed(1)} M characters: filled in ${(filling / 1000).toFixed(1)} s; ` +
    `search median ${at(0.5)} ms, p95 ${at(0.95)} ms, largest ${at(1)} ms, of the processor ${ofProcessor} ms each\n`,
)
await storage.close()
rmSync(root, { recursive: true, force: true })
