// Models are found, loaded, replaced and let go; what goes wrong is a state, and never costs what is loaded already.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import type { ModelSummary } from '../../contract/entities.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'
import { FolderBrowser } from './model-files.ts'

let app: TestApplication
beforeEach(async () => {
  app = await TestApplication.open({ model: null })
})
afterEach(() => app.destroy())

function place(name: string, content = name): string {
  const path = join(app.root, 'models', name)
  writeFileSync(path, content)
  return path
}

async function listed(name: string): Promise<ModelSummary> {
  const model = (await app.call('models.list', {})).find(({ fileName }) => fileName === name)
  if (model === undefined) throw new Error(`${name} is not listed`)
  return model
}

const phase = () => app.of('engine.changed').at(-1)?.state.phase

async function load(name: string): Promise<ModelSummary> {
  const model = await listed(name)
  await app.call('models.load', { model: model.id })
  await app.until(() => {
    const state = app.of('engine.changed').at(-1)?.state
    return state?.phase === 'ready' && state.model.id === model.id
  })
  return model
}

describe('the list', () => {
  it('holds what lies in the models folder, under the same ids after a restart', async () => {
    place('b.gguf')
    place('a.pth')
    place('notes.txt')
    place('.hidden.gguf')
    mkdirSync(join(app.root, 'models', '世界 模型'))
    place(join('世界 模型', 'c.safetensors'))
    const names = (models: ModelSummary[]) =>
      models.filter(({ origin }) => origin === 'folder').map(({ fileName }) => fileName)
    const before = await app.call('models.list', {})
    expect(names(before).sort()).toEqual(['a.pth', 'b.gguf', 'c.safetensors'])
    app = await app.restart({ model: null })
    expect(await app.call('models.list', {})).toEqual(before)
    rmSync(join(app.root, 'models', 'a.pth'))
    expect(names(await app.call('models.list', {})).sort()).toEqual(['b.gguf', 'c.safetensors'])
  })

  it('leaves out what the engine does not take for a model', async () => {
    place('bad.gguf')
    app.engine.failNext('inspect', 'not_a_model')
    const names = (await app.call('models.list', {})).map(({ fileName }) => fileName)
    expect(names).not.toContain('bad.gguf')
  })
})

describe('loading', () => {
  it('tells its progress, replaces the model before, and gives memory back', async () => {
    place('one.gguf')
    place('two.gguf')
    await load('one.gguf')
    expect(app.of('engine.changed').map(({ state }) => state.phase)).toContain('loading')
    await load('two.gguf')
    expect(app.engine.openModels).toBe(1)
    await app.call('models.unload', {})
    expect(phase()).toBe('none')
    expect(app.engine.openModels).toBe(0)
  })

  it('of something that is no model is refused and keeps what is loaded', async () => {
    place('one.gguf')
    place('two.gguf')
    await load('one.gguf')
    const two = await listed('two.gguf')
    place('two.gguf', 'changed meanwhile')
    app.engine.failNext('inspect', 'model_truncated')
    await expect(app.call('models.load', { model: two.id })).rejects.toMatchObject({
      code: 'model_truncated',
    })
    expect((await app.call('engine.state', {})).phase).toBe('ready')
    expect((await app.ask(randomUUID(), null, 'hi')).text).toBe('You said: hi.')
  })

  it('that fails late is a fault with its cause, and another model can be chosen at once', async () => {
    place('one.gguf')
    place('two.gguf')
    const one = await listed('one.gguf')
    app.engine.failNext('load', 'out_of_memory')
    await app.call('models.load', { model: one.id })
    await app.until(() => phase() === 'fault')
    expect(await app.call('engine.state', {})).toMatchObject({
      phase: 'fault',
      error: { code: 'out_of_memory' },
    })
    await load('two.gguf')
  })

  it('can be cancelled, and the last choice wins', async () => {
    app.engine.script.loadMs = 400
    place('one.gguf')
    place('two.gguf')
    const one = await listed('one.gguf')
    const two = await listed('two.gguf')
    await app.call('models.load', { model: one.id })
    await app.until(() => phase() === 'loading')
    await app.call('models.cancelLoad', {})
    await app.until(() => phase() === 'none')
    await app.call('models.load', { model: one.id })
    await app.until(() => phase() === 'loading')
    await app.call('models.load', { model: two.id }) // waits for the first to let go
    await app.call('models.cancelLoad', {})
    await app.until(() => phase() === 'none')
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(phase()).toBe('none')
    await app.call('models.load', { model: one.id })
    await app.call('models.load', { model: two.id })
    await app.until(() => phase() === 'ready')
    const state = await app.call('engine.state', {})
    expect(state.phase === 'ready' && state.model.id).toBe(two.id)
    expect(app.engine.openModels).toBe(1)
  })

  it('while an answer is written ends the answer with its text', async () => {
    place('one.gguf')
    place('two.gguf')
    await load('one.gguf')
    app.engine.script.tokenMs = 10
    const conversation = randomUUID()
    const { answer } = await app.send(conversation, null, 'a question')
    await app.until(() => app.of('answer.delta').length > 3)
    await load('two.gguf')
    const message = await app.settled(conversation, answer)
    expect(message.state).toBe('stopped')
    expect(message.text.length).toBeGreaterThan(2)
  })

  it('forgetting a model takes it off the list, not off the disk', async () => {
    place('one.gguf')
    const one = await load('one.gguf')
    await app.call('models.forget', { model: one.id })
    expect(phase()).toBe('none')
    await expect(app.call('models.load', { model: one.id })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('at start', () => {
  it('the last model is loaded again, but not after an unclean end', async () => {
    place('one.gguf')
    const one = await load('one.gguf')
    app = await app.restart({ model: null })
    await app.until(() => phase() === 'ready')
    await app.close()
    writeFileSync(join(app.root, 'running'), '') // what a killed process leaves behind
    app = await TestApplication.open({ root: app.root, engine: app.engine, model: null })
    const info = await app.call('app.info', {})
    expect(info).toMatchObject({ uncleanExit: true, lastModel: one.id })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await app.call('engine.state', {})).phase).toBe('none')
  })

  it('the bundled model is loaded when nothing else was, and also after an unclean end', async () => {
    await app.close()
    app = await TestApplication.open({ root: app.root, engine: app.engine, model: null, starter: true })
    await app.until(() => phase() === 'ready')
    const state = await app.call('engine.state', {})
    expect(state.phase === 'ready' && state.model.origin).toBe('starter')
    expect((await app.call('models.list', {}))[0]).toMatchObject({ origin: 'starter', available: true })
    await app.close()
    writeFileSync(join(app.root, 'running'), '')
    app = await TestApplication.open({ root: app.root, engine: app.engine, model: null, starter: true })
    await app.until(() => phase() === 'ready')
    await app.call('settings.set', { loadLastModel: false })
    app = await app.restart({ model: null, starter: true })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await app.call('engine.state', {})).phase).toBe('none')
  })

  it('a model file that is not there is a fault, not an end', async () => {
    const missing = join(app.root, 'missing.gguf')
    await app.close()
    app = await TestApplication.open({
      root: app.root,
      engine: new FakeEngine({ models: {} }),
      model: missing,
      wait: false,
    })
    await app.until(() => phase() === 'fault')
    expect(await app.call('engine.state', {})).toMatchObject({
      phase: 'fault',
      error: { code: 'file_missing' },
    })
    await expect(app.send(randomUUID(), null, 'hi')).rejects.toMatchObject({ code: 'no_model' })
  })
})

describe('browsing', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'roost-home-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it('shows folders, then model files, by handles only', async () => {
    mkdirSync(join(home, 'models'))
    mkdirSync(join(home, '.cache'))
    writeFileSync(join(home, 'a.gguf'), '12345')
    writeFileSync(join(home, 'letter.docx'), '')
    symlinkSync(join(home, 'a.gguf'), join(home, 'z-link.pth'))
    symlinkSync(join(home, 'nowhere'), join(home, 'broken.pth'))
    const browser = new FolderBrowser(home)
    const listing = await browser.list(null)
    expect(listing.entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ['models', 'folder', null],
      ['a.gguf', 'file', 5],
      ['z-link.pth', 'file', 5],
    ])
    expect(listing.label).toBe('~')
    const below = await browser.list(listing.entries[0]!.handle)
    expect(below).toMatchObject({ label: join('~', 'models'), parent: listing.handle, entries: [] })
    expect(browser.pathOf(listing.entries[1]!.handle)).toBe(join(home, 'a.gguf'))
    await expect(browser.list(randomUUID())).rejects.toMatchObject({ code: 'not_found' })
    rmSync(join(home, 'models'), { recursive: true })
    await expect(browser.list(listing.entries[0]!.handle)).rejects.toMatchObject({ code: 'file_unreadable' })
  })
})
