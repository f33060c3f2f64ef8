// node tests/bench/memory.mjs [--program native/build/bin] [--shapes 0.1b] [--work tests/output/bench]
// The memory that electron/services/models/fit.ts predicts beside the memory that roost-engine really took at its highest,
// for random models of official shapes in every number format, stored and rounded when they are loaded. Prints a Markdown
// table; fails when one is further off than a tenth.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { predictMemory } from '../../electron/services/models/fit.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''
const tolerance = 0.1

/** Layers, width and low ranks (w, a, v, g) of the released models. */
const shapes = {
  '0.1b': { layers: 12, width: 768, ranks: '64,64,32,128' },
  '0.4b': { layers: 24, width: 1024, ranks: '64,64,32,128' },
}

/** What is stored, how it is loaded, and how many chats are answered at once. */
const cases = [
  ['bf16', 'file', 1],
  ['f16', 'file', 1],
  ['q8_0', 'file', 1],
  ['f32', 'file', 1],
  ['bf16', 'q8', 1],
  ['bf16', 'q4', 1],
  ['bf16', 'f32', 1],
  ['q8_0', 'file', 8],
  ['bf16', 'file', 16],
]

const { values } = parseArgs({
  options: {
    program: { type: 'string', default: join(root, 'native/build/bin') },
    shapes: { type: 'string', default: '0.1b' },
    work: { type: 'string', default: join(root, 'tests/output/bench') },
  },
})
const program = (/** @type {string} */ name) => join(values.program, name + suffix)
const run = (/** @type {string} */ name, /** @type {string[]} */ words) =>
  execFileSync(program(name), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

for (const name of ['roost-engine', 'roost-make-model']) {
  if (existsSync(program(name))) continue
  process.stderr.write(`memory: ${program(name)} is not built; run npm run build:native first\n`)
  process.exit(1)
}
mkdirSync(values.work, { recursive: true })

const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(0)} MB`
const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`
const head = [
  'shape',
  'stored',
  'loaded as',
  'chats',
  'file',
  'weights, measured',
  'predicted',
  'peak, measured',
  'predicted',
  'off by',
]
process.stdout.write(line(head) + line(head.map(() => '---')))

let worst = 0
for (const name of values.shapes.split(',')) {
  const shape = shapes[/** @type {keyof typeof shapes} */ (name)]
  if (!shape) {
    process.stderr.write(`memory: no shape ${name}; known: ${Object.keys(shapes).join(', ')}\n`)
    process.exit(2)
  }
  for (const [type, weights, batch] of cases) {
    const model = join(values.work, `random-rwkv7-${name}-${type}.gguf`)
    if (!existsSync(model)) {
      const size = ['--layers', `${shape.layers}`, '--width', `${shape.width}`, '--vocab', '65536']
      run('roost-make-model', [model, ...size, '--ranks', shape.ranks, '--type', `${type}`])
    }
    const facts = JSON.parse(run('roost-engine', ['inspect', model]))
    const options = [
      '--weights',
      `${weights}`,
      '--batch',
      `${batch}`,
      '--prompt',
      '512',
      '--gen',
      '16',
      '--repeat',
      '1',
    ]
    const measured = JSON.parse(run('roost-engine', ['bench', model, ...options]))
    const predicted = predictMemory(
      {
        generation: facts.generation,
        parameters: facts.parameters,
        layers: facts.layers,
        width: facts.width,
        vocabulary: facts.vocab,
        fileBytes: facts.file_bytes,
      },
      /** @type {import('../../electron/contract/library-entities.ts').WeightFormat} */ (weights),
      Number(batch),
    )
    const off = predicted.peakBytes / measured.peak_rss_bytes - 1
    worst = Math.max(worst, Math.abs(off))
    process.stdout.write(
      line([
        name,
        `${type}`,
        `${weights}`,
        `${batch}`,
        megabytes(facts.file_bytes),
        megabytes(measured.weight_bytes),
        megabytes(predicted.weightBytes),
        megabytes(measured.peak_rss_bytes),
        megabytes(predicted.peakBytes),
        `${(100 * off).toFixed(1)} %`,
      ]),
    )
  }
}
if (worst > tolerance) {
  process.stderr.write(`memory: a prediction is off by ${(100 * worst).toFixed(1)} %\n`)
  process.exit(1)
}
