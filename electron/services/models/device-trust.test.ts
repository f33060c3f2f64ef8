// The device that models are computed with: tested before it is trusted, left when it fails, and nothing that was being
// written is lost with it.
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { RoostError } from '../../contract/errors.ts'
import type { DeviceReport } from '../../engine/engine.ts'
import { FakeEngine, fakeMachine } from '../../engine/fake-engine.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { TestRooms } from '../../../tests/application/test-model-rooms.ts'

const card = (number: number, memoryBytes: number, driver = 'CUDA 13.0'): DeviceReport => ({
  kind: `cuda:${number}`,
  usable: true,
  name: `Card ${number}`,
  memoryBytes,
  reason: '',
  driver,
})
const withCards = (...cards: DeviceReport[]) => ({
  ...fakeMachine,
  devices: [...fakeMachine.devices, ...cards],
})
const noDriver: DeviceReport = {
  kind: 'cuda',
  usable: false,
  name: 'NVIDIA',
  memoryBytes: 0,
  reason: 'No NVIDIA driver is installed.',
}
const emulated: DeviceReport = {
  kind: 'emulated',
  usable: true,
  name: 'Emulated GPU',
  memoryBytes: 64e9,
  reason: '',
}

describe('the device of a model', () => {
  let test: TestRooms
  afterEach(() => test.destroy())

  /** Of devices; those of the processor's kernels are the affair of loading.test.ts. */
  const tests = (): string[] =>
    test.engine.calls
      .filter(({ operation, text }) => operation === 'selfTest' && text.startsWith('cuda'))
      .map(({ text }) => text)

  async function loaded(name = 'a.gguf') {
    test.place(`models/${name}`)
    const { model } = await test.named(name)
    await test.rooms.library.unload()
    await test.rooms.library.ensureLoaded(model.id)
    const state = test.rooms.library.state()
    if (state.phase !== 'ready') throw new Error(`the model is ${state.phase}`)
    return state
  }

  it('is the one with most memory that passes its test, and is tested once for each driver', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9), card(1, 24e9), emulated)
    })
    expect(await loaded()).toMatchObject({ device: 'cuda:1' })
    expect((await loaded()).fallback).toBeUndefined()
    await test.restart()
    expect(await loaded()).toMatchObject({ device: 'cuda:1' })
    expect(tests()).toEqual(['cuda:1'])
    test.engine.script.machine = withCards(card(0, 8e9), card(1, 24e9, 'CUDA 13.1'))
    await test.restart()
    await loaded()
    expect(tests()).toEqual(['cuda:1', 'cuda:1'])
    expect(test.of('notice')).toEqual([])
  })

  it('is the one that was chosen, if there is one of that name', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9), card(1, 24e9))
    })
    for (const [wanted, device] of [
      ['cuda:0', 'cuda:0'],
      ['cuda', 'cuda:1'],
      ['cpu', 'cpu'],
    ] as const) {
      test.device = wanted
      expect(await loaded()).toMatchObject({ device })
    }
    test.device = 'cuda:7'
    const reason = 'There is no such device in this computer any more.'
    expect(await loaded()).toMatchObject({ device: 'cpu', fallback: { device: 'cuda:7', reason } })
    expect(test.of('notice')).toEqual([
      { code: 'device_fallback', detail: { device: 'cuda:7', instead: 'cpu', reason } },
    ])
  })

  it('that computes wrongly is rejected for good, with its reason, and the next one is used', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9), card(1, 24e9))
      engine.script.wrongIsas = ['cuda:1']
    })
    const state = await loaded()
    expect(state).toMatchObject({ device: 'cuda:0', fallback: { device: 'cuda:1' } })
    expect(state.fallback?.reason).toContain('wkv7')
    await loaded()
    await test.restart()
    await loaded()
    expect(tests()).toEqual(['cuda:1', 'cuda:0'])
    // Told once in each run.
    expect(test.of('notice')).toHaveLength(2)
    const report = await test.rooms.machine.report()
    expect(report.devices.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['cpu', 'trusted'],
      ['cuda:0', 'trusted'],
      ['cuda:1', 'rejected'],
    ])
    expect(report.chosen.device).toBe('cuda:0')
    await test.rooms.library.unload()
    test.engine.script.wrongIsas = []
    await test.rooms.machine.testAgain()
    expect(await loaded()).toMatchObject({ device: 'cuda:1' })
  })

  it('whose driver takes down the process of its test is rejected', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9))
    })
    // What else is tested is, by then.
    test.device = 'cpu'
    await loaded()
    test.device = null
    const fault = new RoostError('device_failed', { reason: 'its driver brought down the process (SIGSEGV)' })
    test.engine.failNext('selfTest', fault)
    expect(await loaded()).toMatchObject({
      device: 'cpu',
      fallback: { device: 'cuda:0', reason: 'its driver brought down the process (SIGSEGV)' },
    })
    await test.restart()
    expect(await loaded()).toMatchObject({ device: 'cpu' })
  })

  it('without room for a model leaves it to the processor, and takes the next one that fits', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9))
      engine.script.refusingDevices = { 'cuda:0': 'out_of_memory' }
    })
    expect(await loaded()).toMatchObject({
      device: 'cpu',
      isa: 'fast',
      fallback: { device: 'cuda:0', reason: 'The device has no room.' },
    })
    expect((await test.rooms.machine.report()).chosen).toEqual({ device: 'cpu', isa: 'fast' })
    test.engine.script.refusingDevices = {}
    expect(await loaded('b.gguf')).toMatchObject({ device: 'cuda:0' })
    expect((await test.rooms.machine.report()).chosen.device).toBe('cuda:0')
  })

  it('is all cards together for a model that fits none of them', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(card(0, 8e9), card(1, 24e9))
      engine.script.refusingDevices = { 'cuda:0': 'out_of_memory', 'cuda:1': 'out_of_memory' }
    })
    const state = await loaded()
    expect(state.device).toBe('cuda:1+cuda:0')
    expect(state.fallback).toBeUndefined()
    expect(test.of('notice')).toEqual([])
    test.engine.script.refusingDevices = {
      ...test.engine.script.refusingDevices,
      'cuda:1+cuda:0': 'out_of_memory',
    }
    expect(await loaded()).toMatchObject({ device: 'cpu', fallback: { device: 'cuda:1' } })
  })

  it('that is not there keeps nothing from working, and is listed with its reason', async () => {
    test = await TestRooms.open(({ engine }) => {
      engine.script.machine = withCards(noDriver, emulated)
    })
    const state = await loaded()
    expect(state.device).toBe('cpu')
    expect(state.fallback).toBeUndefined()
    expect(test.of('notice')).toEqual([])
    const report = await test.rooms.machine.report()
    expect(report.devices.map(({ kind, verdict, reason }) => [kind, verdict, reason])).toEqual([
      ['cpu', 'trusted', ''],
      ['cuda', 'unusable', 'No NVIDIA driver is installed.'],
    ])
  })

  it('of tests is offered where the environment asks for it, and only taken when chosen', async () => {
    test = await TestRooms.open((rooms) => {
      rooms.environment = { ROOST_EMULATED: '' }
      rooms.engine.script.machine = withCards(emulated)
    })
    expect(await loaded()).toMatchObject({ device: 'cpu' })
    expect((await test.rooms.machine.report()).devices.map(({ kind }) => kind)).toEqual(['cpu', 'emulated'])
    test.device = 'emulated'
    expect(await loaded()).toMatchObject({ device: 'emulated' })
  })
})

describe('an answer whose device is lost', () => {
  let app: TestApplication
  afterEach(() => app.destroy())

  const device = (): string => {
    const { state } = app.of('engine.changed').at(-1) ?? {}
    return state?.phase === 'ready' ? state.device : `(${state?.phase ?? 'nothing'})`
  }

  async function open(losses: number): Promise<void> {
    const engine = new FakeEngine({ script: { machine: withCards(card(0, 8e9)) } })
    let left = losses
    engine.script.beforeToken = (index) => {
      if (index !== 4 || left === 0) return
      left--
      throw new RoostError('device_failed', { reason: 'The card fell off the bus.' })
    }
    app = await TestApplication.open({ engine })
    expect(device()).toBe('cuda:0')
  }

  it('goes on by itself on the device that is opened again, with the words it would have had', async () => {
    await open(1)
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'a fairly long question')
    await app.until(async () => {
      const message = await app.call('messages.get', { conversation, message: answer })
      return message.state === 'complete'
    })
    const message = await app.call('messages.get', { conversation, message: answer })
    expect(message).toMatchObject({ text: 'You said: a fairly long question.', error: null, resumable: true })
    expect(device()).toBe('cuda:0')
    expect(app.of('notice')).toEqual([])
    // The conversation is as if nothing had been.
    const next = await app.ask(conversation, answer, 'more')
    expect(next.text).toBe('You said: more.')
    expect(app.engine.openModels).toBe(1)
  })

  it('goes on with the processor when the device is lost again, and the reason is told', async () => {
    await open(2)
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'a fairly long question')
    await app.until(async () => {
      const message = await app.call('messages.get', { conversation, message: answer })
      return message.state === 'complete'
    })
    const message = await app.call('messages.get', { conversation, message: answer })
    expect(message).toMatchObject({ text: 'You said: a fairly long question.', error: null })
    expect(device()).toBe('cpu')
    const reason = 'The card fell off the bus.'
    expect(app.of('notice')).toEqual([
      { code: 'device_fallback', detail: { device: 'cuda:0', instead: 'cpu', reason } },
    ])
    const report = await app.call('hardware.report', {})
    expect(report.devices.at(-1)).toMatchObject({ kind: 'cuda:0', verdict: 'failed', reason })
  })

  it('goes on where a person moves the model while it is written; what was stopped stays stopped', async () => {
    await open(0)
    app.engine.script.tokenMs = 3
    const conversation = randomUUID()
    const other = randomUUID()
    const { answer } = await app.send(conversation, null, 'a question that takes a while')
    const stopped = await app.send(other, null, 'another question that takes a while')
    await app.until(() => app.of('answer.delta').filter((delta) => delta.answer === answer).length > 3)
    await app.call('chat.stop', { answer: stopped.answer })
    await app.call('settings.set', { device: 'cpu' })
    await app.until(async () => {
      const message = await app.call('messages.get', { conversation, message: answer })
      return message.state === 'complete'
    })
    const message = await app.call('messages.get', { conversation, message: answer })
    expect(message.text).toBe('You said: a question that takes a while.')
    expect(device()).toBe('cpu')
    const left = await app.call('messages.get', { conversation: other, message: stopped.answer })
    expect(left.state).toBe('stopped')
    expect((await app.call('settings.get', {})).device).toBe('cpu')
  })
})
