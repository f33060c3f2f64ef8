// node tests/bench/compare.mjs --llama PATH/llama-bench [--rwkv-cpp PATH/rwkv-cpp-bench] [--shapes 0.1b,0.4b,1.5b]
//   [--types f16,q8_0,q4_0] [--threads 1,2] [--rounds 5] [--prompt 512] [--gen 32] [--write]
// Roost beside the programs that a person has built from llama.cpp and rwkv.cpp: the same random weights in the same
// file, the programs in turn, medians. What was measured is kept in WORK/compare.json, so that a long table can be
// made in several sittings; --write puts the table of all of it into docs/benchmarks.md, between its markers.
//
// llama-bench is llama.cpp's own program of that name. rwkv.cpp has none: tests/bench/rwkv-cpp-bench.cpp says how to
// build one beside its library.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeRwkvCppFile } from './rwkv-cpp-file.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''

/** Layers, width and low ranks (w, a, v, g) of the released models. */
const shapes = {
  '0.1b': { layers: 12, width: 768, ranks: '64,64,32,128' },
  '0.4b': { layers: 24, width: 1024, ranks: '64,64,32,128' },
  '1.5b': { layers: 24, width: 2048, ranks: '96,96,64,256' },
}

const { values } = parseArgs({
  options: {
    llama: { type: 'string' },
    'rwkv-cpp': { type: 'string' },
    programs: { type: 'string', default: join(root, 'native/build/bin') },
    shapes: { type: 'string', default: '0.1b,0.4b,1.5b' },
    types: { type: 'string', default: 'f16,q8_0,q4_0' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '5' },
    prompt: { type: 'string', default: '512' },
    gen: { type: 'string', default: '32' },
    work: { type: 'string', default: join(root, 'tests/output/bench') },
    only: { type: 'string', default: 'roost,llama.cpp,rwkv.cpp' },
    write: { type: 'boolean', default: false },
  },
})
const program = (/** @type {string} */ name) => join(values.programs, name + suffix)
const results = join(values.work, 'compare.json')

/** @typedef {{ prefill: number, decode: number, [figure: string]: number }} Figures */
/** @typedef {(model: string, threads: string) => Figures} Measure */

/** @type {Measure} */
function measureRoost(model, threads) {
  const options = ['--threads', threads, '--prompt', values.prompt, '--gen', values.gen, '--repeat', '1']
  const figure = JSON.parse(output(program('roost-engine'), ['bench', model, ...options]))
  return {
    prefill: figure.prefill_tok_s,
    decode: figure.decode_tok_s,
    bytes: figure.bytes_per_token,
    bandwidth: figure.machine_bandwidth_gb_s,
    operations: figure.arithmetic_gop_s / figure.prefill_tok_s,
    floats: figure.machine_f32_gop_s,
    load: figure.load_s,
    peak: figure.peak_rss_bytes,
    weights: figure.weight_bytes,
  }
}

/** @type {Measure} */
function measureLlama(model, threads) {
  const shape = ['-p', values.prompt, '-n', values.gen, '-r', '1', '-ngl', '0', '-o', 'json']
  const tests = JSON.parse(output(String(values.llama), ['-m', model, '-t', threads, ...shape]))
  const rate = (/** @type {boolean} */ reads) =>
    tests.find((/** @type {{ n_gen: number }} */ test) => (test.n_gen === 0) === reads).avg_ts
  return { prefill: rate(true), decode: rate(false) }
}

/** @type {Measure} */
function measureRwkvCpp(model, threads) {
  const own = ownFileOfRwkvCpp(model)
  const figure = JSON.parse(output(String(values['rwkv-cpp']), [own, threads, values.prompt, values.gen]))
  return { prefill: figure.prefill_tok_s, decode: figure.decode_tok_s }
}

const all = { roost: measureRoost, 'llama.cpp': measureLlama, 'rwkv.cpp': measureRwkvCpp }
const given = {
  roost: true,
  'llama.cpp': values.llama !== undefined,
  'rwkv.cpp': values['rwkv-cpp'] !== undefined,
}
const engines = /** @type {(keyof typeof all)[]} */ (Object.keys(all)).filter(
  (name) => given[name] && values.only.split(',').includes(name),
)
for (const path of [program('roost-engine'), program('roost-make-model'), values.llama, values['rwkv-cpp']]) {
  if (path !== undefined && !existsSync(path)) {
    process.stderr.write(`compare: there is no ${path}\n`)
    process.exit(2)
  }
}
mkdirSync(values.work, { recursive: true })
/** @type {Record<string, Record<string, Figures[]>>} */
const measured = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {}

for (const shape of list(values.shapes)) {
  for (const type of list(values.types)) {
    const model = modelOf(shape, type)
    for (const threads of list(values.threads)) {
      const row = (measured[`${shape} ${type} ${threads}`] ??= {})
      for (const name of engines) row[name] = []
      for (let round = 1; round <= Number(values.rounds); round += 1) {
        for (const name of engines) {
          const figures = all[name](model, threads)
          row[name]?.push(figures)
          const rates = `prefill ${figures.prefill.toFixed(1)}, decode ${figures.decode.toFixed(1)} tokens/s`
          process.stderr.write(`${shape} ${type}, ${threads} thread(s), round ${round}, ${name}: ${rates}\n`)
        }
        writeFileSync(results, JSON.stringify(measured))
      }
    }
  }
}
const text = table()
process.stdout.write(text)
if (values.write) writeTable(text)

/** @param {string} value */
function list(value) {
  return value.split(',').filter((part) => part !== '')
}

/**
 * @param {string} path
 * @param {string[]} words
 */
function output(path, words) {
  return execFileSync(path, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  })
}

/**
 * A file of the shape; every type is rounded from the same f16 numbers.
 * @param {string} shape
 * @param {string} type
 */
function modelOf(shape, type) {
  const dimensions = shapes[/** @type {keyof typeof shapes} */ (shape)]
  if (!dimensions) {
    process.stderr.write(`compare: no shape ${shape}; known: ${Object.keys(shapes).join(', ')}\n`)
    process.exit(2)
  }
  const path = (/** @type {string} */ of) => join(values.work, `compare-${shape}-${of}.gguf`)
  const make = (/** @type {string} */ of, /** @type {(to: string) => [string, string[]]} */ command) => {
    if (existsSync(path(of)) && statSync(path(of)).size > 0) return
    process.stderr.write(`making ${path(of)}\n`)
    // Under another name until it is whole: a file that was cut off would be measured by the next sitting.
    const draft = path(of).replace(/\.gguf$/, '.draft.gguf')
    rmSync(draft, { force: true })
    const [name, words] = command(draft)
    execFileSync(program(name), words, { stdio: ['ignore', 'ignore', 'inherit'] })
    renameSync(draft, path(of))
  }
  const { layers, width, ranks } = dimensions
  const size = ['--layers', `${layers}`, '--width', `${width}`, '--vocab', '65536', '--ranks', ranks]
  make('f16', (to) => ['roost-make-model', [to, ...size, '--type', 'f16']])
  if (type !== 'f16') make(type, (to) => ['roost-engine', ['convert', path('f16'), to, '--weights', type]])
  return path(type)
}

/**
 * The same numbers in rwkv.cpp's own format, rounded by rwkv.cpp where they are to be rounded.
 * @param {string} model
 */
function ownFileOfRwkvCpp(model) {
  const [, shape = '', type = ''] = /compare-(.*)-(.*)\.gguf$/.exec(model) ?? []
  const path = (/** @type {string} */ of) => join(values.work, `compare-${shape}-${of}.bin`)
  if (!existsSync(path('f16'))) {
    const { layers, width, ranks } = shapes[/** @type {keyof typeof shapes} */ (shape)]
    const size = ['--layers', `${layers}`, '--width', `${width}`, '--vocab', '65536', '--ranks', ranks]
    const tensors = join(values.work, `compare-${shape}.safetensors`)
    execFileSync(program('roost-make-model'), [tensors, ...size, '--type', 'f16'], { stdio: 'ignore' })
    writeRwkvCppFile(tensors, `${path('f16')}.draft`)
    renameSync(`${path('f16')}.draft`, path('f16'))
    rmSync(tensors)
  }
  if (!existsSync(path(type))) {
    output(String(values['rwkv-cpp']), ['quantise', path('f16'), path(type), type.toUpperCase()])
  }
  return path(type)
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

function table() {
  const peers = ['llama.cpp', 'rwkv.cpp'].filter((peer) =>
    Object.values(measured).some((row) => row[peer]?.length),
  )
  const head = ['shape', 'weights', 'threads', 'decode tok/s', 'of bandwidth']
  for (const peer of peers) head.push(peer, 'ratio')
  head.push('prefill tok/s', 'Gop/s', 'of f32 peak')
  for (const peer of peers) head.push(peer, 'ratio')
  const rows = Object.entries(measured).map(([key, row]) => {
    const middle = (/** @type {string} */ engine, /** @type {(run: Figures) => number} */ figure) =>
      median((row[engine] ?? []).map(figure))
    const fixed = (/** @type {number} */ x, digits = 1) => (Number.isNaN(x) ? '' : x.toFixed(digits))
    const percent = (/** @type {number} */ x) => (Number.isNaN(x) ? '' : `${(100 * x).toFixed(0)} %`)
    const decode = middle('roost', (run) => run.decode)
    const prefill = middle('roost', (run) => run.prefill)
    const cells = [...key.split(' '), fixed(decode)]
    cells.push(
      percent(middle('roost', (run) => (run.decode * (run.bytes ?? 0)) / 1e9 / (run.bandwidth ?? 0))),
    )
    for (const peer of peers) {
      const other = middle(peer, (run) => run.decode)
      cells.push(fixed(other), fixed(decode / other, 2))
    }
    const operations = middle('roost', (run) => run.prefill * (run.operations ?? 0))
    cells.push(
      fixed(prefill),
      fixed(operations, 0),
      percent(operations / middle('roost', (run) => run.floats ?? 0)),
    )
    for (const peer of peers) {
      const other = middle(peer, (run) => run.prefill)
      cells.push(fixed(other), fixed(prefill / other, 2))
    }
    return cells
  })
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('')
}

/** @param {string} rows */
function writeTable(rows) {
  const page = join(root, 'docs/benchmarks.md')
  const begin = '<!-- compare: begin -->\n'
  const end = '<!-- compare: end -->\n'
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) {
    process.stderr.write(`compare: ${page} has lost its markers\n`)
    process.exit(1)
  }
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${rows}\n${text.slice(to)}`)
}
