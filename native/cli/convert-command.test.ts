// `roost-engine convert` and what `inspect` says of weights in memory, as a person at a terminal meets them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(
  process.env.ROOST_ENGINE_BUILD ?? join(root, 'native', 'build'),
  'bin',
  process.platform === 'win32' ? 'roost-engine.exe' : 'roost-engine',
)
const folder = mkdtempSync(join(tmpdir(), 'roost-convert-command-'))
afterAll(() => rmSync(folder, { recursive: true }))

const seven = join(root, 'tests/fixtures/rwkv7-l3-c128-bf16.pth')
const five = join(root, 'tests/fixtures/rwkv5.1-l3-c128-bf16.pth')
const sevenGguf = join(root, 'tests/fixtures/rwkv7-l3-c128-f16.gguf')

function run(args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  return { status, out: stdout, err: stderr.replace(/^(loading|converting): .*\n/gm, '') }
}

function json(args: string[]): Record<string, unknown> {
  const { status, out, err } = run(args)
  expect(`${err}${status}`).toBe('0')
  return JSON.parse(out) as Record<string, unknown>
}

/** The ids that come out, greedily, behind the tokens of the expectation. */
function greedy(model: string, expectation: string): { ids: number[]; expected: number[] } {
  const { tokens, greedy: expected } = JSON.parse(readFileSync(expectation, 'utf8')) as {
    tokens: number[]
    greedy: number[]
  }
  const options = ['--max-tokens', `${expected.length}`, '--temperature', '0', '--ignore-end', '--json']
  const { status, out, err } = run(['generate', model, '--tokens', tokens.join(','), ...options])
  expect(`${err}${status}`).toBe('0')
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: number })
  return { ids: events.flatMap(({ id }) => (id === undefined ? [] : [id])), expected }
}

test.each([
  ['7', seven, 'f16', 'rwkv7'],
  ['7', seven, 'f32', 'rwkv7'],
  ['5.1', five, 'bf16', 'rwkv5'],
])('a model of generation %s goes on with other tokens once %s is written as %s', (generation, from, type, name) => {
  const to = join(folder, `${name}-${type}.gguf`)
  const report = json(['convert', from, to, '--weights', type])
  expect(report).toMatchObject({ architecture: name, weights: type, bytes: statSync(to).size, compared: 64 })
  expect(json(['inspect', to])).toMatchObject({ generation, format: 'gguf', layers: 3, width: 128, vocab: 400 })
  const { ids, expected } = greedy(to, from.replace(/\.pth$/, '.expected.json'))
  expect(ids).toEqual(expected)
})

test('a quantised file holds other number formats than were asked for, or is no smaller', () => {
  const to = join(folder, 'q4.gguf')
  const report = json(['convert', sevenGguf, to, '--weights', 'q4_0', '--threads', '1'])
  // Six matrices a layer; embedding and head in 8 bits; the low-rank factors in 16.
  expect(report).toMatchObject({ has_vocabulary: true, dtypes: { Q4_0: 18, Q8_0: 2, F16: 24 } })
  expect(statSync(to).size).toBeLessThan(statSync(sevenGguf).size / 2)
  expect(json(['inspect', to])).toMatchObject({ tokenizer: 'embedded', held_as: { Q4_0: 'q4', Q8_0: 'q8', F16: 'f16' } })
})

test('the memory that inspect announces for weights does not shrink with their bits', () => {
  const { weight_memory: memory, held_as: held } = json(['inspect', seven]) as {
    weight_memory: { file: number; q8: number; q4: number }
    held_as: Record<string, string>
  }
  expect(held).toEqual({ BF16: 'bf16' })
  // 16, 8.5 and 5 bits a number for all but low-rank factors and vectors; the embedding is not in memory.
  expect(memory.q8 / memory.file).toBeLessThan(0.75)
  expect(memory.q4).toBeLessThan(memory.q8)
})

test('a refusal is no single sentence with the right status, or costs a file', () => {
  const taken = join(folder, 'taken.gguf')
  writeFileSync(taken, 'mine')
  const before = readdirSync(folder).length
  for (const [status, words, args] of [
    [1, 'taken.gguf exists already', ['convert', seven, taken]],
    [1, 'none.pth', ['convert', join(folder, 'none.pth'), join(folder, 'a.gguf')]],
    [2, 'q2_k', ['convert', seven, join(folder, 'a.gguf'), '--weights', 'q2_k']],
    [2, '.gguf', ['convert', seven, join(folder, 'a.bin')]],
    [2, 'Usage', ['convert', seven]],
    [1, 'folder', ['convert', seven, join(folder, 'no/such/a.gguf')]],
  ] as const) {
    const ended = run([...args])
    expect(ended.status, ended.err).toBe(status)
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1)
    expect(ended.err).toContain(words)
    expect(ended.out).toBe('')
  }
  expect(readdirSync(folder)).toHaveLength(before)
  expect(readFileSync(taken, 'utf8')).toBe('mine')
})

test.skipIf(process.platform === 'win32')('a conversion that is killed leaves a file under the name of the result', () => {
  const to = join(folder, 'killed.gguf')
  const { signal } = spawnSync(program, ['convert', seven, to, '--weights', 'q4_1'], { timeout: 15, killSignal: 'SIGKILL' })
  if (signal === 'SIGKILL') expect(existsSync(to)).toBe(false)
  rmSync(to, { force: true })
  // What it may have left beside it does not stand in the way.
  expect(json(['convert', seven, to, '--weights', 'q4_1'])).toMatchObject({ weights: 'q4_1' })
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})
