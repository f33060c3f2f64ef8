// Files that leave and enter Roost. In the Electron window the system's dialogs say where; in a browser a file is
// downloaded and uploaded, and lies meanwhile in a folder of ours. The window names every file by an id: no path crosses
// the contract. Ids live as long as the process; the folder is emptied at every start.
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import { newId } from '../../platform/ids.ts'
import { createPrivateFolder, systemCode } from '../../platform/paths.ts'

/** What a dialog offers. */
export interface FileKind {
  readonly name: string
  readonly extensions: readonly string[]
}

/** The system's dialogs, where there are any. Paths, or null when the person cancelled. */
export interface FileDialogs {
  chooseFile(kind: FileKind): Promise<string | null>
  saveFile(kind: FileKind, suggestedName: string): Promise<string | null>
  /** Several at once. */
  chooseFiles?(kind: FileKind): Promise<string[] | null>
  chooseFolder?(title: string): Promise<string | null>
}

export interface KnownFile {
  readonly path: string
  readonly name: string
  readonly bytes: number
}

export interface GivenFile {
  readonly name: string
  readonly bytes: number
  /** null: the dialog has taken it to its place. */
  readonly download: string | null
}

const keptDownloads = 4

export class FileExchange {
  readonly #folder: string
  readonly #dialogs: FileDialogs | null
  readonly #files = new Map<string, { path: string; name: string; ours: boolean }>()
  /** Oldest first. */
  readonly #downloads: string[] = []

  constructor(folder: string, dialogs: FileDialogs | null) {
    this.#folder = folder
    this.#dialogs = dialogs
  }

  /** What an earlier run left. */
  async clean(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(ignoreMissing)) {
      await rm(join(this.#folder, name), { force: true, recursive: true })
    }
  }

  /**
   * Asks where, lets `write` fill a file beside that place and puts it there whole; or keeps it to be downloaded. null:
   * cancelled. Errors: those of `write`, disk_full, write_failed.
   */
  async give(
    kind: FileKind,
    suggestedName: string,
    write: (path: string) => Promise<void>,
  ): Promise<GivenFile | null> {
    const name = safeFileName(suggestedName)
    if (this.#dialogs !== null) {
      const path = await this.#dialogs.saveFile(kind, name)
      if (path === null) return null
      const part = `${path}.part`
      await this.#written(part, write)
      await rename(part, path).catch(asWriteError)
      return { name: basename(path), bytes: (await stat(path)).size, download: null }
    }
    createPrivateFolder(this.#folder)
    const id = newId()
    const path = join(this.#folder, id)
    await this.#written(path, write)
    this.#files.set(id, { path, name, ours: true })
    this.#downloads.push(id)
    while (this.#downloads.length > keptDownloads) await this.release(this.#downloads.shift() ?? '')
    return { name, bytes: (await stat(path)).size, download: id }
  }

  async #written(path: string, write: (path: string) => Promise<void>): Promise<void> {
    try {
      await write(path)
    } catch (error) {
      await rm(path, { force: true })
      if (error instanceof RoostError) throw error
      asWriteError(error)
    }
  }

  /** Through the system's dialog. Errors: bad_request where there is none. */
  async choose(kind: FileKind): Promise<{ file: string; name: string } | null> {
    if (this.#dialogs === null)
      throw new RoostError('bad_request', { reason: 'There is no file dialog here.' })
    const path = await this.#dialogs.chooseFile(kind)
    if (path === null) return null
    const file = newId()
    const name = basename(path)
    this.#files.set(file, { path, name, ours: false })
    return { file, name }
  }

  /** A file of the person's own that the window was given. Errors: file_missing. */
  async know(path: string): Promise<{ file: string; name: string }> {
    const name = basename(path)
    const facts = isAbsolute(path) ? await stat(path).catch(() => null) : null // whatever the system calls it
    if (facts?.isFile() !== true) throw new RoostError('file_missing', { file: name })
    const file = newId()
    this.#files.set(file, { path, name, ours: false })
    return { file, name }
  }

  /** An upload. Errors: file_too_large, disk_full, write_failed. */
  async receive(content: Readable, name: string): Promise<{ file: string; name: string }> {
    createPrivateFolder(this.#folder)
    await mkdir(this.#folder, { recursive: true })
    const file = newId()
    const path = join(this.#folder, file)
    let bytes = 0
    try {
      await pipeline(
        content,
        async function* (source: AsyncIterable<Buffer>) {
          for await (const chunk of source) {
            bytes += chunk.length
            if (bytes > LIMITS.uploadBytes) {
              throw new RoostError('file_too_large', { limitBytes: LIMITS.uploadBytes })
            }
            yield chunk
          }
        },
        createWriteStream(path, { mode: 0o600, flags: 'wx' }),
      )
    } catch (error) {
      await rm(path, { force: true })
      if (error instanceof RoostError) throw error
      asWriteError(error)
    }
    const known = safeFileName(name)
    this.#files.set(file, { path, name: known, ours: true })
    return { file, name: known }
  }

  /** Errors: not_found. */
  async find(file: string): Promise<KnownFile> {
    const known = this.#files.get(file)
    if (known === undefined) throw new RoostError('not_found', { what: 'file' })
    const facts = await stat(known.path).catch(() => null) // gone meanwhile, whatever the system calls it
    if (facts?.isFile() !== true) throw new RoostError('file_missing', { file: known.name })
    return { path: known.path, name: known.name, bytes: facts.size }
  }

  has(file: string): boolean {
    return this.#files.has(file)
  }

  /** Errors: not_found. */
  pathOf(file: string): string {
    const known = this.#files.get(file)
    if (known === undefined) throw new RoostError('not_found', { what: 'file' })
    return known.path
  }

  /** The id means nothing any more; an uploaded file goes with it. */
  async release(file: string): Promise<void> {
    const known = this.#files.get(file)
    this.#files.delete(file)
    if (known?.ours === true) await rm(known.path, { force: true })
  }
}

function ignoreMissing(error: unknown): string[] {
  if (systemCode(error) === 'unknown') throw error
  return []
}

function asWriteError(error: unknown): never {
  const code = systemCode(error)
  if (code === 'unknown') throw error
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new RoostError('disk_full', {}, { cause: error })
  throw new RoostError('write_failed', { reason: `The file cannot be written (${code}).` }, { cause: error })
}

/** A name that every file system takes: no separators, no control characters, not too long, its extension kept. */
export function safeFileName(text: string): string {
  const plain = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[. ]+|[. ]+$/g, '')
  const dot = plain.lastIndexOf('.')
  const extension = dot > 0 && plain.length - dot <= 10 ? plain.slice(dot) : ''
  const stem = Array.from(extension === '' ? plain : plain.slice(0, dot))
    .slice(0, 80)
    .join('')
    .trim()
  const name = stem === '' ? 'Roost' : stem
  // Names that Windows keeps to itself.
  return `${/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `${name}_` : name}${extension}`
}
