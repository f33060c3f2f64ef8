// The command-line contract: every command's JSON, arrays and exit status, against data that this project did not make.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { writeTunedState } from '../../electron/engine/testing/tuned-state-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(
  process.env.ROOST_ENGINE_BUILD ?? join(root, 'native', 'build'),
  'bin',
  process.platform === 'win32' ? 'roost-engine.exe' : 'roost-engine',
)
const folder = mkdtempSync(join(tmpdir(), 'roost-engine-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fixtures = join(root, 'tests', 'fixtures')
const elsewhere = process.env.ROOST_FIXTURES ?? join(root, '..', 'shared', 'fixtures')
const worldFile = join(elsewhere, 'rwkv_vocab_v20230424.txt')
const neoxFile = join(elsewhere, '20B_tokenizer.json')
if (!existsSync(neoxFile))
  process.stderr.write(`ABSENT ${neoxFile}: the GPT-NeoX-20B cases are not checked through the command line\n`)

/** Where a fixture lies: in the repository, or in the folder of those that are too many for it. */
function place(file: string): string {
  const inside = join(fixtures, file)
  return existsSync(inside) ? inside : join(elsewhere, file)
}

interface Ended {
  status: number | null
  out: string
  err: string
}

function run(args: string[], input: string | Uint8Array = ''): Ended {
  const { status, stdout, stderr, signal } = spawnSync(program, args, { input, maxBuffer: 1 << 28 })
  expect(signal).toBeNull()
  // A slow machine is told how far loading is.
  const err = stderr.toString().replace(/^loading: .*\n/gm, '')
  return { status, out: stdout.toString(), err }
}

function json<T>(args: string[], input: string | Uint8Array = ''): T {
  const { status, out, err } = run(args, input)
  expect(`${err}${status}`).toBe('0')
  return JSON.parse(out) as T
}

/** Ends with this status, one line on standard error that contains every word of `words`, and nothing on standard output. */
function refused(status: number, words: string[], args: string[], input = ''): void {
  const ended = run(args, input)
  expect(ended.status, ended.err).toBe(status)
  expect(ended.err.trimEnd().split('\n')).toHaveLength(1)
  for (const word of words) expect(ended.err).toContain(word)
  expect(ended.out).toBe('')
}

interface Expectation {
  tokens: number[]
  greedy: number[]
  sections: { name: string; shape: number[]; offset: number; bytes: number }[]
}

function floats(bytes: Buffer, offset: number, length: number): Float32Array {
  return new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer)
}

function expectation(name: string) {
  const path = place(`${name}.expected.json`).slice(0, -'.json'.length)
  const description = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Expectation
  const bytes = readFileSync(`${path}.bin`)
  /** "logits.17", or "state.96." for all that begin so, one after the other. */
  const section = (name: string): Float32Array => {
    const parts = description.sections.filter((one) =>
      name.endsWith('.') ? one.name.startsWith(name) : one.name === name,
    )
    const all = parts.flatMap((one) => [...floats(bytes, one.offset, one.bytes)])
    expect(all.length).toBeGreaterThan(0)
    return Float32Array.from(all)
  }
  return { ...description, tokensFile: `${path}.json`, section }
}

/** NumPy's format as its documentation describes it. */
function readNpy(path: string): { shape: number[]; values: Float32Array } {
  const bytes = readFileSync(path)
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
  const start = 10 + bytes.readUInt16LE(8)
  expect(start % 64).toBe(0)
  const header = bytes.subarray(10, start).toString()
  expect(header).toContain("'descr': '<f4'")
  expect(header).toContain("'fortran_order': False")
  const inside = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? ''
  const shape = inside.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  return { shape, values: floats(bytes, start, bytes.length - start) }
}

function writeNpy(path: string, values: Float32Array, shape: number[]): void {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`
  while ((10 + header.length + 1) % 64 !== 0) header += ' '
  header += '\n'
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  writeFileSync(path, Buffer.concat([start, Buffer.from(header), Buffer.from(values.buffer)]))
}

/** The largest excess of |got - expected| over absolute + relative * |expected|; zero or less is within. */
function excess(got: Float32Array, expected: Float32Array, absolute: number, relative = 0): number {
  expect(got.length).toBe(expected.length)
  let worst = -Infinity
  for (const [i, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs((got[i] ?? NaN) - value) - absolute - relative * Math.abs(value))
  }
  return worst
}

const everyModel = [
  { file: 'rwkv7-l3-c128-bf16.pth', expected: 'rwkv7-l3-c128-bf16' },
  { file: 'rwkv7-l3-c128-bf16.safetensors', expected: 'rwkv7-l3-c128-bf16' },
  { file: 'rwkv7-l3-c128-f16.gguf', expected: 'rwkv7-l3-c128-f16.gguf' },
  { file: 'rwkv7-l3-c128-q8_0.gguf', expected: 'rwkv7-l3-c128-q8_0.gguf' },
  { file: 'rwkv4-l3-c128-fp32.pth', expected: 'rwkv4-l3-c128-fp32' },
  { file: 'rwkv5.0-l3-c128-fp32.pth', expected: 'rwkv5.0-l3-c128-fp32' },
  { file: 'rwkv5.1-l3-c128-bf16.pth', expected: 'rwkv5.1-l3-c128-bf16' },
  { file: 'rwkv5.2-l3-c128-fp32.pth', expected: 'rwkv5.2-l3-c128-fp32' },
  { file: 'rwkv6-l3-c128-bf16.pth', expected: 'rwkv6-l3-c128-bf16' },
  { file: 'rwkv6-l3-c128-bf16.safetensors', expected: 'rwkv6-l3-c128-bf16' },
  { file: 'rwkv6-l3-c128-f16.gguf', expected: 'rwkv6-l3-c128-f16.gguf' },
]
const models = everyModel.filter(({ file }) => {
  const here = existsSync(place(file))
  if (!here) process.stderr.write(`ABSENT ${file}: set ROOST_FIXTURES; it is not checked through the command line\n`)
  return here
})
const pth = join(fixtures, 'rwkv7-l3-c128-bf16.pth')
const gguf = join(fixtures, 'rwkv7-l3-c128-f16.gguf')

describe('logits', () => {
  for (const { file, expected } of models) {
    for (const mode of ['sequence', 'recurrent']) {
      test(`${file}, ${mode}: logits and states are those of the reference`, () => {
        const model = place(file)
        const known = expectation(expected)
        const counts = [1, 2, 17, 64, 96]
        const out = join(folder, 'l.npy')
        const state = join(folder, 's.npy')
        const weights = ['--weights', 'f32', '--mode', mode]
        const figures = json<{ argmax: number[] }>([
          ...['logits', model, '--tokens', known.tokensFile, '--at', counts.join(','), '--out', out],
          ...['--state-out', state, ...weights],
        ])
        const logits = readNpy(out)
        expect(logits.shape).toEqual([counts.length, 400])
        for (const [row, count] of counts.entries()) {
          const values = logits.values.subarray(row * 400, row * 400 + 400)
          expect(excess(values, known.section(`logits.${count}`), 1e-3)).toBeLessThanOrEqual(0)
          expect(figures.argmax[row]).toBe(values.indexOf(Math.max(...values)))
        }
        expect(excess(readNpy(state).values, known.section('state.96.'), 1e-3, 1e-4)).toBeLessThanOrEqual(0)

        // From the published state after 64 tokens, the other 32 lead to the published logits after 96.
        const middle = join(folder, 'middle.npy')
        const after64 = known.section('state.64.')
        writeNpy(middle, after64, [after64.length])
        json([
          ...['logits', model, '--tokens', known.tokens.slice(64).join(','), '--state-in', middle, '--out', out],
          ...['--chunk', '7', ...weights],
        ])
        expect(excess(readNpy(out).values, known.section('logits.96'), 1e-3)).toBeLessThanOrEqual(0)
      })
    }
  }

  test('bad input is named and ends with 1, wrong usage with 2', () => {
    const junk = join(folder, 'junk.npy')
    writeFileSync(junk, 'no array')
    const short = join(folder, 'short.npy')
    writeNpy(short, new Float32Array(7), [7])
    refused(1, ['400'], ['logits', pth, '--tokens', '1,400'])
    refused(1, ['junk.npy'], ['logits', pth, '--tokens', '1', '--state-in', junk])
    refused(1, ['short.npy', '25344'], ['logits', pth, '--tokens', '1', '--state-in', short])
    refused(2, ['ascend'], ['logits', pth, '--tokens', '1,2', '--at', '3'])
    refused(2, ['--mode'], ['logits', pth, '--tokens', '1', '--mode', 'fast'])
    refused(2, ['--chunk'], ['logits', pth, '--tokens', '1', '--chunk', '0'])
    refused(1, ['absent'], ['logits', pth, '--tokens', join(folder, 'absent')])
    refused(3, ['cuda'], ['logits', pth, '--tokens', '1', '--device', 'cuda'])
    refused(3, ['nowhere'], ['logits', pth, '--tokens', '1', '--out', join(folder, 'nowhere', 'l.npy')])
  })
})

interface LastLine {
  reason: string
  prompt_tokens_processed: number
  resumed_tokens: number
  tokens: number
  prefill_tok_s: number
  decode_tok_s: number
  first_token_ms: number
  ids: number[]
  text: string
  sequences?: LastLine[]
}

function generate(args: string[]): { lines: { id: number; text: string; logprob: number }[]; last: LastLine } {
  const { status, out, err } = run(['generate', ...args, '--json'])
  expect(status, err).toBe(0)
  const lines = out.trimEnd().split('\n').map((line) => JSON.parse(line) as object)
  const last = lines.pop() as LastLine
  return { lines: lines as { id: number; text: string; logprob: number }[], last }
}

describe('generate', () => {
  test.each(models)('$file: the greedy continuation is the published one', ({ file, expected }) => {
    const known = expectation(expected)
    const { lines, last } = generate([
      ...[place(file), '--tokens', known.tokensFile, '--temperature', '0', '--max-tokens', '32'],
      ...['--weights', 'f32', '--ignore-end'],
    ])
    expect(lines.map((line) => line.id)).toEqual(known.greedy)
    expect(lines.every((line) => line.logprob <= 0 && line.logprob > -20)).toBe(true)
    expect(last).toMatchObject({
      reason: 'max_tokens',
      prompt_tokens_processed: 96,
      resumed_tokens: 0,
      tokens: 32,
      ids: known.greedy,
    })
    for (const figure of [last.prefill_tok_s, last.decode_tok_s, last.first_token_ms]) expect(figure).toBeGreaterThan(0)
  })

  test('a snapshot of an older generation goes on in another process as well', () => {
    const older = place('rwkv5.1-l3-c128-bf16.pth')
    const { tokensFile } = expectation('rwkv5.1-l3-c128-bf16')
    const common = ['--temperature', '0', '--ignore-end']
    const whole = generate([older, '--tokens', tokensFile, '--max-tokens', '50', ...common]).last.ids
    const saved = join(folder, 'older.snapshot')
    generate([older, '--tokens', tokensFile, '--max-tokens', '10', '--snapshot-out', saved, ...common])
    const { last } = generate([older, '--snapshot-in', saved, '--max-tokens', '40', ...common])
    expect(last.ids).toEqual(whole.slice(10))
    expect(last.prompt_tokens_processed).toBe(0)
    expect(json(['inspect', older])).toMatchObject({ generation: '5.1', heads: 2, state_bytes: 3 * (2 + 64) * 128 * 4 })
  })

  test('a snapshot goes on in another process with the tokens of the uninterrupted run, reading nothing again', () => {
    const tokens = expectation('rwkv7-l3-c128-bf16').tokensFile
    const common = ['--temperature', '0', '--ignore-end']
    const whole = generate([pth, '--tokens', tokens, '--max-tokens', '266', ...common]).last.ids
    const file = join(folder, 'conversation.snapshot')
    const first = generate([pth, '--tokens', tokens, '--max-tokens', '10', '--snapshot-out', file, ...common]).last
    expect(first.ids).toEqual(whole.slice(0, 10))
    const second = generate([pth, '--snapshot-in', file, '--max-tokens', '256', ...common]).last
    expect(second.ids).toEqual(whole.slice(10))
    expect(second).toMatchObject({ prompt_tokens_processed: 0, resumed_tokens: 106 })

    const header = json<Record<string, unknown>>(['snapshot', 'inspect', file])
    expect(header).toMatchObject({ generation: '7', layers: 3, token_count: 106, has_logits: true, vocab: 400 })
    expect(json<{ accepted: boolean }>(['snapshot', 'verify', file, '--model', pth])).toEqual({ accepted: true })
    const other = run(['snapshot', 'verify', file, '--model', gguf])
    expect(other.status).toBe(1)
    expect(JSON.parse(other.out)).toMatchObject({ accepted: false, code: 'snapshot_mismatch' })
    expect(other.err).toContain('fingerprint')
    refused(1, ['conversation.snapshot'], ['generate', gguf, '--snapshot-in', file])
    const damaged = join(folder, 'damaged.snapshot')
    const bytes = readFileSync(file)
    bytes[5000] = (bytes[5000] ?? 0) ^ 1
    writeFileSync(damaged, bytes)
    refused(1, ['damaged.snapshot', 'checksum'], ['snapshot', 'inspect', damaged])
    refused(1, ['damaged.snapshot', 'checksum'], ['generate', pth, '--snapshot-in', damaged])
  })

  test('one seed gives one text; a batch gives each sequence its own, the first as alone', () => {
    const args = [gguf, '--prompt', 'Hello', '--max-tokens', '30', '--top-p', '0.9', '--seed', '5']
    const plain = run(['generate', ...args])
    expect(plain.status, plain.err).toBe(0)
    const { last } = generate(args)
    expect(plain.out).toBe(`${last.text}\n`)
    const { last: batch } = generate([...args, '--batch', '3'])
    expect(batch.tokens).toBe(batch.sequences?.reduce((sum, one) => sum + one.tokens, 0))
    expect(batch.sequences?.map((one) => one.text).indexOf(last.text)).toBe(0)
    expect(new Set(batch.sequences?.map((one) => one.text)).size).toBe(3)
  })

  test('a stop text ends the answer and is no part of it', () => {
    const { last } = generate([gguf, '--prompt', 'Hello', '--max-tokens', '60', '--temperature', '0'])
    // Noise weights say little that can be typed: two printable letters that follow each other are enough.
    const stop = /[!-~]{2}/.exec(last.text)?.[0] ?? ''
    expect(stop).not.toBe('')
    const stopped = generate([
      ...[gguf, '--prompt', 'Hello', '--max-tokens', '60', '--temperature', '0', '--stop', stop],
    ])
    expect(stopped.last.reason).toBe('stop_text')
    expect(stopped.last.text).toBe(last.text.slice(0, last.text.indexOf(stop)))
    // Bytes before the stop text that are no character are certain only at the end.
    expect(stopped.last.text.startsWith(stopped.lines.map((line) => line.text).join(''))).toBe(true)
  })

  test('a tuned state is what an answer begins from, and what its snapshot stands on', () => {
    const state = join(folder, 'calm.safetensors')
    writeTunedState(state, { layers: 3, heads: 2, headSize: 64, value: (index) => 20 * Math.sin(index) })
    const about = json<Record<string, unknown>>(['inspect', state])
    expect(about).toMatchObject({ kind: 'tuned_state', layers: 3, heads: 2, head_size: 64, dtypes: { F32: 3 } })
    const common = ['--temperature', '0', '--ignore-end', '--max-tokens', '8']
    const plain = generate([pth, '--tokens', '5,6,7', ...common]).last
    const saved = join(folder, 'tuned.snapshot')
    const { last } = generate([pth, '--tokens', '5,6,7', '--state', state, '--snapshot-out', saved, ...common])
    expect(last.ids).not.toEqual(plain.ids)
    expect(json<Record<string, unknown>>(['snapshot', 'inspect', saved]).initial_state).toBe(about.fingerprint)
    expect(generate([pth, '--state', state, '--snapshot-in', saved, ...common]).last.prompt_tokens_processed).toBe(0)
    refused(1, ['tuned.snapshot', 'zero state'], ['generate', pth, '--snapshot-in', saved])
    refused(1, ['initial state'], ['generate', state, '--tokens', '1'])
    const foreign = join(folder, 'foreign.safetensors')
    writeTunedState(foreign, { layers: 2, heads: 2, headSize: 64, value: () => 0 })
    refused(1, ['2 layers', '3 layers'], ['generate', pth, '--tokens', '1', '--state', foreign])
    refused(1, ['rwkv7-l3-c128-bf16.pth'], ['generate', pth, '--tokens', '1', '--state', pth])
  })

  test('what can not be done is said', () => {
    refused(2, ['Usage'], ['generate', pth])
    refused(2, ['--top-k'], ['generate', pth, '--tokens', '1', '--top-k', '-1'])
    refused(2, ['temperature'], ['generate', pth, '--tokens', '1', '--temperature', '-1'])
    refused(1, ['rwkv7-l3-c128-bf16.pth', 'rwkv_vocab'], ['generate', pth, '--prompt', 'hi'])
    refused(1, ['empty'], ['generate', gguf, '--prompt', ''])
  })
})

test('inspect says what a file holds and computes nothing', () => {
  const about = json<Record<string, unknown>>(['inspect', pth])
  expect(about).toMatchObject({
    generation: '7',
    format: 'pth',
    layers: 3,
    width: 128,
    ffn: 512,
    heads: 2,
    head_size: 64,
    vocab: 400,
    dtypes: { BF16: 105 },
    state_bytes: 3 * (2 * 128 + 2 * 64 * 64) * 4,
  })
  expect(about.fingerprint).toMatch(/^[0-9a-f]{64}$/)
  expect(json<Record<string, unknown>>(['inspect', gguf])).toMatchObject({ format: 'gguf', tokenizer: 'embedded' })
  const chinese = join(folder, '模型 é.pth')
  copyFileSync(pth, chinese)
  expect(json<Record<string, unknown>>(['inspect', chinese])).toMatchObject({ fingerprint: about.fingerprint })

  const cut = join(folder, 'cut.pth')
  writeFileSync(cut, readFileSync(pth).subarray(0, 100_000))
  refused(1, ['cut.pth'], ['inspect', cut])
  const page = join(folder, 'page.pth')
  writeFileSync(page, '<!DOCTYPE html><title>404</title>')
  refused(1, ['page.pth'], ['inspect', page])
  refused(1, ['missing.pth'], ['inspect', join(folder, 'missing.pth')])
  mkdirSync(join(folder, 'folder.pth'))
  refused(1, ['folder.pth'], ['inspect', join(folder, 'folder.pth')])
})

describe('tokenize', () => {
  const world = existsSync(worldFile)
  if (!world) process.stderr.write(`ABSENT ${worldFile}: the World tokenizer's cases are not checked through the command line\n`)

  test.runIf(world)('every published case, in both directions', () => {
    interface Case {
      text?: string
      bytes?: number[]
      ids: number[]
    }
    const { cases } = JSON.parse(readFileSync(join(fixtures, 'tokenizer-world.json'), 'utf8')) as { cases: Case[] }
    expect(cases).toHaveLength(100)
    for (const { text, bytes, ids } of cases) {
      const input = text === undefined ? Uint8Array.from(bytes ?? []) : Buffer.from(text)
      expect(json(['tokenize', '--vocab', worldFile], input)).toEqual({ ids })
    }
    for (const { text, bytes, ids } of cases.slice(0, 100)) {
      const decoded = json<{ text: string; bytes_base64: string }>(
        ['tokenize', '--decode', '--vocab', worldFile],
        JSON.stringify(ids),
      )
      const expected = text === undefined ? Buffer.from(bytes ?? []) : Buffer.from(text)
      expect(Buffer.from(decoded.bytes_base64, 'base64').equals(expected)).toBe(true)
      if (text !== undefined) expect(decoded.text).toBe(text)
    }
  }, 120_000)

  test.skipIf(!existsSync(neoxFile))('the published GPT-NeoX-20B cases, through the command line', () => {
    interface Case {
      text: string
      ids: number[]
      decoded?: string
    }
    const { cases } = JSON.parse(readFileSync(join(fixtures, 'tokenizer-20b.json'), 'utf8')) as { cases: Case[] }
    expect(cases.length).toBe(30)
    for (const { text, ids, decoded } of cases) {
      expect(json(['tokenize', '--vocab', neoxFile], text)).toEqual({ ids })
      const back = json<{ text: string }>(['tokenize', '--decode', '--vocab', neoxFile], JSON.stringify(ids))
      expect(back.text).toBe(decoded ?? text)
    }
  }, 120_000)

  test('a vocabulary file that is not there is named, and so is the place', () => {
    refused(1, ['20B_tokenizer.json', 'folder'], ['tokenize', '--vocab', 'neox'], 'a')
    refused(1, ['gone.json'], ['tokenize', '--vocab', join(folder, 'gone.json')], 'a')
  })

  test('a list of one\'s own, and the ways it can be wrong', () => {
    const list = join(folder, 'list.txt')
    writeFileSync(list, "1 'a' 1\r\n2 'b' 1\r\n7 'ab' 2")
    expect(json(['tokenize', '--vocab', list], 'aabb')).toEqual({ ids: [1, 7, 2] })
    expect(json(['tokenize', '--vocab', list, '--decode'], '[7, 0, 1]')).toEqual({
      text: 'aba',
      bytes_base64: Buffer.from('aba').toString('base64'),
    })
    expect(json(['tokenize', '--vocab', list], '')).toEqual({ ids: [] })
    refused(1, ['no token'], ['tokenize', '--vocab', list], 'abc')
    refused(1, ['outside'], ['tokenize', '--vocab', list, '--decode'], '[8]')
    refused(1, ['Standard input'], ['tokenize', '--vocab', list, '--decode'], '{"a":')
    writeFileSync(list, "1 'a' 2")
    refused(1, ['list.txt', 'line 1'], ['tokenize', '--vocab', list], 'a')
  })
})

describe('distribution', () => {
  interface SamplerCase {
    name: string
    temperature: number
    top_p: number
    top_k: number
    logits: (number | '-inf')[]
    probs: [number, number][]
  }
  const { cases } = JSON.parse(readFileSync(join(fixtures, 'sampler.json'), 'utf8')) as { cases: SamplerCase[] }

  test.each(cases)('$name', ({ temperature, top_p, top_k, logits, probs }) => {
    const values = Float32Array.from(logits, (value) => (value === '-inf' ? -Infinity : value))
    const file = join(folder, 'row.npy')
    // As the second of two rows.
    const rows = new Float32Array(values.length * 2)
    rows.set(values, values.length)
    writeNpy(file, rows, [2, values.length])
    const { ids, probabilities } = json<{ ids: number[]; probabilities: number[] }>([
      ...['distribution', '--logits', file, '--row', '1', '--temperature', `${temperature}`],
      ...['--top-p', `${top_p}`, '--top-k', `${top_k}`],
    ])
    const got = new Map(ids.map((id, i) => [id, probabilities[i] ?? NaN]))
    expect(new Set(ids)).toEqual(new Set(probs.map(([id]) => id)))
    for (const [id, probability] of probs) expect(Math.abs((got.get(id) ?? NaN) - probability)).toBeLessThan(1e-6)
  })

  test('history counts for the penalties, and bad rows are refused', () => {
    const file = join(folder, 'flat.npy')
    writeNpy(file, new Float32Array([0, 0, 0]), [3])
    const { ids, probabilities } = json<{ ids: number[]; probabilities: number[] }>([
      ...['distribution', '--logits', file, '--top-p', '1', '--history', '2,2', '--presence', '0.5'],
      ...['--frequency', '0.25', '--penalty-decay', '0.5'],
    ])
    expect(ids).toEqual([0, 1, 2])
    const [first = NaN, , last = NaN] = probabilities
    // presence + (1 * decay + 1) * frequency
    expect(Math.log(first / last)).toBeCloseTo(0.5 + 1.5 * 0.25, 5)
    refused(1, ['row 1'], ['distribution', '--logits', file, '--row', '1'])
    refused(1, ['history'], ['distribution', '--logits', file, '--history', '3'])
    writeNpy(file, new Float32Array([0, NaN, 0]), [3])
    refused(1, ['flat.npy'], ['distribution', '--logits', file])
    writeNpy(file, new Float32Array([-Infinity, -Infinity]), [2])
    refused(1, ['flat.npy'], ['distribution', '--logits', file])
  })
})

test('bench measures everything it promises', () => {
  const figures = json2(['bench', pth, '--prompt', '64', '--gen', '16', '--repeat', '2', '--batch', '2'])
  for (const name of [
    ...['prefill_tok_s', 'decode_tok_s', 'bytes_per_token', 'bandwidth_gb_s', 'machine_bandwidth_gb_s'],
    ...['bandwidth_fraction', 'load_s', 'peak_rss_bytes', 'snapshot_bytes', 'snapshot_save_ms'],
    ...['snapshot_restore_ms', 'threads'],
  ]) {
    expect(figures[name], name).toBeGreaterThan(0)
  }
  expect(figures.device).toBe('cpu')
  expect(figures.isa).toMatch(/^(avx|neon|scalar)/)
  // The state, the logits and a header.
  expect(figures.snapshot_bytes).toBeGreaterThan(101_376 + 1600)
  expect(figures.snapshot_bytes).toBeLessThan(101_376 + 1600 + 4096)
})

/** bench reports its progress on standard error. */
function json2(args: string[]): Record<string, number | string> {
  const { status, out, err } = run(args)
  expect(status, err).toBe(0)
  return JSON.parse(out) as Record<string, number | string>
}

test('selftest passes on this processor, devices lists every kind', () => {
  const report = json<{ passed: boolean; kernels: { passed: boolean; nmse: number; bound: number }[] }>(['selftest'])
  expect(report.passed).toBe(true)
  expect(report.kernels.length).toBeGreaterThan(5)
  for (const kernel of report.kernels) expect(kernel.nmse).toBeLessThanOrEqual(kernel.bound)
  if (process.platform !== 'darwin') refused(3, ['Metal'], ['selftest', '--device', 'metal'])
  const { devices } = json<{ devices: { kind: string; usable: boolean; reason?: string }[] }>(['devices'])
  // A machine with cards lists each of them: "cuda:0", "cuda:1".
  const kinds = new Set(devices.map((device) => device.kind.split(':')[0]))
  expect([...kinds]).toEqual(['cpu', 'emulated', 'cuda', 'metal'])
  for (const device of devices) expect(device.usable || (device.reason ?? '') !== '').toBe(true)
})

test('wrong usage ends with 2, help with 0', () => {
  refused(2, ['frobnicate'], ['frobnicate'])
  refused(2, ['--frob'], ['inspect', pth, '--frob'])
  refused(2, ['--device'], ['inspect', pth, '--device'])
  refused(2, ['Usage'], ['snapshot', 'look', 'x'])
  expect(run([]).status).toBe(2)
  expect(run(['--help'])).toMatchObject({ status: 0, err: '' })
})
