// The form a model is spoken to in: what follows from the model until a person chooses, then that, also after a restart. What
// would fail: a choice that does not reach the model, is forgotten, or changes another model's form.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { greedy } from '../../engine/testing/addons.ts'

let root: string
let app: TestApplication

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-template-'))
  app = await TestApplication.open({ root })
})
afterEach(async () => {
  await app.close()
  rmSync(root, { recursive: true, force: true })
})

async function ready() {
  const state = await app.call('engine.state', {})
  if (state.phase !== 'ready') throw new Error(`the model is ${state.phase}`)
  return state
}

/** What the engine was last fed for an answer. */
function lastPrompt(): string {
  return app.engine.calls.findLast(({ operation }) => operation === 'generate')?.text ?? ''
}

describe('the form of a model', { timeout: 30_000 }, () => {
  it('follows from the model until a person chooses another one', async () => {
    const before = await ready()
    expect(before.template).toMatchObject({ chosen: false, recommended: 'world', template: { id: 'world' } })
    await app.call('templates.choose', { model: before.model.id, template: 'raven' })
    const after = await ready()
    expect(after.template).toMatchObject({ chosen: true, recommended: 'world', template: { id: 'raven' } })
    expect(after.sampling.temperature).toBe(1.2) // the other family's recommendation
    await app.ask(randomUUID(), null, 'hi')
    expect(lastPrompt()).toBe('Bob: hi\n\nAlice:')
    await app.call('templates.choose', { model: before.model.id, template: null })
    expect((await ready()).template).toMatchObject({ chosen: false, template: { id: 'world' } })
  })

  it('is remembered', async () => {
    const { model } = await ready()
    await app.call('templates.choose', { model: model.id, template: 'g1' })
    await app.close()
    app = await TestApplication.open({ root })
    expect((await ready()).template).toMatchObject({ chosen: true, template: { id: 'g1' } })
  })

  it('is one that there is, for a model that there is', async () => {
    const { model } = await ready()
    const choose = (id: string, template: string) => app.call('templates.choose', { model: id, template })
    await expect(choose(model.id, 'nowhere')).rejects.toMatchObject({ code: 'not_found' })
    await expect(choose(randomUUID(), 'world')).rejects.toMatchObject({ code: 'not_found' })
    expect((await ready()).template.chosen).toBe(false)
  })

  it('stays the shipped one where a person\u2019s own file is wrong, and the person is told', async () => {
    await app.close()
    writeFileSync(join(root, 'chat-templates.json'), '[{"id": "mine"}]')
    app = await TestApplication.open({ root })
    expect((await ready()).template.template.id).toBe('world')
    await app.call('app.info', {})
    await expect
      .poll(() => app.events.filter(({ name }) => name === 'notice').map(({ payload }) => payload))
      .toContainEqual({
        code: 'templates_unusable',
        detail: { reason: expect.stringMatching(/chat-templates.json: template 1, name: /) as string },
      })
  })

  it('can be a person\u2019s own', async () => {
    const shipped = await app.call('templates.list', {})
    expect(shipped.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['raven', 'pile', 'world', 'g1', 'g1-flower']),
    )
    await app.close()
    const own = {
      id: 'mine',
      name: 'Mine',
      for: [{}],
      begin: [],
      system: '{text}\n',
      turn: 'Q: {text}\nA:',
      separator: '\n',
      answerLead: ' ',
      roles: ['Q', 'A'],
      stop: ['\nQ:'],
      sampling: greedy,
    }
    writeFileSync(join(root, 'chat-templates.json'), JSON.stringify([own]))
    app = await TestApplication.open({ root })
    expect((await ready()).template.template).toMatchObject({ id: 'mine', name: 'Mine', thinking: null })
    await app.ask(randomUUID(), null, 'hi')
    expect(lastPrompt()).toBe('Q: hi\nA:')
  })
})
