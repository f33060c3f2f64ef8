// node tests/bench/quality.mjs [MODEL ...]
// What rounding costs: for every number format, the Kullback-Leibler divergence of a model's answers from those of the
// same weights in f32. Without names: the fixtures and the starter model. A fixture is read along its expectation's
// tokens, any other model along texts that it writes itself (temperature 1, fixed seeds), which is what it is for.
// Prints Markdown tables.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compareLogits, readNpy } from './npy.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: join(root, 'native/build/bin', `roost-engine${suffix}`) },
    tokens: { type: 'string', default: '80' }, // of each text a model writes itself
  },
})
if (!existsSync(values.engine)) {
  process.stderr.write(`quality: ${values.engine} is not built; run npm run build:native first\n`)
  process.exit(1)
}

const fileTypes = ['f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0']
const prompts = [
  'User: Hello\n\nAssistant:',
  'User: What can you do?\n\nAssistant:',
  'User: 你好\n\nAssistant:',
  'The history of the town begins',
  'User: Write a list of five things.\n\nAssistant:',
]

const work = mkdtempSync(join(tmpdir(), 'roost-quality-'))
try {
  const models = positionals.length > 0 ? positionals : defaultModels()
  const results = models.map((model) => ({ name: basename(model), ...measure(model) }))
  const head = ['weights', ...results.map(({ name, count }) => `${name} (${count})`)]
  for (const [title, show] of /** @type {const} */ ([
    ['Mean divergence from f32, in nats (positions in brackets)', ({ mean }) => shortest(mean)],
    ['Largest divergence, in nats', ({ largest }) => shortest(largest)],
    ['Likeliest token unchanged', ({ same }) => `${(same * 100).toFixed(1)} %`],
  ])) {
    process.stdout.write(`\n${title}\n\n`)
    const rows = results[0].rows.map(({ name }, i) => [name, ...results.map(({ rows }) => show(rows[i]))])
    printTable(head, rows)
  }
} finally {
  rmSync(work, { recursive: true })
}

/** @param {string} model */
function measure(model) {
  process.stderr.write(`measuring ${basename(model)}\n`)
  const tokens = tokensFor(model)
  const count = readFileSync(tokens, 'utf8')
    .trim()
    .split(/[\s,]+/).length
  const exact = logits(model, tokens, count, 'f32')
  const compared = (
    /** @type {string} */ name,
    /** @type {string} */ file,
    /** @type {string} */ precision,
  ) => {
    return { name, ...compareLogits(exact, logits(file, tokens, count, precision)) }
  }
  const rows = [
    compared('as stored', model, 'file'),
    compared('loaded as q8', model, 'q8'),
    compared('loaded as q4', model, 'q4'),
    ...fileTypes.map((type) => {
      const out = join(work, `${type}.gguf`)
      rmSync(out, { force: true })
      run(['convert', model, out, '--weights', type, '--threads', '1'])
      return compared(`file ${type}`, out, 'file')
    }),
  ]
  return { count, rows }
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
      if (name.endsWith('.pth') && !found.has(name)) found.set(name, join(folder, name))
    }
  }
  return [...found.values(), join(root, 'resources/starter/starter.gguf')].filter((path) => existsSync(path))
}

/** @param {string} model */
function tokensFor(model) {
  const expectation = model.replace(/\.(pth|safetensors)$/, '.expected.json')
  const file = join(work, 'tokens.txt')
  /** @type {number[]} */
  let ids = []
  if (expectation !== model && existsSync(expectation)) {
    ids = JSON.parse(readFileSync(expectation, 'utf8')).tokens
  } else {
    prompts.forEach((prompt, index) => {
      const sampling = [
        '--temperature',
        '1',
        '--top-p',
        '1',
        '--seed',
        `${index + 1}`,
        '--ignore-end',
        '--json',
      ]
      const lines = run(['generate', model, '--prompt', prompt, '--max-tokens', values.tokens, ...sampling])
      ids.push(0)
      for (const line of lines.trim().split('\n')) {
        const event = JSON.parse(line)
        if (typeof event.id === 'number') ids.push(event.id)
      }
    })
  }
  writeFileSync(file, ids.join(' '))
  return file
}

/**
 * @param {string} model
 * @param {string} tokens
 * @param {number} count
 * @param {string} precision
 */
function logits(model, tokens, count, precision) {
  const out = join(work, 'logits.npy')
  rmSync(out, { force: true })
  const at = Array.from({ length: count }, (_, index) => index + 1).join(',')
  run([
    'logits',
    model,
    '--tokens',
    tokens,
    '--at',
    at,
    '--out',
    out,
    '--weights',
    precision,
    '--threads',
    '1',
  ])
  return readNpy(out)
}

/** @param {string[]} words */
function run(words) {
  return execFileSync(values.engine, words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** @param {number} value */
function shortest(value) {
  return value === 0 ? '0' : value < 1e-7 ? '< 1e-7' : value.toPrecision(2)
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function printTable(head, rows) {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)))
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |\n`
  process.stdout.write(line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join(''))
}
