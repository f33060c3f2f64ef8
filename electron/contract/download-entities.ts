// Models that can be had, and downloads of them. Read models for the window; the schemas check what comes from outside:
// resources/models.json, answers of a hub, and settings.
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { REPOSITORY_NAME } from './repository-name.ts'

/** What a file may be called in the models folder: one plain name that every file system takes. */
export const modelFileName = z
  .string()
  .max(LIMITS.fileNameCharacters)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._+%-]*\.(?:pth|safetensors|st|gguf)$/)

/** "owner/name" as a hub writes it; no part begins with a dot. */
export const repositoryName = z.string().max(200).regex(REPOSITORY_NAME)

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/)

export const catalogueFileSchema = z.strictObject({
  /** Path in the repository, without its folders: also the name in the models folder. */
  name: modelFileName,
  /** Folder in the repository, with a slash at its end; '' for the top. */
  folder: z
    .string()
    .max(200)
    .regex(/^(?:[\w-][\w.-]*\/)*$/),
  /** null: not known before the hub was asked. */
  bytes: z.int().min(1).nullable(),
  /** Published by the maker or the official hub; null: not known. */
  sha256: sha256Text.nullable(),
  format: z.enum(['pth', 'safetensors', 'gguf']),
  /** "Q8_0", "Q4_K_M" ...; null: 16-bit weights, as trained. */
  quantisation: z.string().max(40).nullable(),
  /** Where the file lies when that is another repository than the entry's, and its revision. */
  repository: repositoryName.nullable(),
})
export type CatalogueFile = z.infer<typeof catalogueFileSchema>

export const catalogueEntrySchema = z.strictObject({
  id: z
    .string()
    .max(240)
    .regex(/^[\w./:%-]+$/),
  title: z.string().min(1).max(120),
  /** null where only the file could tell, as in a repository that a person added. */
  generation: z.enum(['4', '5.0', '5.1', '5.2', '6', '7']).nullable(),
  /** "G1", "World", "Raven" ...: what the makers call the line. */
  series: z.string().max(40),
  /** Day of release, "2026-09-30"; null: unknown. */
  released: z.iso.date().nullable(),
  parameters: z.int().min(1).nullable(),
  /** Shape, for the prediction of memory and speed; null: unknown. */
  layers: z.int().min(1).nullable(),
  width: z.int().min(1).nullable(),
  vocabulary: z.int().min(1).nullable(),
  /** Tokens of the longest text in training; null: unknown. */
  trainingContext: z.int().min(1).nullable(),
  licence: z.string().max(60).nullable(),
  /** Languages it is good at, as tags: "en", "zh", "ja"; 'many' for the world's. */
  languages: z.array(z.enum(['en', 'zh', 'ja', 'many'])),
  repository: repositoryName,
  /** Commit that the sizes and hashes belong to; null: the newest. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  /** Id in resources/chat-templates.json; null: chosen by the file. */
  template: z.string().max(40).nullable(),
  /** What it is good for. The window has the words. */
  purpose: z.enum(['chat', 'small', 'strong', 'novel', 'base', 'older', 'experimental', 'unknown']),
  /** One of the few that are shown first. */
  curated: z.boolean(),
  /** The best choice for most people stands first. */
  files: z.array(catalogueFileSchema).min(1).max(LIMITS.catalogueFiles),
})

/** origin: shipped with Roost, found at the last refresh, or added by the person. */
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema> & {
  origin: 'shipped' | 'refreshed' | 'added'
}

export interface Catalogue {
  /** Curated ones first, the newest of each generation first. */
  entries: CatalogueEntry[]
  /** When the hub was last asked; null: never. */
  refreshedAt: number | null
}

/**
 * queued: waits for its turn. running: being fetched. waiting: begins again by itself at `retryAt`. verifying: all bytes
 * are here, the hash is being computed. paused: by the person, or by a problem that only a person can solve (`error`).
 * finished: verified and in the models folder.
 */
export type DownloadState = 'queued' | 'running' | 'waiting' | 'verifying' | 'paused' | 'finished'

export interface Download {
  id: string
  /** Catalogue entry it came from; null: a direct address. */
  entry: string | null
  title: string
  fileName: string
  state: DownloadState
  doneBytes: number
  /** null until the source has told. */
  totalBytes: number | null
  /** Mean of the last seconds; null while nothing is measured. */
  bytesPerSecond: number | null
  secondsLeft: number | null
  /** Host that it is fetched from at the moment or was last. */
  source: string
  /** Order of the queue, from the first to the last. */
  position: number
  /** Whose hash the file is held to: the published one, or only our own record of what arrived. */
  hash: 'published' | 'own'
  error: { code: string; detail?: Readonly<Record<string, string | number | boolean>> } | null
  /** Wall clock, for display; null unless waiting. */
  retryAt: number | null
  /** Id of the installed model, once finished. */
  model: string | null
  revision: number
}

/** What stands behind a direct address, before a byte of the file is fetched. */
export interface AddressFacts {
  address: string
  fileName: string
  bytes: number
  host: string
}

export interface HubMirror {
  address: string
  /** Not one that Roost knows by itself. */
  own: boolean
  enabled: boolean
}

/** Where files come from. */
export interface HubSettings {
  official: string
  /** official: first the official hub. measured: the quickest first, by a short probe when a download begins. */
  order: 'official' | 'measured'
  mirrors: HubMirror[]
  /** Latest measurement of each host, bytes per second; only of those that were measured. */
  measured: { address: string; bytesPerSecond: number }[]
  /** A token is kept; it is never given back to the window. keyStore: encrypted by the system. */
  token: 'none' | 'keyStore' | 'privateFile'
}
