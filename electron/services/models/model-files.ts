// Model files by their places: the models folder, and what a person browses where no system dialog exists. Paths stay
// here; the window gets handles that mean nothing elsewhere.
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path'
import type { FolderListing } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { isDividedIndex, isPart, partsOf } from '../../engine/divided-model.ts'
import { newId } from '../../platform/ids.ts'
import { systemCode } from '../../platform/paths.ts'

/** Only what is listed: the format itself is decided by content. */
const extensions = new Set(['.pth', '.safetensors', '.st', '.gguf'])
const mostEntries = 2000
const deepestFolder = 8
/** A folder of everything (a home folder, a whole drive) ends somewhere. */
const mostFolders = 5000

export function looksLikeModel(name: string): boolean {
  return (extensions.has(extname(name).toLowerCase()) || isDividedIndex(name)) && !name.startsWith('.')
}

/** Which of the files in a folder are worth a line: parts that an index stands for are not. */
function modelNames(names: readonly string[]): Set<string> {
  const divided = names.some(isDividedIndex)
  return new Set(names.filter((name) => looksLikeModel(name) && !(divided && isPart(name))))
}

/**
 * Model files below the folder, a few levels deep, also behind links; a folder that is reached twice is read once. What is
 * absent or not readable holds none.
 */
export async function modelFilesBelow(folder: string): Promise<string[]> {
  const found: string[] = []
  const visited = new Set<string>()
  const visit = async (place: string, depth: number): Promise<void> => {
    const real = await realPathOf(place)
    if (real === null || visited.has(real) || visited.size >= mostFolders) return
    visited.add(real)
    const below: string[] = []
    const entries = await entriesOf(place)
    const names = modelNames(entries.map(({ name }) => name))
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      if (entry.name.startsWith('.')) continue
      const path = join(place, entry.name)
      if (entry.isDirectory()) below.push(path)
      else if (entry.isFile() && names.has(entry.name)) found.push(path)
      else if (entry.isSymbolicLink()) {
        const kind = await kindOf(path)
        if (kind === 'folder') below.push(path)
        // A link to nowhere is no model; what it led to may come back with its drive.
        else if (kind === 'file' && names.has(entry.name)) found.push(path)
      }
    }
    if (depth < deepestFolder) for (const path of below) await visit(path, depth + 1)
  }
  await visit(folder, 0)
  return found
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return []
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | null> {
  try {
    const facts = await stat(path)
    return facts.isDirectory() ? 'folder' : facts.isFile() ? 'file' : null
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

/** null: not there, or not to be reached. */
export async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

export async function folderIsThere(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'folder'
}

/** Whether `path` lies in `folder` or below it, by name; both absolute. */
export function liesIn(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

/** A path as people read it. */
export function labelOf(path: string, home: string = homedir()): string {
  return path === home || liesIn(home, path) ? join('~', relative(home, path)) : path
}

export interface FileFacts {
  readonly bytes: number
  readonly modifiedAt: number
}

/**
 * null: not a file that can be read now. A divided model is its parts: their bytes together, the time of the latest, and null
 * while one of them is missing.
 */
export async function fileFacts(path: string): Promise<FileFacts | null> {
  const whole = await factsOfOne(path)
  const parts = whole === null ? [] : await partsOf(path)
  if (whole === null || parts.length === 0) return whole
  let bytes = 0
  let modifiedAt = whole.modifiedAt
  for (const part of parts) {
    const facts = await factsOfOne(part)
    if (facts === null) return null
    bytes += facts.bytes
    modifiedAt = Math.max(modifiedAt, facts.modifiedAt)
  }
  return { bytes, modifiedAt }
}

async function factsOfOne(path: string): Promise<FileFacts | null> {
  try {
    const facts = await stat(path)
    return facts.isFile() ? { bytes: facts.size, modifiedAt: Math.round(facts.mtimeMs) } : null
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

/** Handles live as long as the process. */
export class FolderBrowser {
  readonly #home: string
  readonly #paths = new Map<string, string>()
  readonly #handles = new Map<string, string>()

  constructor(home: string = homedir()) {
    this.#home = home
  }

  /** Errors: not_found. */
  pathOf(handle: string): string {
    const path = this.#paths.get(handle)
    if (path === undefined) throw new RoostError('not_found', { what: 'file' })
    return path
  }

  /** Folders and model files; what is hidden is left out. null: the home folder. Errors: not_found, file_unreadable. */
  async list(handle: string | null): Promise<FolderListing> {
    const folder = handle === null ? this.#home : this.pathOf(handle)
    let found
    try {
      found = await readdir(folder, { withFileTypes: true })
    } catch (error) {
      const reason = `The folder ${basename(folder)} cannot be read (${systemCode(error)}).`
      throw new RoostError('file_unreadable', { reason }, { cause: error })
    }
    const entries: FolderListing['entries'] = []
    const names = modelNames(found.map(({ name }) => name))
    for (const { name } of found.sort((a, b) => a.name.localeCompare(b.name))) {
      if (name.startsWith('.') || entries.length >= mostEntries) continue
      const path = join(folder, name)
      const facts = await this.#kindOf(path)
      if (facts === null || (facts.kind === 'file' && !names.has(name))) continue
      entries.push({ handle: this.#handleOf(path), name, ...facts })
    }
    entries.sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'folder' ? -1 : 1))
    const above = dirname(folder)
    return {
      handle: this.#handleOf(folder),
      label:
        folder === this.#home || folder.startsWith(join(this.#home, '/'))
          ? `~${folder.slice(this.#home.length)}`
          : folder,
      parent: above === folder ? null : this.#handleOf(above),
      entries,
    }
  }

  /** Follows links: a link to a model is as good as the model. null: neither folder nor file, or gone. */
  async #kindOf(path: string): Promise<{ kind: 'folder' | 'file'; bytes: number | null } | null> {
    try {
      const facts = await stat(path)
      if (facts.isDirectory()) return { kind: 'folder', bytes: null }
      return facts.isFile() ? { kind: 'file', bytes: facts.size } : null
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      return null
    }
  }

  #handleOf(path: string): string {
    const known = this.#handles.get(path)
    if (known !== undefined) return known
    const handle = newId()
    this.#handles.set(path, handle)
    this.#paths.set(handle, path)
    return handle
  }
}
