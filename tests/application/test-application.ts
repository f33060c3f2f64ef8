// An application on the fake engine and a real database, for tests: one that can be ended cleanly, or left behind as if
// the process had been killed.
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallName, Caller, Input, Output } from '../../electron/contract/calls.ts'
import type { Conversation, EngineState, Message } from '../../electron/contract/entities.ts'
import type { EventMessage, EventName, Events } from '../../electron/contract/events.ts'
import type { Engine } from '../../electron/engine/engine.ts'
import { FakeEngine } from '../../electron/engine/fake-engine.ts'
import type { FakeEngineOptions } from '../../electron/engine/fake-engine.ts'
import { createLogger, silentLogger } from '../../electron/platform/log.ts'
import type { Logger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import type { Storage } from '../../electron/storage/storage.ts'
import type { Application } from '../../electron/services/application.ts'
import { createApplication } from '../../electron/services/create-application.ts'

const caller: Caller = { host: 'headless', client: 'test' }
/** Any file will do: the fake engine takes every path for a model. */
const modelFile = fileURLToPath(import.meta.url)
export const shippedResources = fileURLToPath(new URL('../../resources', import.meta.url))

export interface TestApplicationOptions {
  readonly root?: string
  /** The native one for a test that needs weights; its calls are not recorded. */
  readonly native?: Engine
  readonly engine?: FakeEngine
  readonly engineOptions?: FakeEngineOptions
  readonly model?: string | null
  /** false: do not wait until the model is loaded. */
  readonly wait?: boolean
  /** A bundled model is there. */
  readonly starter?: boolean
  readonly log?: Logger
  readonly pageLimit?: number
}

/** ROOST_TEST_LOG=1 shows what the services log. */
function spokenLogger(): Logger {
  return createLogger({ write: (line) => process.stderr.write(`${line}\n`), close: () => undefined })
}

export class TestApplication {
  readonly root: string
  readonly engine: FakeEngine
  readonly storage: Storage
  readonly application: Application
  readonly events: EventMessage[]

  private constructor(
    root: string,
    engine: FakeEngine,
    storage: Storage,
    application: Application,
    events: EventMessage[],
  ) {
    this.root = root
    this.engine = engine
    this.storage = storage
    this.application = application
    this.events = events
  }

  /** Ready to answer, unless `model` is null. */
  static async open(options: TestApplicationOptions = {}): Promise<TestApplication> {
    const root = options.root ?? mkdtempSync(join(tmpdir(), 'roost-application-'))
    const resources = join(root, 'resources')
    mkdirSync(join(resources, 'starter'), { recursive: true })
    for (const file of ['chat-templates.json', 'models.json', 'starter/starter.json']) {
      copyFileSync(join(shippedResources, file), join(resources, file))
    }
    if (options.starter === true) writeFileSync(join(resources, 'starter', 'starter.gguf'), 'starter')
    const folders = prepareDataFolders({ data: root, resources })
    const log = options.log ?? (process.env.ROOST_TEST_LOG === undefined ? silentLogger : spokenLogger())
    const storage = await openStorage({
      folders,
      log,
      ...(options.pageLimit === undefined ? {} : { pageLimit: options.pageLimit }),
    })
    const engine = options.engine ?? new FakeEngine(options.engineOptions)
    const events: EventMessage[] = []
    const application = await createApplication({
      version: '0.0.0',
      folders,
      storage,
      engine: options.native ?? engine,
      host: {
        kind: 'headless',
        locale: 'en',
        nativeDialogs: false,
        chooseModelFile: () => Promise.resolve(null),
        chooseModelFolder: () => Promise.resolve(null),
        openLink: () => Promise.resolve(),
      },
      emit: (name, payload) => events.push({ name, payload } as EventMessage),
      log,
      initialModel: options.model === undefined ? modelFile : options.model,
    })
    const test = new TestApplication(root, engine, storage, application, events)
    application.start()
    if (options.model !== null && options.wait !== false) await test.until(() => test.#phase() === 'ready')
    return test
  }

  #phase(): EngineState['phase'] | undefined {
    return this.of('engine.changed').at(-1)?.state.phase
  }

  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    const handler = this.application.handlers[name] as (input: Input<N>, caller: Caller) => Promise<Output<N>>
    return handler(input, caller)
  }

  of<N extends EventName>(name: N): Events[N][] {
    return this.events.filter((event) => event.name === name).map(({ payload }) => payload as Events[N])
  }

  async until(condition: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
    const end = performance.now() + seconds * 1000
    while (!(await condition())) {
      if (performance.now() > end) throw new Error('waited in vain')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async send(
    conversation: string,
    parent: string | null,
    text: string,
  ): Promise<{ question: string; answer: string }> {
    const ids = { question: randomUUID(), answer: randomUUID() }
    await this.call('chat.send', { conversation, parent, text, ...ids })
    return ids
  }

  /** The answer's last committed row. */
  async settled(conversation: string, answer: string): Promise<Message> {
    let message: Message | undefined
    await this.until(() => {
      message = this.of('message.committed').findLast((event) => event.message.id === answer)?.message
      return message !== undefined && message.state !== 'generating'
    })
    return await this.call('messages.get', { conversation, message: answer })
  }

  async ask(conversation: string, parent: string | null, text: string): Promise<Message> {
    const { answer } = await this.send(conversation, parent, text)
    return await this.settled(conversation, answer)
  }

  conversation(id: string): Promise<Conversation> {
    return this.call('conversations.open', { conversation: id })
  }

  /** A clean end; the folder stays. */
  async close(): Promise<void> {
    await this.application.close()
    await this.storage.close()
  }

  /** The next start on the same folder. */
  async restart(options: TestApplicationOptions = {}): Promise<TestApplication> {
    await this.close()
    return await TestApplication.open({ root: this.root, engine: this.engine, ...options })
  }

  async destroy(): Promise<void> {
    await this.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}
