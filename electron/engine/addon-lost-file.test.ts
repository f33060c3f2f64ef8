// A model file that is cut, replaced or deleted while its model is in use: an error that says so, the process lives, and
// another model answers at once.
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { AddonEngine } from './addon-engine.ts'
import type { EngineSession, GenerateOptions } from './engine.ts'
import { fixture, greedy, loadPlainly, realAddon } from './testing/addons.ts'

const modelFile = fixture('rwkv7-l3-c128-f16.gguf')
const expected = JSON.parse(readFileSync(`${modelFile}.expected.json`, 'utf8')) as {
  tokens: number[]
  greedy: number[]
}
const folder = mkdtempSync(join(tmpdir(), 'roost-lost-'))
const engine = new AddonEngine({ addonPath: realAddon })

afterAll(() => {
  expect(engine.live()).toEqual({ models: 0, sessions: 0 })
  rmSync(folder, { recursive: true })
})

function copyOfModel(name: string): string {
  const path = join(folder, name)
  copyFileSync(modelFile, path)
  return path
}

function generate(session: EngineSession, more: Partial<GenerateOptions> = {}) {
  const tokens = Uint32Array.from(expected.tokens)
  return session.generate({ tokens, maximumTokens: 32, sampling: greedy, stop: [], ...more })
}

async function answersOf(path: string): Promise<number[]> {
  const model = await engine.load(path, loadPlainly)
  const session = await model.openSession()
  const result = await generate(session)
  await session.close()
  await model.close()
  return [...result.tokens]
}

describe('a model file', { timeout: 120_000 }, () => {
  // Windows lets nobody cut or replace a file that is mapped.
  test.skipIf(platform() === 'win32')(
    'that is cut while it is read ends the run, not the process',
    async () => {
      const path = copyOfModel('cut.gguf')
      const model = await engine.load(path, loadPlainly)
      const session = await model.openSession()
      const other = await model.openSession()
      let cut = false
      // Ids of all rows of the embedding, again and again: some lie behind the cut, wherever that is.
      const many = Uint32Array.from({ length: 20_000 }, (_, index) => index % 400)
      const running = generate(session, {
        tokens: many,
        onPrefill: () => {
          if (!cut) truncateSync(path, 4096)
          cut = true
        },
      })
      await expect(running).rejects.toMatchObject({ code: 'model_changed' })
      expect(cut).toBe(true)
      await expect(generate(other)).rejects.toMatchObject({ code: 'model_changed' })
      await session.close()
      await other.close()
      await model.close()
      await expect(engine.load(path, loadPlainly)).rejects.toMatchObject({ code: 'model_truncated' })
      expect(await answersOf(modelFile)).toEqual(expected.greedy)
    },
  )

  test.skipIf(platform() === 'win32').each([
    ['replaced', (path: string) => renameSync(copyOfModel('other.gguf'), path)],
    ['deleted', (path: string) => rmSync(path)],
  ])('that is %s is read to the end of the answer, and missed before the next', async (name, lose) => {
    const path = copyOfModel(`${name}.gguf`)
    const model = await engine.load(path, loadPlainly)
    const session = await model.openSession()
    const reports: number[] = []
    const result = await generate(session, {
      onPrefill: (done) => {
        if (reports.length === 0) lose(path)
        reports.push(done)
      },
    })
    if (reports.length === 0) lose(path) // so small a prompt may be read without a report
    expect([...result.tokens]).toEqual(expected.greedy)
    await expect(generate(session)).rejects.toMatchObject({ code: 'model_changed' })
    await session.close()
    await model.close()
    expect(await answersOf(modelFile)).toEqual(expected.greedy)
  })
})
