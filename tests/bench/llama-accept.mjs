// node tests/bench/llama-accept.mjs --llama PATH/llama-simple [MODEL.gguf ...]
// Whether llama.cpp loads what `roost-engine convert` writes, and goes on with the same words. `llama-simple` is the
// small example program of llama.cpp (cmake target of that name); it decides greedily. Without names: the fixtures and
// the starter model, of generation 6 and 7. A model needs its vocabulary inside.
//
// llama.cpp takes four threads where nobody says otherwise; on a small or busy machine set OMP_THREAD_LIMIT=1.
//
// Not rounded (f32, f16) the continuations must be equal, or end where llama.cpp sees an end mark. In the other formats
// llama.cpp rounds what it multiplies as well, to 16 or 8 bits, and Roost does not: how far they agree is reported.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''
const types = ['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0']
const exactTypes = ['f32', 'f16']
const patience = 120_000 // milliseconds for one continuation of llama.cpp

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    llama: { type: 'string' },
    engine: { type: 'string', default: join(root, 'native/build/bin', `roost-engine${suffix}`) },
    prompt: { type: 'string', multiple: true, default: ['User: Hello\n\nAssistant:', 'What is this'] },
    tokens: { type: 'string', default: '40' },
  },
})
const { llama, engine } = values
if (llama === undefined || !existsSync(llama) || !existsSync(engine)) {
  process.stderr.write('llama-accept: give --llama PATH/llama-simple, and run npm run build:native first\n')
  process.exit(2)
}

const work = mkdtempSync(join(tmpdir(), 'roost-llama-'))
let failures = 0
try {
  process.stdout.write('| model | weights | loads | same words | of |\n| --- | --- | --- | --- | --- |\n')
  for (const model of positionals.length > 0 ? positionals : defaultModels()) {
    for (const type of types) accept(model, type)
  }
} finally {
  rmSync(work, { recursive: true })
}
if (failures > 0) process.stderr.write(`llama-accept: ${failures} of the files were not accepted\n`)
process.exitCode = failures > 0 ? 1 : 0

/**
 * @param {string} model
 * @param {string} type
 */
function accept(model, type) {
  const out = join(work, 'out.gguf')
  rmSync(out, { force: true })
  execFileSync(engine, ['convert', model, out, '--weights', type, '--threads', '1'], { stdio: 'ignore' })
  let same = 0
  let total = 0
  let loads = true
  for (const prompt of values.prompt) {
    const theirs = continuationOfLlama(out, prompt)
    if (theirs === null) {
      loads = false
      break
    }
    const ours = continuationOfRoost(out, prompt)
    let equal = 0
    while (equal < theirs.length && theirs[equal] === ours[equal]) equal++
    same += equal
    total += theirs.length
  }
  const good = loads && (same === total || !exactTypes.includes(type))
  if (!good) failures++
  const verdict = loads ? 'yes' : 'NO'
  const count = good ? `${same}` : `${same} (too few)`
  process.stdout.write(`| ${basename(model)} | ${type} | ${verdict} | ${count} | ${total} characters |\n`)
}

/** @param {string} model @param {string} prompt */
function continuationOfLlama(model, prompt) {
  const run = spawnSync(/** @type {string} */ (llama), ['-m', model, '-n', values.tokens, prompt], {
    encoding: 'buffer',
    timeout: patience,
  })
  if (run.status !== 0) return null
  const text = run.stdout.toString('utf8')
  const begin = text.indexOf(prompt)
  return begin < 0 ? null : comparable(text.slice(begin + prompt.length).replace(/\n$/, ''))
}

/** @param {string} model @param {string} prompt */
function continuationOfRoost(model, prompt) {
  const limit = ['--max-tokens', values.tokens, '--temperature', '0', '--ignore-end']
  const text = execFileSync(engine, ['generate', model, '--prompt', prompt, ...limit], {
    encoding: 'buffer',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return comparable(text.toString('utf8'))
}

/** What is no text stands as one mark, however long it is; a mark at the end may be half a character. @param {string} text */
function comparable(text) {
  return text.replace(/\uFFFD+/g, '\uFFFD').replace(/\uFFFD$/, '')
}

function defaultModels() {
  const folders = [
    join(root, 'tests/fixtures'),
    process.env.ROOST_FIXTURES ?? join(root, '../shared/fixtures'),
  ]
  /** @type {Map<string, string>} */
  const found = new Map()
  for (const folder of folders) {
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith('-f16.gguf') && !found.has(name)) found.set(name, join(folder, name))
    }
  }
  return [...found.values(), join(root, 'resources/starter/starter.gguf')].filter((path) => existsSync(path))
}
