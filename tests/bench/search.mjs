// node tests/bench/search.mjs [--messages 100000] [--repeat 9] [--keep FOLDER: fill it once, then use it again]
// Fills a new database with generated messages and measures the search through it, as the window asks for it: the whole
// way through the storage thread. Prints a Markdown table of medians and of the slowest of the repetitions.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import { fillStorage, generatedConversations } from '../application/generated-conversations.ts'
import { seededRandom } from '../application/seeded-random.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    repeat: { type: 'string', default: '9' },
    keep: { type: 'string' },
  },
})
const perConversation = 50
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'roost-bench-search-'))
try {
  const folders = prepareDataFolders({ data: folder, resources: folder })
  const storage = await openStorage({ folders, log: silentLogger })
  const began = performance.now()
  if ((await storage.read.listConversations()).length === 0) {
    await fillStorage(
      storage,
      generatedConversations(seededRandom(1), {
        conversations: Math.ceil(Number(values.messages) / perConversation),
        messages: perConversation,
        characters: 300,
        folders: ['Work', 'Home'],
        tags: ['sea', 'draft'],
      }),
    )
  }
  process.stderr.write(
    `${values.messages} messages written in ${((performance.now() - began) / 1000).toFixed(1)} s, ` +
      `${(statSync(folders.database).size / 1e6).toFixed(0)} MB\n`,
  )
  /** @type {[string, object][]} */
  const queries = [
    ['a frequent word: "lighthouse"', { query: 'lighthouse' }],
    ['two words: "lighthouse winter"', { query: 'lighthouse winter' }],
    ['a phrase no message holds: "zeppelin"', { query: 'zeppelin' }],
    ['the beginning of words: "lig"', { query: 'lig' }],
    ['three characters: "灯塔冬"', { query: '灯塔冬' }],
    ['two characters: "灯塔"', { query: '灯塔' }],
    ['two rare characters: "塔巢"', { query: '塔巢' }],
    ['two characters no message holds: "龙猫"', { query: '龙猫' }],
    ['one frequent character: "的"', { query: '的' }],
    ['one character no message holds: "龙"', { query: '龙' }],
    ['two letters: "qu"', { query: 'qu' }],
    ['two letters no message holds: "zq"', { query: 'zq' }],
    ['one letter: "e"', { query: 'e' }],
    ['with a tag and a period: "harbour"', { query: 'harbour', tag: 'sea', since: Date.UTC(2026, 5, 1) }],
  ]
  process.stdout.write('| search | hits shown | median ms | slowest ms |\n| --- | --- | --- | --- |\n')
  for (const [name, query] of queries) {
    const asked = { in: 'everything', since: null, until: null, folder: null, tag: null, ...query }
    const times = []
    let hits = 0
    for (let round = 0; round < Number(values.repeat); round++) {
      const start = performance.now()
      const found = await storage.read.searchMessages(/** @type {any} */ (asked))
      times.push(performance.now() - start)
      hits = found.messages.length
    }
    times.sort((a, b) => a - b)
    const median = times[Math.floor(times.length / 2)] ?? 0
    process.stdout.write(`| ${name} | ${hits} | ${median.toFixed(0)} | ${(times.at(-1) ?? 0).toFixed(0)} |\n`)
  }
  await storage.close()
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
}
