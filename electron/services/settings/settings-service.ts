// Settings: one value per key, each checked by itself, so that one bad value costs one default.
import { settingsSchema } from '../../contract/entities.ts'
import type { Sampling, Settings } from '../../contract/entities.ts'
import type { Emit } from '../../contract/events.ts'
import type { Storage } from '../../storage/storage.ts'

export const defaultSettings: Settings = {
  theme: 'system',
  language: 'system',
  loadLastModel: true,
  threads: null,
  device: null,
  idleUnloadMinutes: 60,
  firstRunDone: false,
  snapshotBudgetBytes: 2 * 1024 * 1024 * 1024,
  backgroundReading: true,
  sampling: null,
  sidebarOpen: true,
  pasteCharacters: 8000,
  sourceUse: 'search',
  strictByDefault: false,
  shortcutsOn: true,
  shortcuts: {},
  recentCommands: [],
}

export class SettingsService {
  readonly #storage: Storage
  readonly #emit: Emit
  #settings: Settings

  private constructor(storage: Storage, emit: Emit, settings: Settings) {
    this.#storage = storage
    this.#emit = emit
    this.#settings = settings
  }

  static async read(storage: Storage, emit: Emit): Promise<SettingsService> {
    return new SettingsService(storage, emit, fromStored(await storage.read.settings()))
  }

  get(): Settings {
    return this.#settings
  }

  /** Committed before anybody is told. */
  async set(changes: Readonly<Record<string, unknown>>): Promise<Settings> {
    const parsed = settingsSchema.partial().parse(changes)
    const changed = Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined))
    await this.#storage.write.setSettings(changed)
    this.#settings = settingsSchema.parse({ ...this.#settings, ...changed })
    this.#emit('settings.changed', { settings: this.#settings })
    if (parsed.snapshotBudgetBytes !== undefined) {
      await this.#storage.write.keepBudget(this.#settings.snapshotBudgetBytes)
    }
    return this.#settings
  }

  sampling(recommended: Sampling): Sampling {
    const chosen = Object.entries(this.#settings.sampling ?? {}).filter(([, value]) => value !== undefined)
    return { ...recommended, ...Object.fromEntries(chosen) }
  }

  backgroundReading(): boolean {
    return this.#settings.backgroundReading
  }

  snapshotBudgetBytes(): number {
    return this.#settings.snapshotBudgetBytes
  }
}

/** null in storage means "not set", which is the default, and every setting that may be null defaults to it. */
function fromStored(stored: Readonly<Record<string, unknown>>): Settings {
  const fields = settingsSchema.shape
  const kept: Record<string, unknown> = { ...defaultSettings }
  for (const [key, schema] of Object.entries(fields)) {
    const value = stored[key]
    if (value !== undefined && schema.safeParse(value).success) kept[key] = value
  }
  return settingsSchema.parse(kept)
}
