// Conversions through the addon. That the files are right is shown by the native tests; here it is shown that progress,
// cancellation and errors arrive, and that the result can be loaded.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { RoostError } from '../contract/errors.ts'
import { AddonEngine } from './addon-engine.ts'
import type { ConvertOptions } from './engine.ts'
import { FakeEngine } from './fake-engine.ts'
import { fixture, realAddon, scriptedAddon, ScriptedFiles } from './testing/addons.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-convert-'))
const engine = new AddonEngine({ addonPath: realAddon })
const scripted = new AddonEngine({ addonPath: scriptedAddon })
const scripts = new ScriptedFiles()
const model = fixture('rwkv7-l3-c128-f16.gguf')
afterAll(() => {
  scripts.remove()
  rmSync(folder, { recursive: true })
})

function options(more: Partial<ConvertOptions> = {}): ConvertOptions {
  return { type: 'q8_0', threads: 1, vocabularyFolders: [], ...more }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was done'),
    (reason: unknown) => reason,
  )
  return error instanceof RoostError ? error.code : String(error)
}

test('a converted file is smaller, can be loaded, and what was compared is told', async () => {
  const to = join(folder, 'model.gguf')
  const seen: number[] = []
  const report = await engine.convertModel(model, to, options({ onProgress: (done) => seen.push(done) }))
  expect(report).toMatchObject({ type: 'q8_0', bytes: statSync(to).size, compared: 64 })
  expect(report.bytes).toBeLessThan(statSync(model).size)
  expect(report.meanDivergence).toBeGreaterThan(0)
  expect(report.meanDivergence).toBeLessThan(0.01)
  expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
  const before = await engine.inspect(model)
  expect(await engine.inspect(to)).toMatchObject({
    generation: '7',
    format: 'gguf',
    tokenizer: before.tokenizer,
    title: before.title,
    vocabulary: before.vocabulary,
  })
})

test('an existing file, a wrong name and a damaged original are refused, and nothing is left behind', async () => {
  const taken = join(folder, 'taken.gguf')
  writeFileSync(taken, 'mine')
  const before = readdirSync(folder).length
  expect(await codeOf(engine.convertModel(model, taken, options()))).toBe('file_exists')
  expect(readFileSync(taken, 'utf8')).toBe('mine')
  expect(await codeOf(engine.convertModel(model, join(folder, 'out.bin'), options()))).toBe(
    'invalid_argument',
  )
  expect(
    await codeOf(engine.convertModel(join(folder, 'none.pth'), join(folder, 'out.gguf'), options())),
  ).toBe('file_missing')
  expect(await codeOf(engine.convertModel(model, '', options()))).toBe('invalid_argument')
  expect(await codeOf(engine.convertModel(model, join(folder, 'x.gguf'), options({ threads: 0 })))).toBe(
    'invalid_argument',
  )
  expect(readdirSync(folder)).toHaveLength(before)
})

test('an abort ends a conversion soon, before and while it runs', async () => {
  const to = join(folder, 'aborted.gguf')
  expect(await codeOf(engine.convertModel(model, to, options({ signal: AbortSignal.abort() })))).toBe(
    'cancelled',
  )
  const controller = new AbortController()
  const started = performance.now()
  const converting = scripted.convertModel(
    scripts.path({ convert_ms: 20000 }),
    to,
    options({ signal: controller.signal }),
  )
  setTimeout(() => controller.abort(), 50)
  expect(await codeOf(converting)).toBe('cancelled')
  expect(performance.now() - started).toBeLessThan(5000)
  expect(existsSync(to)).toBe(false)
})

test('what the engine says of a full disk arrives, and a callback that throws ends the conversion with its error', async () => {
  const to = join(folder, 'full.gguf')
  expect(
    await codeOf(scripted.convertModel(scripts.path({ convert_error: 1, convert_ms: 10 }), to, options())),
  ).toBe('disk_full')
  const onProgress = () => {
    throw new TypeError('mine')
  }
  const converting = scripted.convertModel(scripts.path({ convert_ms: 2000 }), to, options({ onProgress }))
  await expect(converting).rejects.toThrow('mine')
})

test('the fake engine refuses and writes as the real one does', async () => {
  const fake = new FakeEngine()
  const to = join(folder, 'fake.gguf')
  const report = await fake.convertModel('a.pth', to, options())
  expect(report.bytes).toBe(statSync(to).size)
  expect(await codeOf(fake.convertModel('a.pth', to, options()))).toBe('file_exists')
})
