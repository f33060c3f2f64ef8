// The file that a download is written to, until it is whole and verified and gets its name.
//
//   models/.downloads/<id>.part     the data, of full size from the beginning (sparse where the file system can)
//   models/.downloads/<id>.pieces   how far each piece is (piece-table.ts)
//   models/<name>                   appears by one call, as the last thing, and never replaces anything
import { link, open, rename, rm, stat, statfs, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RoostError } from '../../contract/errors.ts'
import { systemCode } from '../../platform/paths.ts'
import { openForBoth } from './piece-table.ts'

/** Below the models folder: renaming into it is then always within one file system. */
export const partFolder = '.downloads'

export interface PartPlaces {
  readonly part: string
  readonly pieces: string
  readonly target: string
}

export function partPlaces(models: string, id: string, fileName: string): PartPlaces {
  const beside = join(models, partFolder, id)
  return { part: `${beside}.part`, pieces: `${beside}.pieces`, target: join(models, fileName) }
}

export class PartFile {
  readonly #places: PartPlaces
  readonly #file: FileHandle
  #closed = false

  private constructor(places: PartPlaces, file: FileHandle) {
    this.#places = places
    this.#file = file
  }

  /** Errors: those of the system. */
  static async open(places: PartPlaces, totalBytes: number): Promise<PartFile> {
    const file = await openForBoth(places.part)
    try {
      if ((await file.stat()).size !== totalBytes) await file.truncate(totalBytes)
      return new PartFile(places, file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
  }

  /** Fewer bytes than asked for only at the end of the file. */
  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0
    while (done < into.length) {
      const { bytesRead } = await this.#file.read(into, done, into.length - done, position + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }

  sync(): Promise<void> {
    return this.#file.sync()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#file.close()
  }

  /** The data is safe, then the name appears; a file of that name is never replaced. Errors: file_exists. */
  async finish(): Promise<void> {
    await this.sync()
    await this.close()
    await giveName(this.#places)
  }
}

async function giveName({ part, pieces, target }: PartPlaces): Promise<void> {
  try {
    await link(part, target)
    await unlink(part)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') throw existing(target)
    // A file system without links (FAT, some network drives): nobody else writes into this folder by these names.
    if (code === 'ENOENT' || code === 'ENOSPC') throw error
    if (await isThere(target)) throw existing(target)
    await rename(part, target)
  }
  await syncFolder(dirname(target))
  await rm(pieces, { force: true })
}

function existing(target: string): RoostError {
  const file = basename(target)
  return new RoostError('file_exists', { file, reason: `${file} is in the models folder already.` })
}

async function isThere(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== null
}

/** null: no file of that name. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

/** The name was given, and the process ended before it noted that. Clears what is left over. */
export async function wasFinished(places: PartPlaces, totalBytes: number | null): Promise<boolean> {
  const target = await statOf(places.target)
  if (target === null || totalBytes === null || target.size !== totalBytes) return false
  const part = await statOf(places.part)
  if (part !== null && (part.ino !== target.ino || part.dev !== target.dev)) return false
  await removePart(places)
  return true
}

async function statOf(path: string): Promise<{ size: number; ino: number; dev: number } | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

export async function removePart({ part, pieces }: PartPlaces): Promise<void> {
  await rm(part, { force: true })
  await rm(pieces, { force: true })
}

/** Makes a rename durable. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Kept free beside a download: for conversations, and so that nothing else on the disk comes to harm. */
export const keptFreeBytes = 128 * 1024 * 1024

/** Bytes that a download into `folder` may use; null: the system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return Math.max(0, bavail * bsize - keptFreeBytes)
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return null
  }
}

/** Errors: disk_space. `freeHere` as freeBytes() gave it. */
export function checkSpace(neededBytes: number, freeHere: number | null): void {
  if (freeHere !== null && neededBytes > freeHere) {
    throw new RoostError('disk_space', { neededBytes, freeBytes: freeHere })
  }
}

/** The system found the disk full, or a quota used up: with figures where they explain it. Anything else as it is. */
export async function explainFull(error: unknown, folder: string, neededBytes: number): Promise<unknown> {
  if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error))) return error
  const free = await freeBytes(folder)
  if (free === null || free >= neededBytes) return new RoostError('disk_space', {}, { cause: error })
  return new RoostError('disk_space', { neededBytes, freeBytes: free }, { cause: error })
}
