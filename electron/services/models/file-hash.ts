// SHA-256 of a whole file, read in pieces; of a divided model that of its index and its parts, one after the other.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { RoostError } from '../../contract/errors.ts'
import { partsOf } from '../../engine/divided-model.ts'
import { systemCode } from '../../platform/paths.ts'

/** Hashing one piece takes about a millisecond: the event loop turns in between. */
const pieceBytes = 1024 * 1024

export interface HashOptions {
  onProgress?: (fraction: number) => void
  signal?: AbortSignal
}

/** Errors: file_missing, file_unreadable, cancelled. */
export async function hashFile(path: string, options: HashOptions = {}): Promise<string> {
  const { onProgress, signal } = options
  const paths = [path, ...(await partsOf(path))]
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (const [index, one] of paths.entries()) {
    const told = (fraction: number): void => onProgress?.((index + fraction) / paths.length)
    await readAll(one, piece, signal, (bytes) => hash.update(bytes), told)
  }
  return hash.digest('hex')
}

async function readAll(
  path: string,
  piece: Buffer,
  signal: AbortSignal | undefined,
  put: (bytes: Buffer) => void,
  told: (fraction: number) => void,
): Promise<void> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    let done = 0
    for (;;) {
      if (signal?.aborted === true) throw new RoostError('cancelled')
      const { bytesRead } = await file.read(piece, 0, pieceBytes, done)
      if (bytesRead === 0) break
      put(piece.subarray(0, bytesRead))
      done += bytesRead
      told(size === 0 ? 1 : Math.min(1, done / size))
    }
  } catch (error) {
    if (error instanceof RoostError) throw error
    const code = systemCode(error)
    const file = basename(path)
    throw new RoostError(
      code === 'ENOENT' || code === 'ENOTDIR' ? 'file_missing' : 'file_unreadable',
      { file, reason: `${file} cannot be read (${code}).` },
      { cause: error },
    )
  }
}
