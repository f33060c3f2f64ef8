// Long random walks over a whole application (fake engine, real database), compared with a plain tree in memory.
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import type { SeededRandom } from '../../../tests/application/seeded-random.ts'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { RoostError } from '../../contract/errors.ts'

interface Node {
  /** Counts up with every row that was ever made. */
  order: number
  id: string
  parent: string | null
  role: 'user' | 'assistant'
  text: string
}

/** What a conversation should be: rows in the order of their making, and the leaf that is shown. */
class Model {
  readonly nodes: Node[] = []
  active: string | null = null
  /** Deleted messages that can be brought back, newest last, with what was shown when they went. */
  readonly apart: { id: string; nodes: Node[]; active: string | null; at: number }[] = []
  #made = 0

  turn(parent: string | null, question: string, answer: string, text: string): void {
    this.nodes.push({ order: this.#made++, id: question, parent, role: 'user', text })
    this.answer(question, answer, text)
  }

  answer(question: string, answer: string, text: string): void {
    const said = `You said: ${text}.`
    this.nodes.push({ order: this.#made++, id: answer, parent: question, role: 'assistant', text: said })
    this.active = answer
  }

  below(id: string | null): Node[] {
    const ids = new Set(id === null ? [] : [id])
    return this.nodes.filter((node) => {
      const inside = id === null || ids.has(node.id) || (node.parent !== null && ids.has(node.parent))
      if (inside) ids.add(node.id)
      return inside
    })
  }

  show(id: string): void {
    this.active = this.below(id).at(-1)?.id ?? null
  }

  delete(id: string): void {
    const nodes = this.below(id)
    this.apart.push({ id, nodes, active: this.active, at: Date.now() })
    const gone = new Set(nodes.map((node) => node.id))
    const parent = this.nodes.find((node) => node.id === id)?.parent ?? null
    this.nodes.splice(0, this.nodes.length, ...this.nodes.filter((node) => !gone.has(node.id)))
    if (this.active !== null && gone.has(this.active)) {
      this.active =
        this.below(parent)
          .filter((node) => node.id !== parent)
          .at(-1)?.id ?? parent
    }
  }

  /** The newest deletion; another one inside of it came before it, and stays where it is. */
  undelete(): string | null {
    const last = this.apart.at(-1)
    if (last === undefined || Date.now() - last.at > 20_000) return null
    this.apart.pop()
    this.nodes.push(...last.nodes)
    this.nodes.sort((a, b) => a.order - b.order)
    if (last.nodes.some(({ id }) => id === last.active)) this.active = last.active
    return last.id
  }

  answers(): Node[] {
    return this.nodes.filter(({ role }) => role === 'assistant')
  }
}

let app: TestApplication | undefined

afterEach(async () => {
  await app?.destroy()
  app = undefined
})

async function compare(models: Map<string, Model>): Promise<void> {
  if (app === undefined) throw new Error('no application')
  const listed = await app.call('conversations.list', {})
  expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(models.keys()))
  for (const [id, model] of models) {
    const conversation = await app.conversation(id)
    expect(
      conversation.messages.map(({ id: message, parent, role, text }) => ({
        id: message,
        parent,
        role,
        text,
      })),
    ).toEqual(model.nodes.map(({ order: _order, ...node }) => node))
    expect(conversation.activeLeaf).toBe(model.active)
    expect(conversation.messages.filter(({ state }) => state !== 'complete')).toEqual([])
  }
}

it(
  'M5: 500 random operations lose and reorder nothing, deletions undone included, and never read a turn twice',
  { timeout: 180_000 },
  async () => {
    const random = seededRandom(seedOfThisRun())
    app = await TestApplication.open()
    const models = new Map<string, Model>()
    /** Can still be brought back, with the time of the deletion: after half a minute it is gone for good. */
    const deleted = new Map<string, { model: Model; at: number }>()
    let asked = 0
    let undone = 0
    for (let step = 0; step < 500; step++) {
      const kind = random.below(100)
      const open = [...models.keys()]
      if (kind < 4 || open.length === 0) {
        const id = randomUUID()
        models.set(id, new Model())
        await ask(random, id, new Model(), `q${asked++}`, models, null)
        continue
      }
      const id = random.pick(open)
      const model = models.get(id)
      if (model === undefined) continue
      const answers = model.answers()
      if (kind < 45) {
        const parent = random.chance(0.8)
          ? model.active
          : random.chance(0.5)
            ? null
            : (answers[0]?.id ?? null)
        const at = answers.some((node) => node.id === parent) ? parent : null
        await ask(random, id, model, `q${asked++}`, models, at)
      } else if (kind < 65 && answers.length > 0) {
        const old = random.pick(answers)
        const answer = randomUUID()
        await app.call('chat.regenerate', { conversation: id, message: old.id, answer })
        await checkCost(id, answer, questionOf(model, old))
        model.answer(old.parent ?? '', answer, questionOf(model, old))
      } else if (kind < 82 && model.nodes.length > 0) {
        const node = random.pick(model.nodes)
        const shown = await app.call('conversations.selectBranch', { conversation: id, message: node.id })
        model.show(node.id)
        expect(shown.activeLeaf).toBe(model.active)
      } else if (kind < 93 && model.nodes.length > 0) {
        if (random.chance(0.35)) {
          const back = model.undelete()
          if (back !== null) {
            const restored = await app.call('messages.restore', { conversation: id, message: back })
            expect(restored.activeLeaf).toBe(model.active)
            undone += 1
          }
          continue
        }
        const node = random.pick(model.nodes)
        model.delete(node.id)
        const left = await app.call('messages.delete', { conversation: id, message: node.id })
        expect(left.conversation.activeLeaf).toBe(model.active)
      } else if (kind < 95) {
        await app.call('conversations.delete', { conversation: id })
        models.delete(id)
        deleted.set(id, { model, at: Date.now() })
        if (random.chance(0.3)) app = await app.restart() // the way back stays open
        const back = [...deleted].filter(([, { at }]) => Date.now() - at < 20_000).map(([old]) => old)
        if (random.chance(0.7) && back.length > 0) {
          const chosen = random.pick(back)
          await app.call('conversations.restore', { conversations: [chosen] })
          const known = deleted.get(chosen)
          if (known !== undefined) models.set(chosen, known.model)
          deleted.delete(chosen)
        }
      } else {
        app = await app.restart()
        await compare(models)
      }
    }
    app = await app.restart()
    await compare(models)
    expect(await app.storage.quickCheck(), `seed ${random.seed}`).toBe(true)
    expect(undone).toBeGreaterThan(0)
  },
)

function questionOf(model: Model, answer: Node): string {
  return model.nodes.find(({ id }) => id === answer.parent)?.text ?? ''
}

async function ask(
  _random: SeededRandom,
  conversation: string,
  before: Model,
  text: string,
  models: Map<string, Model>,
  parent: string | null,
): Promise<void> {
  if (app === undefined) throw new Error('no application')
  const { question, answer } = await app.send(conversation, parent, text)
  await checkCost(conversation, answer, text)
  const model = models.get(conversation) ?? before
  model.turn(parent, question, answer, text)
}

/** "User: " + text + "\n\nAssistant:" in tokens of a byte each; the separator before it is in the state already. */
async function checkCost(conversation: string, answer: string, text: string): Promise<void> {
  const message = await app?.settled(conversation, answer)
  expect(message?.figures).toMatchObject({ rereadTokens: 0, promptTokens: 18 + text.length })
}

it('actions on top of each other leave a sound tree and nothing running', { timeout: 120_000 }, async () => {
  const random = seededRandom(seedOfThisRun())
  app = await TestApplication.open()
  app.engine.script.tokenMs = 1
  const conversations = [randomUUID(), randomUUID(), randomUUID()]
  const refused = new Set([
    'answer_running',
    'not_found',
    'bad_request',
    'no_model',
    'model_loading',
    'closed',
  ])
  const pending: Promise<unknown>[] = []
  const model = (await app.call('models.list', {})).find(({ origin }) => origin === 'local')
  for (let step = 0; step < 300; step++) {
    const conversation = random.pick(conversations)
    const current = app
    const act = async (): Promise<void> => {
      const kind = random.below(100)
      const opened = await current.conversation(conversation).catch(() => null)
      const messages = opened?.messages ?? []
      if (kind < 40 || messages.length === 0) {
        const answers = messages.filter(({ role }) => role === 'assistant')
        const parent = answers.length === 0 ? null : random.pick(answers).id
        await current.send(conversation, parent, `question ${step}`)
        return
      }
      const message = random.pick(messages)
      if (kind < 55) await current.call('chat.stop', { answer: messages.at(-1)?.id ?? '' })
      else if (kind < 70) await current.call('messages.delete', { conversation, message: message.id })
      else if (kind < 80) {
        await current.call('chat.regenerate', { conversation, message: message.id, answer: randomUUID() })
      } else if (kind < 90) await current.call('chat.continue', { conversation, message: message.id })
      else if (kind < 96)
        await current.call('conversations.selectBranch', { conversation, message: message.id })
      else if (kind < 98) await current.call('conversations.delete', { conversation })
      else if (model !== undefined) await current.call('models.load', { model: model.id })
    }
    pending.push(
      act().catch((error: unknown) => {
        if (!(error instanceof RoostError) || !refused.has(error.code)) throw error
      }),
    )
    if (random.chance(0.4)) await new Promise((resolve) => setTimeout(resolve, random.below(30)))
    if (step % 100 === 99) {
      await Promise.all(pending)
      app = await app.restart()
    }
  }
  await Promise.all(pending)
  const last = app
  await last.until(async () =>
    (await last.call('conversations.list', {})).every(({ generating }) => !generating),
  )
  for (const { id } of await last.call('conversations.list', {})) {
    const { messages, activeLeaf } = await last.conversation(id)
    const known = new Set<string>()
    for (const message of messages) {
      expect(message.parent === null || known.has(message.parent), `orphan, seed ${random.seed}`).toBe(true)
      expect(message.state).not.toBe('generating')
      known.add(message.id)
    }
    expect(
      activeLeaf === null ? messages.length === 0 : known.has(activeLeaf),
      `leaf, seed ${random.seed}`,
    ).toBe(true)
  }
  expect(await last.storage.quickCheck()).toBe(true)
  expect(last.engine.openSessions).toBeLessThanOrEqual(3)
})
