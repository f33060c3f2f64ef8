// The models that can be had: those that ship as resources/models.json, what the official repositories had at the last
// refresh, and repositories that a person added.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { catalogueEntrySchema, repositoryName } from '../../contract/download-entities.ts'
import type { Catalogue, CatalogueEntry, CatalogueFile } from '../../contract/download-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Storage } from '../../storage/storage.ts'
import { entryOfName, usableFiles } from './catalogue-names.ts'
import { listRepository } from './hub-listing.ts'
import type { RepositoryListing } from './hub-listing.ts'
import type { HubSettingsService } from './hub-settings.ts'
import type { Network } from './network.ts'

const shippedSchema = z.strictObject({
  about: z.array(z.string()),
  watched: z.array(repositoryName).min(1),
  entries: z.array(catalogueEntrySchema).min(1),
})

const entryListSchema = z.array(catalogueEntrySchema)
const refreshedKey = 'catalogue.refreshed'
const addedKey = 'catalogue.added'
const refreshedAtKey = 'catalogue.refreshedAt'

export type ShippedCatalogue = z.infer<typeof shippedSchema>

/** Read once at start. Errors: internal, when what is shipped is wrong. */
export function readShippedCatalogue(resources: string): ShippedCatalogue {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(join(resources, 'models.json'), 'utf8'))
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  const parsed = shippedSchema.safeParse(content)
  if (!parsed.success) {
    throw new RoostError('internal', { reason: 'resources/models.json is missing or not as it should be.' })
  }
  return parsed.data
}

export interface CatalogueParts {
  readonly shipped: ShippedCatalogue
  readonly storage: Storage
  readonly network: Network
  readonly hub: HubSettingsService
  readonly clock: Clock
}

type Plain = Omit<CatalogueEntry, 'origin'>

export class CatalogueService {
  readonly #parts: CatalogueParts
  #refreshed: Plain[] = []
  #added: Plain[] = []
  #refreshedAt: number | null = null
  /** Looked up in this run, and not kept yet. */
  readonly #seen = new Map<string, Plain>()

  constructor(parts: CatalogueParts) {
    this.#parts = parts
  }

  async read(): Promise<void> {
    const stored = await this.#parts.storage.read.settings()
    this.#refreshed = entryListSchema.catch([]).parse(stored[refreshedKey])
    this.#added = entryListSchema.catch([]).parse(stored[addedKey])
    const at = stored[refreshedAtKey]
    this.#refreshedAt = typeof at === 'number' ? at : null
  }

  /** What a refresh found corrects sizes and hashes that were not known; it never replaces what ships. */
  list(): Catalogue {
    const found = new Map(this.#refreshed.map((entry) => [entry.id, entry]))
    const shipped = this.#parts.shipped.entries.map((entry) => ({
      ...completed(entry, found.get(entry.id)),
      origin: 'shipped' as const,
    }))
    const known = new Set(shipped.map(({ id }) => id))
    const refreshed = this.#refreshed
      .filter(({ id }) => !known.has(id))
      .map((entry) => ({ ...entry, origin: 'refreshed' as const }))
      .sort((a, b) => (b.released ?? '').localeCompare(a.released ?? ''))
    const added = this.#added.map((entry) => ({ ...entry, origin: 'added' as const }))
    const curated = shipped.filter((entry) => entry.curated)
    const rest = shipped.filter((entry) => !entry.curated)
    return { entries: [...curated, ...added, ...refreshed, ...rest], refreshedAt: this.#refreshedAt }
  }

  /** Errors: not_found. */
  find(entry: string, fileName: string): { entry: Plain; file: CatalogueFile } {
    const found = this.list().entries.find(({ id }) => id === entry) ?? this.#seen.get(entry)
    const file = found?.files.find(({ name }) => name === fileName)
    if (found === undefined || file === undefined) throw new RoostError('not_found', { what: 'model' })
    return { entry: found, file }
  }

  /** Of an official file of this name and size; null: none is known. */
  publishedHash(fileName: string, bytes: number): string | null {
    const files = this.list().entries.flatMap((entry) => (entry.origin === 'added' ? [] : entry.files))
    return files.find((file) => file.name === fileName && file.bytes === bytes)?.sha256 ?? null
  }

  /** Errors: those of listRepository, when not one repository answered. */
  async refresh(signal: AbortSignal): Promise<Catalogue> {
    const { shipped, clock, storage } = this.#parts
    const entries: Plain[] = []
    let failure: unknown = null
    let answered = false
    for (const repository of shipped.watched) {
      try {
        const listing = await this.#ask(repository, signal)
        answered = true
        for (const file of usableFiles(listing.files)) {
          const entry = entryOfName(repository, file)
          if (entry !== null) entries.push(entry)
        }
      } catch (error) {
        if (signal.aborted) throw error
        failure ??= error
      }
    }
    if (!answered) throw failure
    this.#refreshed = entries
    this.#refreshedAt = clock.now()
    await storage.write.setSettings({ [refreshedKey]: entries, [refreshedAtKey]: this.#refreshedAt })
    return this.list()
  }

  /** Errors: those of listRepository; source_unusable, when it holds no file that Roost can use. */
  async lookUp(repository: string, signal: AbortSignal): Promise<CatalogueEntry> {
    const listing = await this.#ask(repository, signal)
    const files = usableFiles(listing.files).slice(0, LIMITS.catalogueFiles)
    if (files.length === 0) {
      throw new RoostError('source_unusable', {
        host: new URL(this.#parts.hub.official).host,
        reason: `“${repository}” holds no .pth, .safetensors or .gguf file of a whole model`,
      })
    }
    const entry = entryOfListing(listing, files)
    this.#seen.set(entry.id, entry)
    return { ...entry, origin: 'added' }
  }

  /** Errors: not_found. */
  async keep(id: string): Promise<Catalogue> {
    const entry = this.#seen.get(id)
    if (entry === undefined) throw new RoostError('not_found', { what: 'model' })
    this.#added = [entry, ...this.#added.filter((known) => known.id !== id)]
    await this.#parts.storage.write.setSettings({ [addedKey]: this.#added })
    return this.list()
  }

  async remove(id: string): Promise<Catalogue> {
    this.#added = this.#added.filter((entry) => entry.id !== id)
    await this.#parts.storage.write.setSettings({ [addedKey]: this.#added })
    return this.list()
  }

  /** The hubs one after the other, until one answers. Errors: of the official one, when none does. */
  async #ask(repository: string, signal: AbortSignal): Promise<RepositoryListing> {
    const { hub, network } = this.#parts
    let failure: unknown = null
    for (const { address, official } of hub.endpoints()) {
      try {
        return await listRepository(network, address, repository, signal)
      } catch (error) {
        if (signal.aborted || !(error instanceof RoostError)) throw error
        if (official || failure === null) failure = error
      }
    }
    throw failure
  }
}

function completed(entry: Plain, found: Plain | undefined): Plain {
  if (found === undefined) return entry
  const files = entry.files.map((file) => {
    const other = found.files.find(({ name }) => name === file.name)
    // A known hash stays: a file that changed under its name is refused, and says so.
    if (other === undefined || file.sha256 !== null) return file
    return { ...file, bytes: other.bytes, sha256: other.sha256 }
  })
  return { ...entry, files }
}

function entryOfListing(listing: RepositoryListing, files: CatalogueFile[]): Plain {
  const { repository, revision, licence } = listing
  const [first] = files
  const official = first === undefined ? null : entryOfName(repository, first)
  return {
    id: `hub:${repository}`,
    title: repository.split('/')[1] ?? repository,
    generation: files.length === 1 ? (official?.generation ?? null) : null,
    series: '',
    released: null,
    parameters: files.length === 1 ? (official?.parameters ?? null) : null,
    layers: files.length === 1 ? (official?.layers ?? null) : null,
    width: files.length === 1 ? (official?.width ?? null) : null,
    vocabulary: null,
    trainingContext: null,
    licence,
    languages: [],
    repository,
    revision,
    template: null,
    purpose: 'unknown',
    curated: false,
    files,
  }
}
