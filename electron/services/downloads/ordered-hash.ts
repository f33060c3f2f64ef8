// SHA-256 of the file while it is being written: pieces arrive in any order and are hashed in theirs, read back from the
// disk, so that what is hashed is what is there. Each piece is held to the CRC of what arrived; one that the disk did not
// keep is given up and fetched again, and the hash goes on from before it.
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { RoostError } from '../../contract/errors.ts'
import type { PartFile } from './part-file.ts'
import type { PieceTable } from './piece-table.ts'

/** One read; small, because hashing it keeps the thread busy for about a millisecond. */
const blockBytes = 256 * 1024

export class OrderedHash {
  readonly #part: PartFile
  readonly #table: PieceTable
  readonly #block = Buffer.alloc(blockBytes)
  #hash: Hash = createHash('sha256')
  #next = 0

  constructor(part: PartFile, table: PieceTable) {
    this.#part = part
    this.#table = table
  }

  get hashedBytes(): number {
    return Math.min(this.#table.totalBytes, this.#next * this.#table.pieceBytes)
  }

  /**
   * Takes what is there, up to the first piece that is not whole. Returns a piece that the disk did not keep (its record is
   * cleared), else null. One call at a time. Stops between blocks when the signal is aborted, and after `mostPieces`.
   */
  async advance(signal: AbortSignal, mostPieces = Infinity): Promise<number | null> {
    const table = this.#table
    const end = Math.min(table.count, this.#next + mostPieces)
    for (; this.#next < end && table.isWhole(this.#next); this.#next += 1) {
      const piece = this.#next
      const before = this.#hash.copy()
      let crc = 0
      const whole = await this.#read(piece, table.length(piece), signal, (block) => {
        this.#hash.update(block)
        crc = crc32(block, crc)
      })
      if (signal.aborted) {
        this.#hash = before
        return null
      }
      if (!whole || crc !== table.crc(piece)) {
        this.#hash = before
        table.record(piece, 0, 0)
        return piece
      }
    }
    return null
  }

  /** Of the whole file. Only when advance() came to the end. */
  digest(): string {
    if (this.#next < this.#table.count)
      throw new RoostError('internal', { reason: 'Not everything is hashed.' })
    return this.#hash.copy().digest('hex')
  }

  /** Whether the first bytes of a piece, as far as its record goes, are on the disk. */
  async holds(piece: number, signal: AbortSignal): Promise<boolean> {
    let crc = 0
    const whole = await this.#read(
      piece,
      this.#table.done(piece),
      signal,
      (block) => (crc = crc32(block, crc)),
    )
    return whole && crc === this.#table.crc(piece)
  }

  async #read(
    piece: number,
    length: number,
    signal: AbortSignal,
    take: (block: Buffer) => void,
  ): Promise<boolean> {
    const start = this.#table.start(piece)
    for (let done = 0; done < length && !signal.aborted;) {
      const wanted = this.#block.subarray(0, Math.min(blockBytes, length - done))
      const got = await this.#part.read(wanted, start + done)
      if (got < wanted.length) return false
      take(wanted)
      done += got
    }
    return true
  }
}

/** SHA-256 of a file that is there, in hexadecimal. Errors: cancelled, and those of the system. */
export async function hashFile(
  path: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockBytes)
  const file = await open(path, 'r')
  try {
    for (let position = 0; ;) {
      if (signal.aborted) throw new RoostError('cancelled')
      const { bytesRead } = await file.read(block, 0, blockBytes, position)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(block.subarray(0, bytesRead))
      position += bytesRead
      onProgress(position)
    }
  } finally {
    await file.close()
  }
}
