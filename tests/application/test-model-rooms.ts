// The rooms of the models on the fake engine, a real database and a folder of their own, for tests.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EventMessage, EventName, Events } from '../../electron/contract/events.ts'
import type { InstalledModel, LibraryJob } from '../../electron/contract/library-entities.ts'
import type { ModelDescription } from '../../electron/engine/engine.ts'
import { FakeEngine } from '../../electron/engine/fake-engine.ts'
import { systemClock } from '../../electron/platform/clock.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import type { DataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import type { Storage } from '../../electron/storage/storage.ts'
import { TemplateChoice } from '../../electron/services/chat/template-choice.ts'
import { readChatTemplates } from '../../electron/services/chat/chat-templates.ts'
import { openModelRooms } from '../../electron/services/models/open-library.ts'
import type { ModelRooms } from '../../electron/services/models/open-library.ts'

const resources = fileURLToPath(new URL('../../resources', import.meta.url))

export class TestRooms {
  readonly root: string
  readonly engine: FakeEngine
  readonly events: EventMessage[] = []
  /** By path: what the fake engine says of a file; all others are told apart by their paths. */
  readonly descriptions: Record<string, Partial<ModelDescription>>
  environment: Record<string, string> = {}
  idleMinutes = 0
  device: string | null = null
  interruptAnswers: () => () => Promise<void> = () => () => Promise.resolve()
  published: (fileName: string, bytes: number) => string | null = () => null
  folders!: DataFolders
  storage!: Storage
  rooms!: ModelRooms

  private constructor(root: string) {
    this.root = root
    this.descriptions = {}
    this.engine = new FakeEngine()
  }

  static async open(prepare: (rooms: TestRooms) => void = () => undefined): Promise<TestRooms> {
    const test = new TestRooms(realpathSync(mkdtempSync(join(tmpdir(), 'roost-rooms-'))))
    prepare(test)
    await test.start()
    return test
  }

  async start(): Promise<void> {
    mkdirSync(join(this.root, 'no-resources'), { recursive: true })
    this.folders = prepareDataFolders({
      data: join(this.root, 'data'),
      resources: join(this.root, 'no-resources'),
    })
    this.storage = await openStorage({ folders: this.folders, log: silentLogger })
    const templates = new TemplateChoice(readChatTemplates(resources), this.storage)
    this.rooms = await openModelRooms({
      storage: this.storage,
      engine: this.#describing(),
      folders: this.folders,
      templates,
      emit: (name, payload) => this.events.push({ name, payload } as EventMessage),
      clock: systemClock,
      log: silentLogger,
      version: '0.0.0',
      environment: this.environment,
      threads: () => null,
      idleUnloadMinutes: () => this.idleMinutes,
      device: () => this.device,
      releaseModel: () => Promise.resolve(),
      interruptAnswers: () => this.interruptAnswers(),
      publishedHash: (fileName, bytes) => this.published(fileName, bytes),
    })
  }

  /** The fake engine, with what the test says of single files. */
  #describing(): FakeEngine {
    const { engine, descriptions } = this
    const inspect = engine.inspect.bind(engine)
    engine.inspect = async (path) => ({ ...(await inspect(path)), ...descriptions[path] })
    return engine
  }

  async restart(): Promise<void> {
    await this.rooms.close()
    await this.storage.close()
    await this.start()
  }

  async destroy(): Promise<void> {
    await this.rooms.close()
    await this.storage.close()
    rmSync(this.root, { recursive: true, force: true })
  }

  /** @param way below the root, or below Roost's own models folder where it begins with "models/" */
  place(way: string, content = way): string {
    const path = way.startsWith('models/') ? join(this.folders.root, way) : join(this.root, way)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  async listed(): Promise<InstalledModel[]> {
    return (await this.rooms.service.list()).models
  }

  async named(fileName: string): Promise<InstalledModel> {
    const found = (await this.listed()).find(({ model }) => model.fileName === fileName)
    if (found === undefined) throw new Error(`${fileName} is not listed`)
    return found
  }

  of<N extends EventName>(name: N): Events[N][] {
    return this.events.filter((event) => event.name === name).map(({ payload }) => payload as Events[N])
  }

  async until(condition: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
    const end = performance.now() + 15_000
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async ended(job: LibraryJob): Promise<LibraryJob> {
    const last = (): LibraryJob | undefined =>
      this.of('library.job').findLast((event) => event.job.id === job.id)?.job
    await this.until(() => last()?.phase !== 'running', 'the end of a job')
    const found = last()
    if (found === undefined) throw new Error('the job was never told')
    return found
  }
}
