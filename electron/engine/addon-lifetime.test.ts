// What happens to the addon when its JavaScript goes away: exits, garbage, workers. Each case is a process of its own, because
// the failure it would catch is the end of the process.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fixture, projectRoot, realAddon, scriptedAddon } from './testing/addons.ts'

const run = promisify(execFile)
const program = join(projectRoot, 'electron/engine/testing/addon-program.mjs')

interface Ended {
  code: number
  signal: string | null
  told: unknown
  complaint: string
}

async function start(
  action: string,
  { node = process.execPath, flags = [] as string[], addon = scriptedAddon, model = [] as string[] } = {},
): Promise<Ended> {
  const words = [...flags, program, addon, action, ...model]
  const told = (text: string): unknown => (text === '' ? null : JSON.parse(text))
  try {
    const { stdout, stderr } = await run(node, words, { env: { PATH: process.env.PATH }, timeout: 60_000 })
    return { code: 0, signal: null, told: told(stdout), complaint: stderr }
  } catch (error) {
    const failed = error as { code?: number; signal?: string; stdout: string; stderr: string }
    return {
      code: failed.code ?? -1,
      signal: failed.signal ?? null,
      told: told(failed.stdout),
      complaint: failed.stderr,
    }
  }
}

const real = { addon: realAddon, model: [fixture('rwkv7-l3-c128-q8_0.gguf')] }
const well = { code: 0, signal: null, complaint: '' }

describe('the end of the process', () => {
  test.each([
    'exit',
    'exitInCallback',
    'exitWhileLoading',
    'exitWhileClosing',
    'exitWhileWorkerGenerates',
    'endNaturally',
  ])('%s: code 0, no signal, no word', async (action) => {
    for (let round = 0; round < 3; round++) expect(await start(action)).toMatchObject(well)
  })

  // The real engine has threads and tables of its own, which the end of the process must not pull from under it.
  test.each([
    'exit',
    'exitInCallback',
    'exitWhileClosing',
    'exitWhileWorkerGenerates',
    'endNaturally',
    'terminateWorkers',
  ])('%s, with the real engine', async (action) => {
    for (let round = 0; round < 3; round++) expect(await start(action, real)).toMatchObject(well)
  })

  test('an exception of the application keeps its exit code', async () => {
    const ended = await start('throwWhileGenerating')
    expect(ended).toMatchObject({ code: 1, signal: null })
    expect(ended.complaint).toContain('of the application')
  })

  test('a pending operation keeps the process running until it is done', async () => {
    expect(await start('pendingKeepsRunning')).toMatchObject({ ...well, told: 'done' })
  })
})

describe('garbage collection', () => {
  test('closes sessions and models that nobody closed', async () => {
    expect(await start('garbage', { flags: ['--expose-gc'] })).toMatchObject({
      ...well,
      told: {
        opened: { models: 1, sessions: 20 },
        withoutSessions: { models: 1, sessions: 0 },
        text: true,
        withoutModel: { models: 0, sessions: 0 },
      },
    })
  })

  test('gives a real model back', async () => {
    const ended = await start('garbage', { ...real, flags: ['--expose-gc'] })
    expect(ended).toMatchObject({ ...well, told: { withoutModel: { models: 0, sessions: 0 } } })
  })

  test('takes nothing that still works', async () => {
    expect(await start('garbageWhileGenerating', { flags: ['--expose-gc'] })).toMatchObject({
      ...well,
      told: 'string',
    })
  })
})

describe('worker threads', () => {
  test('eight workers are terminated while they generate', async () => {
    expect(await start('terminateWorkers')).toMatchObject({ ...well, told: 'terminated' })
  })

  test('the generation of another environment goes on', async () => {
    expect(await start('terminateWorkerWhileMainGenerates')).toMatchObject({
      ...well,
      told: { reason: 'max_tokens', tokens: 400, live: { models: 0, sessions: 0 } },
    })
  })

  test('two environments generate at once', async () => {
    expect(await start('twoEnvironments')).toMatchObject({ ...well, told: { equal: true, length: 396 } })
  })
})

test('a hundred cycles of open, generate, snapshot, restore and close leave nothing behind', async () => {
  const model = ['scripted snapshot_bytes=1000000']
  const { told, ...ended } = await start('cycles', { flags: ['--expose-gc'], model })
  expect(ended).toMatchObject(well)
  const { grown, live } = told as { grown: number; live: unknown }
  expect(live).toEqual({ models: 0, sessions: 0 })
  // One snapshot lost per cycle would be 100 MB.
  expect(grown).toBeLessThan(16 * 1024 * 1024)
})

test('the same hundred cycles with a real model of 1 MB', async () => {
  const { told, ...ended } = await start('cycles', { ...real, flags: ['--expose-gc'] })
  expect(ended).toMatchObject(well)
  const { grown, live } = told as { grown: number; live: unknown }
  expect(live).toEqual({ models: 0, sessions: 0 })
  // A model lost per cycle would be 100 MB, a state 25 MB.
  expect(grown).toBeLessThan(16 * 1024 * 1024)
})

describe('other versions of Node', () => {
  /** Every node in PATH that is not the one we run on. */
  const others = [...new Set((process.env.PATH ?? '').split(delimiter))]
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .filter((path) => existsSync(path))

  test('the same file runs in each of them', async () => {
    const ours = await start('generate')
    expect(ours.told).toMatchObject({ text: ' t3 t4 t5 t6 t7 t8 t9 t10' })
    expect(others.length).toBeGreaterThan(0)
    const realOurs = await start('generate', real)
    expect(realOurs).toMatchObject(well)
    for (const node of others) {
      expect(await start('generate', { node })).toEqual(ours)
      expect(await start('generate', { ...real, node })).toEqual(realOurs)
    }
  })
})
