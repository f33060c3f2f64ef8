// Copies a folder file by file and compares every copy with what was read: SHA-256 on the way, then of the file that lies
// there. A second pass over the same target copies only what has changed since.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { RoostError } from '../../contract/errors.ts'

export interface TreeFile {
  /** Below the folder. */
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
  /** A link to somewhere else: copied as a link. */
  readonly link: boolean
}

export interface TreeTotals {
  readonly files: TreeFile[]
  readonly bytes: number
}

/** @param leaveOut says of a path below the folder that it does not belong to the data */
export async function listTree(folder: string, leaveOut: (path: string) => boolean): Promise<TreeTotals> {
  const files: TreeFile[] = []
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const full = join(at, entry.name)
      const path = relative(folder, full)
      if (leaveOut(path)) continue
      if (entry.isDirectory()) {
        await walk(full)
        continue
      }
      if (!entry.isFile() && !entry.isSymbolicLink()) continue
      const facts = await lstat(full).catch(ignoreMissing)
      if (facts === null) continue
      const link = facts.isSymbolicLink()
      files.push({ path, bytes: link ? 0 : facts.size, modifiedMs: facts.mtimeMs, link })
    }
  }
  await walk(folder)
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}

export class TreeCopy {
  readonly #from: string
  readonly #to: string
  readonly #signal: AbortSignal
  /** What lies in the target: the hash of what was read, and the facts of the file it was read from. */
  readonly #copied = new Map<string, TreeFile & { readonly sha256: string }>()
  readonly #unverified = new Set<string>()

  constructor(from: string, to: string, signal: AbortSignal) {
    this.#from = from
    this.#to = to
    this.#signal = signal
  }

  /** Leaves alone what was copied before and has not changed; removes what is not in the list any more. */
  async copy(files: readonly TreeFile[], onBytes: (bytes: number) => void): Promise<void> {
    const wanted = new Set(files.map(({ path }) => path))
    for (const path of this.#copied.keys()) {
      if (wanted.has(path)) continue
      await rm(join(this.#to, path), { force: true })
      this.#copied.delete(path)
      this.#unverified.delete(path)
    }
    for (const file of files) {
      this.#signal.throwIfAborted()
      const before = this.#copied.get(file.path)
      if (before !== undefined && before.bytes === file.bytes && before.modifiedMs === file.modifiedMs) {
        onBytes(file.bytes)
        continue
      }
      const sha256 = file.link ? await this.#copyLink(file) : await this.#copyFile(file, onBytes)
      if (sha256 === null) continue // gone meanwhile
      this.#copied.set(file.path, { ...file, sha256 })
      if (!file.link) this.#unverified.add(file.path)
    }
  }

  /** Reads every new copy again. Errors: content_changed where one is not what was read. */
  async verify(onBytes: (bytes: number) => void): Promise<void> {
    for (const path of [...this.#unverified]) {
      this.#signal.throwIfAborted()
      const known = this.#copied.get(path)
      const sha256 = await hashOf(join(this.#to, path), this.#signal, onBytes)
      if (known === undefined || sha256 !== known.sha256) {
        throw new RoostError('content_changed', { reason: 'A copied file is not what it was copied from.' })
      }
      this.#unverified.delete(path)
    }
  }

  /** Still to be read again. */
  get unverifiedBytes(): number {
    return [...this.#unverified].reduce((sum, path) => sum + (this.#copied.get(path)?.bytes ?? 0), 0)
  }

  async #copyLink({ path }: TreeFile): Promise<string | null> {
    const target = join(this.#to, path)
    const leadsTo = resolve(dirname(join(this.#from, path)), await readlink(join(this.#from, path)))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rm(target, { force: true })
    await symlink(leadsTo, target)
    return ''
  }

  /** null: it is not there any more. */
  async #copyFile(file: TreeFile, onBytes: (bytes: number) => void): Promise<string | null> {
    const source = await open(join(this.#from, file.path), 'r').catch(ignoreMissing)
    if (source === null) return null
    try {
      const target = join(this.#to, file.path)
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      const hash = createHash('sha256')
      const copy = await open(target, 'w', 0o600)
      try {
        const buffer = Buffer.allocUnsafe(1024 * 1024)
        for (;;) {
          this.#signal.throwIfAborted()
          const { bytesRead } = await source.read(buffer, 0, buffer.length)
          if (bytesRead === 0) break
          const piece = buffer.subarray(0, bytesRead)
          hash.update(piece)
          for (let done = 0; done < bytesRead;) {
            done += (await copy.write(piece, done, bytesRead - done)).bytesWritten
          }
          onBytes(bytesRead)
        }
        await copy.sync()
      } finally {
        await copy.close()
      }
      // Models and watched files are known by size and time.
      await utimes(target, file.modifiedMs / 1000, file.modifiedMs / 1000)
      return hash.digest('hex')
    } finally {
      await source.close()
    }
  }
}

async function hashOf(path: string, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) {
    hash.update(piece as Buffer)
    onBytes((piece as Buffer).length)
  }
  return hash.digest('hex')
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
