// The loaded model: kernels that were tested, memory that comes back, the model that a chat wants, the measurement.
import { afterEach, describe, expect, it } from 'vitest'
import type { MachineReport } from '../../engine/engine.ts'
import { fakeMachine } from '../../engine/fake-engine.ts'
import { TestRooms } from '../../../tests/application/test-model-rooms.ts'

let test: TestRooms
afterEach(() => test.destroy())

const tests = (): string[] =>
  test.engine.calls.filter(({ operation }) => operation === 'selfTest').map(({ text }) => text)

describe('kernels', () => {
  it('are tested before the first model is loaded, once for a build', async () => {
    test = await TestRooms.open()
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    const active = await test.rooms.library.ensureLoaded(model.id)
    expect(active.loaded.isa).toBe('fast')
    expect(tests()).toEqual(['fast'])
    await test.restart()
    await test.rooms.library.ensureLoaded(model.id)
    expect(tests()).toEqual(['fast'])
    test.engine.script.machine = { ...fakeMachine, build: 'another' }
    await test.restart()
    await test.rooms.library.ensureLoaded(model.id)
    expect(tests()).toEqual(['fast', 'fast'])
  })

  it('that give wrong numbers are rejected, told once, and the next ones are used', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.wrongIsas = ['fast']
    })
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    const active = await test.rooms.library.ensureLoaded(model.id)
    expect(active.loaded.isa).toBe('scalar')
    const rejected = { code: 'kernels_rejected', detail: { rejected: 'fast', instead: 'scalar' } }
    expect(test.of('notice')).toEqual([rejected])
    const report = await test.rooms.machine.report()
    expect(report.chosen).toEqual({ device: 'cpu', isa: 'scalar' })
    expect(report.instructionSets).toEqual([
      expect.objectContaining({ name: 'fast', verdict: 'rejected', reason: expect.stringContaining('wkv7') }),
      expect.objectContaining({ name: 'scalar', verdict: 'trusted' }),
    ])
    await test.rooms.library.unload()
    await test.rooms.library.ensureLoaded(model.id)
    expect(test.of('notice')).toHaveLength(1)
  })

  it('that somebody forces are left to the engine to accept or refuse', async () => {
    test = await TestRooms.open((rooms) => {
      rooms.environment = { ROOST_ISA: '"fast"' }
    })
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    await test.rooms.library.ensureLoaded(model.id)
    expect(test.engine.loadOptions?.isa).toBeUndefined()
    expect((await test.rooms.machine.report()).chosen.isa).toBe('"fast"')
  })
})

describe('the hardware report', () => {
  const machines: [name: string, machine: Partial<MachineReport>][] = [
    [
      'no driver',
      {
        devices: [
          ...fakeMachine.devices,
          { kind: 'cuda', usable: false, name: '', memoryBytes: 0, reason: 'There is no NVIDIA driver.' },
        ],
      },
    ],
    [
      'a driver that is too old',
      {
        devices: [
          ...fakeMachine.devices,
          {
            kind: 'cuda',
            usable: false,
            name: 'GeForce',
            memoryBytes: 8e9,
            reason: 'The driver 470 is too old; 525 is needed.',
          },
        ],
      },
    ],
    [
      'two graphics processors, one of them unusable',
      {
        devices: [
          ...fakeMachine.devices,
          { kind: 'cuda', usable: false, name: 'one', memoryBytes: 8e9, reason: 'It has too little memory.' },
          {
            kind: 'cuda',
            usable: false,
            name: 'two',
            memoryBytes: 2e9,
            reason: 'It is taken by another program.',
          },
        ],
      },
    ],
  ]
  it.each(machines)('names each device with its reason: %s', async (_name, machine) => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = { ...fakeMachine, ...machine }
    })
    const report = await test.rooms.machine.report()
    const facts = report.devices.map(({ verdict, testedAt, ...rest }) => {
      expect([verdict, testedAt]).toEqual([rest.usable ? 'trusted' : 'unusable', null])
      return rest
    })
    expect(facts).toEqual(machine.devices)
    for (const device of report.devices) expect(device.usable || device.reason.length > 10).toBe(true)
    // Nothing is computed in silence with something else than what is said.
    expect(report.chosen).toEqual({ device: 'cpu', isa: 'fast' })
  })

  it('says that nothing can be computed where the engine is not there', async () => {
    test = await TestRooms.open()
    test.engine.failNext('machine', 'addon_missing')
    const report = await test.rooms.machine.report()
    expect(report).toMatchObject({ chosen: { device: '' }, devices: [], instructionSets: [] })
  })

  it('measures the memory in the first starts, keeps the best, and anew when asked', async () => {
    test = await TestRooms.open()
    await test.rooms.machine.ensureBandwidth()
    await test.rooms.machine.ensureBandwidth()
    test.engine.script.bandwidth = 30e9
    await test.restart()
    await test.rooms.machine.ensureBandwidth()
    expect(test.rooms.machine.bandwidth()).toBe(30e9)
    test.engine.script.bandwidth = 10e9
    for (let start = 0; start < 4; start++) {
      await test.restart()
      await test.rooms.machine.ensureBandwidth()
    }
    expect(test.rooms.machine.bandwidth()).toBe(30e9)
    expect(test.engine.calls.filter(({ operation }) => operation === 'measureBandwidth')).toHaveLength(3)
    await test.rooms.machine.testAgain()
    expect(test.rooms.machine.bandwidth()).toBe(10e9)
  })
})

describe('memory', () => {
  it('is given back after the time set, and the next message has the model again', async () => {
    test = await TestRooms.open((rooms) => {
      rooms.idleMinutes = 0.2 / 60
    })
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    await test.rooms.library.ensureLoaded(model.id)
    test.rooms.library.setBusy(true)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(test.engine.openModels).toBe(1) // it is answering
    test.rooms.library.setBusy(false)
    await test.until(() => test.engine.openModels === 0, 'the model to be let go')
    await test.until(() => test.rooms.library.state().phase === 'none')
    expect(test.rooms.library.state()).toMatchObject({ phase: 'none', resting: { id: model.id } })
    const active = await test.rooms.library.ensureLoaded(null)
    expect(active.title).toBe('a.gguf')
    expect(test.engine.openModels).toBe(1)
  })

  it('is not given back where the time is 0, or before it', async () => {
    test = await TestRooms.open()
    test.place('models/a.gguf')
    await test.rooms.library.ensureLoaded((await test.named('a.gguf')).model.id)
    test.idleMinutes = 10
    test.rooms.settingsChanged({})
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(test.engine.openModels).toBe(1)
  })
})

describe('the model that a chat wants', () => {
  it('is loaded in place of another one, and waited for', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.loadMs = 100
    })
    test.place('models/a.gguf')
    test.place('models/b.gguf')
    const a = (await test.named('a.gguf')).model.id
    const b = (await test.named('b.gguf')).model.id
    const { library } = test.rooms
    await expect(library.ensureLoaded(null)).rejects.toMatchObject({ code: 'no_model' })
    expect((await library.ensureLoaded(a)).title).toBe('a.gguf')
    // Two at once wait for the same load.
    const both = await Promise.all([library.ensureLoaded(b), library.ensureLoaded(null)])
    expect(both.map(({ title }) => title)).toEqual(['b.gguf', 'b.gguf'])
    expect(test.engine.openModels).toBe(1)
    expect(test.engine.calls.filter(({ operation }) => operation === 'load')).toHaveLength(2)
  })

  it('is not taken from under an answer, and a fault is said', async () => {
    test = await TestRooms.open()
    test.place('models/a.gguf')
    test.place('models/b.gguf')
    const a = (await test.named('a.gguf')).model.id
    const b = (await test.named('b.gguf')).model.id
    const { library } = test.rooms
    await library.ensureLoaded(a)
    library.setBusy(true)
    await expect(library.ensureLoaded(b)).rejects.toMatchObject({ code: 'busy' })
    expect((await library.ensureLoaded(a)).title).toBe('a.gguf')
    library.setBusy(false)
    test.engine.failNext('load', 'out_of_memory')
    await expect(library.ensureLoaded(b)).rejects.toMatchObject({ code: 'out_of_memory' })
    await expect(library.ensureLoaded('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('the benchmark', () => {
  const request = { prompt: 64, gen: 16, repeat: 3, batches: [1, 2, 4, 8] }

  it('measures batch after batch and replaces the prediction', async () => {
    test = await TestRooms.open()
    test.place('models/a.gguf')
    const { model, fit } = await test.named('a.gguf')
    expect(fit.measured).toBe(false)
    expect(() => test.rooms.benchmark.run(request)).toThrow(expect.objectContaining({ code: 'no_model' }))
    await test.rooms.library.ensureLoaded(model.id)
    test.rooms.benchmark.run(request)
    expect(() => test.rooms.benchmark.run(request)).toThrow(expect.objectContaining({ code: 'busy' }))
    await test.until(() => test.rooms.benchmark.last()?.phase === 'done')
    const last = test.rooms.benchmark.last()
    // The fake engine says 100 tokens a second for each session.
    expect(last?.rows.map(({ batch, decodeTokensPerSecond }) => [batch, decodeTokensPerSecond])).toEqual([
      [1, 100],
      [2, 200],
      [4, 400],
      [8, 800],
    ])
    // 5000 bytes a token, 100 tokens a second, of 20 GB a second.
    expect(last?.rows.map(({ bandwidthFraction }) => bandwidthFraction)).toEqual(
      Array(4).fill((5000 * 100) / 20e9),
    )
    const fractions = test.of('benchmark.changed').map(({ benchmark }) => benchmark.fraction)
    expect(fractions).toEqual([...fractions].sort((x, y) => x - y))
    const after = await test.named('a.gguf')
    expect(after.fit).toMatchObject({ measured: true, tokensPerSecond: 100 })
    expect(after.speed).toMatchObject({ decodeTokensPerSecond: 100, isa: 'fast' })
    await test.restart()
    expect((await test.named('a.gguf')).fit).toMatchObject({ measured: true, tokensPerSecond: 100 })
  })

  it('ends when it is cancelled, and when the model goes', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.benchRunMs = 60
    })
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    await test.rooms.library.ensureLoaded(model.id)
    test.rooms.benchmark.run(request)
    await test.until(() => (test.rooms.benchmark.last()?.rows.length ?? 0) > 0)
    test.rooms.benchmark.cancel()
    await test.until(() => test.rooms.benchmark.last()?.phase === 'cancelled')
    expect(test.rooms.benchmark.last()?.rows.length).toBeGreaterThan(0)
    await test.until(() => !test.rooms.benchmark.isRunning())
    test.rooms.benchmark.run(request)
    await test.rooms.library.unload()
    await test.until(() => test.rooms.benchmark.last()?.phase === 'cancelled')
    expect(test.engine.openModels).toBe(0)
  })
})

describe('an answer', () => {
  it('of some length tells how fast the model is; short ones do not', async () => {
    test = await TestRooms.open()
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    await test.rooms.library.ensureLoaded(model.id)
    const figures = {
      resumedTokens: 0,
      rereadTokens: 0,
      promptTokens: 40,
      prefillTokensPerSecond: 300,
      firstTokenMs: 5,
      finish: 'end_token' as const,
    }
    const { service } = test.rooms
    await service.noteAnswer({ ...figures, answerTokens: 5, decodeTokensPerSecond: 900 })
    expect((await test.named('a.gguf')).speed).toBeNull()
    await service.noteAnswer({ ...figures, answerTokens: 100, decodeTokensPerSecond: 40 })
    await service.noteAnswer({ ...figures, answerTokens: 100, decodeTokensPerSecond: 50 })
    await service.noteAnswer({ ...figures, answerTokens: 100, decodeTokensPerSecond: 20 }) // the machine was busy
    expect((await test.named('a.gguf')).fit).toMatchObject({ measured: true, tokensPerSecond: 50 })
  })
})
