// npm run bench [-- --shapes 0.1b,0.4b --types bf16,q8_0 --threads 1,2 --repeat 5]
// Makes random-weight RWKV-7 models of official shapes, measures them with roost-engine, prints a Markdown table.
// Figures are medians; the fraction is of the read bandwidth that the same program measured in the same run.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''
const program = (/** @type {string} */ name) => join(root, 'native/build/bin', name + suffix)

/** Layers, width and low ranks (w, a, v, g) of the released models. */
const shapes = {
  '0.1b': { layers: 12, width: 768, ranks: '64,64,32,128' },
  '0.4b': { layers: 24, width: 1024, ranks: '64,64,32,128' },
  '1.5b': { layers: 24, width: 2048, ranks: '96,96,64,256' },
}

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: '0.1b' },
    types: { type: 'string', default: 'bf16,q8_0' },
    threads: { type: 'string', default: '1,2' },
    prompt: { type: 'string', default: '512' },
    gen: { type: 'string', default: '64' },
    batch: { type: 'string', default: '1' },
    repeat: { type: 'string', default: '5' },
    work: { type: 'string', default: join(root, 'tests/output/bench') },
  },
})

for (const name of ['roost-engine', 'roost-make-model']) {
  if (!existsSync(program(name))) {
    process.stderr.write(`bench: ${program(name)} is not built; run npm run build:native first\n`)
    process.exit(1)
  }
}
mkdirSync(values.work, { recursive: true })

/** @type {string[][]} */
const rows = []
for (const shape of values.shapes.split(',')) {
  const dimensions = shapes[/** @type {keyof typeof shapes} */ (shape)]
  if (!dimensions) {
    process.stderr.write(`bench: no shape ${shape}; known: ${Object.keys(shapes).join(', ')}\n`)
    process.exit(2)
  }
  for (const type of values.types.split(',')) {
    const model = join(values.work, `random-rwkv7-${shape}-${type}.gguf`)
    if (!existsSync(model)) {
      process.stderr.write(`making ${model}\n`)
      const { layers, width, ranks } = dimensions
      const size = ['--layers', `${layers}`, '--width', `${width}`, '--vocab', '65536', '--ranks', ranks]
      execFileSync(program('roost-make-model'), [model, ...size, '--type', type], { stdio: 'inherit' })
    }
    for (const threads of values.threads.split(',')) {
      process.stderr.write(`measuring ${shape} ${type} with ${threads} thread(s)\n`)
      const options = [
        '--prompt',
        values.prompt,
        '--gen',
        values.gen,
        '--batch',
        values.batch,
        '--repeat',
        values.repeat,
      ]
      const out = execFileSync(program('roost-engine'), ['bench', model, '--threads', threads, ...options], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const figure = JSON.parse(out)
      const median = (/** @type {number | { median: number }} */ x) => (typeof x === 'number' ? x : x.median)
      const fixed = (/** @type {number | { median: number }} */ x, /** @type {number} */ digits) =>
        median(x).toFixed(digits)
      rows.push([
        shape,
        type,
        figure.isa,
        threads,
        fixed(figure.prefill_tok_s, 1),
        fixed(figure.decode_tok_s, 1),
        fixed(figure.bandwidth_gb_s, 1),
        fixed(figure.machine_bandwidth_gb_s, 1),
        `${(100 * median(figure.bandwidth_fraction)).toFixed(0)} %`,
        fixed(figure.load_s, 2),
        `${(figure.peak_rss_bytes / 1e6).toFixed(0)} MB`,
        fixed(figure.snapshot_save_ms, 2),
        fixed(figure.snapshot_restore_ms, 2),
      ])
    }
  }
}

const head =
  'shape|weights|isa|threads|prefill tok/s|decode tok/s|GB/s|machine GB/s|fraction|load s|peak memory|snapshot out ms|in ms'.split(
    '|',
  )
const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`
process.stdout.write(line(head) + line(head.map(() => '---')) + rows.map(line).join(''))
