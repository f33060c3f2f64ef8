// Devices through the addon, on the emulated one: chosen, tested in a process of its own, lost on purpose. The faults come
// from the environment, which the addon reads when it opens a device.
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { RoostError } from '../contract/errors.ts'
import { AddonEngine } from './addon-engine.ts'
import type { EngineSession, GenerateOptions } from './engine.ts'
import { fixture, greedy, loadPlainly, realAddon } from './testing/addons.ts'

const modelFile = fixture('rwkv7-l3-c128-f16.gguf')
const expected = JSON.parse(readFileSync(`${modelFile}.expected.json`, 'utf8')) as {
  tokens: number[]
  greedy: number[]
}
const prompt = Uint32Array.from(expected.tokens)
const engine = new AddonEngine({ addonPath: realAddon })

afterEach(() => {
  delete process.env.ROOST_EMULATED
  expect(engine.live()).toEqual({ models: 0, sessions: 0 })
})

function generate(session: EngineSession, more: Partial<GenerateOptions> = {}) {
  return session.generate({ tokens: prompt, maximumTokens: 32, sampling: greedy, stop: [], ...more })
}

test('a model on the emulated device says what it says on the processor', async () => {
  const model = await engine.load(modelFile, { ...loadPlainly, device: 'emulated' })
  expect(model.device).toBe('emulated')
  const session = await model.openSession()
  const answer = await generate(session)
  const end = expected.greedy.indexOf(0)
  expect([...answer.tokens]).toEqual(end < 0 ? expected.greedy : expected.greedy.slice(0, end))
  await model.close()
})

test('devices are listed with the version of their driver, or why they can not be used', async () => {
  const { devices } = await engine.machine()
  expect(devices.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['cpu', 'emulated']))
  for (const device of devices) {
    expect(typeof device.driver).toBe('string')
    expect(device.usable || device.reason.length > 10).toBe(true)
  }
  await expect(engine.load(modelFile, { ...loadPlainly, device: 'cuda:99' })).rejects.toMatchObject({
    code: 'device_unavailable',
  })
})

test('the self-test of a device tells a right one from a wrong one', { timeout: 60_000 }, async () => {
  const right = await engine.selfTest('', 1, 'emulated')
  expect(right).toMatchObject({ device: 'emulated', passed: true, failed: [] })
  expect(right.kernels).toBeGreaterThan(50)
  process.env.ROOST_EMULATED = 'wrong=wkv7'
  const wrong = await engine.selfTest('', 1, 'emulated')
  expect(wrong.passed).toBe(false)
  expect(wrong.failed.map(({ kernel }) => kernel)).toContain('wkv7')
  process.env.ROOST_EMULATED = 'lose-after=30'
  await expect(engine.selfTest('', 1, 'emulated')).rejects.toMatchObject({ code: 'device_failed' })
})

test('a device that is lost while it answers is told once, and the next one goes on from a snapshot', async () => {
  const whole = await engine.load(modelFile, { ...loadPlainly, device: 'emulated' })
  const first = await whole.openSession()
  await generate(first, { maximumTokens: 4 })
  const kept = await first.snapshot()
  const rest = await generate(first, { tokens: new Uint32Array(), maximumTokens: 12 })
  await whole.close()
  let lost = 0
  for (let calls = 60; calls < 2000 && lost === 0; calls += 13) {
    process.env.ROOST_EMULATED = `lose-after=${calls}`
    const faults: RoostError[] = []
    let model
    try {
      model = await engine.load(modelFile, {
        ...loadPlainly,
        device: 'emulated',
        onDeviceFault: (fault) => faults.push(fault),
      })
    } catch (error) {
      expect(error).toMatchObject({ code: 'device_failed' })
      continue
    }
    try {
      const session = await model.openSession()
      await session.restore(kept)
      await generate(session, { tokens: new Uint32Array(), maximumTokens: 12 })
    } catch (error) {
      expect(error).toMatchObject({ code: 'device_failed' })
      await expect(model.openSession()).rejects.toMatchObject({ code: 'device_failed' })
      lost++
      expect(faults).toHaveLength(1)
      expect(faults[0]).toBe(error)
    }
    await model.close()
  }
  expect(lost).toBe(1)
  // The processor takes over where the device was.
  delete process.env.ROOST_EMULATED
  const model = await engine.load(modelFile, loadPlainly)
  const session = await model.openSession()
  await session.restore(kept)
  const answer = await generate(session, { tokens: new Uint32Array(), maximumTokens: 12 })
  expect([...answer.tokens]).toEqual([...rest.tokens])
  await model.close()
})
