// How far each piece of a download is, in a small file beside the part file, written after every block of data.
//
//   header   "RoostPc1", bytes of a piece (u32), 0 (u32), bytes of the whole (u64), SHA-256 of the identity, CRC-32,
//            1 while a process works with it, else 0 (u32)
//   record   bytes that are there (u32), their CRC-32 (u32), 0 (u32), CRC-32 of the 12 bytes before and the index (u32)
//
// All little-endian. A record is 16 bytes, written by one call inside one page, after its data: a killed process leaves
// records that are true. After a loss of power a record may be ahead of its data; then its CRC does not fit what is on the
// disk, and the piece is fetched again. CRC-32 only finds accidents; what decides is the SHA-256 of the whole file.
import { createHash } from 'node:crypto'
import { constants, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { systemCode } from '../../platform/paths.ts'

const magic = Buffer.from('RoostPc1', 'latin1')
const headerBytes = 64
/** Of the header: what says which content it is. What follows is the mark of a table in use. */
const identityBytes = 60
const recordBytes = 16
const inUse = 1
const mebibyte = 1024 * 1024

/** A power of two from 4 to 16 MiB: some hundred pieces at most, and no request that is lost for long. */
export function pieceBytesFor(totalBytes: number): number {
  let bytes = 4 * mebibyte
  while (bytes < 16 * mebibyte && totalBytes / bytes > 512) bytes *= 2
  return bytes
}

export interface PieceLayout {
  readonly totalBytes: number
  readonly pieceBytes: number
  /** Says which content this is: another identity begins anew. */
  readonly identity: string
}

export class PieceTable {
  readonly totalBytes: number
  readonly pieceBytes: number
  readonly count: number
  readonly #file: FileHandle
  readonly #done: Uint32Array
  readonly #crc: Uint32Array
  /** The process that worked with it last did not close it: it was killed, or lost its power. */
  readonly wasCut: boolean
  #doneBytes = 0

  private constructor(
    file: FileHandle,
    layout: { totalBytes: number; pieceBytes: number },
    records: Buffer,
    wasCut = false,
  ) {
    this.wasCut = wasCut
    this.#file = file
    this.totalBytes = layout.totalBytes
    this.pieceBytes = layout.pieceBytes
    this.count = Math.ceil(layout.totalBytes / layout.pieceBytes)
    this.#done = new Uint32Array(this.count)
    this.#crc = new Uint32Array(this.count)
    for (let piece = 0; piece < this.count; piece += 1) {
      const found = readRecord(records, piece)
      if (found === null || found.done > this.length(piece)) continue
      this.#done[piece] = found.done
      this.#crc[piece] = found.crc
      this.#doneBytes += found.done
    }
  }

  /** The kept one where it is of this content, else a new one; `kept` says which. */
  static async open(path: string, layout: PieceLayout): Promise<{ table: PieceTable; kept: boolean }> {
    const header = makeHeader(layout)
    const file = await openForBoth(path)
    try {
      const content = await file.readFile()
      const same = content.subarray(0, identityBytes).equals(header.subarray(0, identityBytes))
      const kept = content.length >= headerBytes && same
      if (!kept) await file.truncate(0)
      header.writeUInt32LE(inUse, identityBytes)
      await file.write(header, 0, headerBytes, 0)
      const records = kept ? content.subarray(headerBytes) : Buffer.alloc(0)
      const wasCut = kept && content.readUInt32LE(identityBytes) === inUse
      return { table: new PieceTable(file, layout, records, wasCut), kept }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Bytes that a kept table counts, without opening it for work; 0: none is there, or it cannot be read. */
  static async countBytes(path: string): Promise<number> {
    try {
      const file = await open(path, 'r')
      try {
        const content = await file.readFile()
        const header = content.subarray(0, headerBytes)
        if (header.length < headerBytes || header.readUInt32LE(56) !== crc32(header.subarray(0, 56))) return 0
        const totalBytes = Number(header.readBigUInt64LE(16))
        const layout = { totalBytes, pieceBytes: header.readUInt32LE(8) }
        return new PieceTable(file, layout, content.subarray(headerBytes)).doneBytes
      } finally {
        await file.close()
      }
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      return 0
    }
  }

  get doneBytes(): number {
    return this.#doneBytes
  }

  start(piece: number): number {
    return piece * this.pieceBytes
  }

  length(piece: number): number {
    return Math.min(this.pieceBytes, this.totalBytes - piece * this.pieceBytes)
  }

  done(piece: number): number {
    return this.#done[piece] ?? 0
  }

  crc(piece: number): number {
    return this.#crc[piece] ?? 0
  }

  isWhole(piece: number): boolean {
    return this.done(piece) === this.length(piece)
  }

  isComplete(): boolean {
    return this.#doneBytes === this.totalBytes
  }

  /**
   * `crc` is of the first `done` bytes of the piece, which must be written already. One writer per piece. At once, not in
   * the thread pool: 16 bytes into the cache of the system take microseconds, and what is not recorded is fetched again.
   * Errors: those of the system.
   */
  record(piece: number, done: number, crc: number): void {
    this.#doneBytes += done - this.done(piece)
    this.#done[piece] = done
    this.#crc[piece] = crc
    const record = Buffer.alloc(recordBytes)
    record.writeUInt32LE(done, 0)
    record.writeUInt32LE(crc >>> 0, 4)
    record.writeUInt32LE(crc32(record.subarray(0, 12), piece), 12)
    writeSync(this.#file.fd, record, 0, recordBytes, headerBytes + piece * recordBytes)
  }

  sync(): Promise<void> {
    return this.#file.datasync()
  }

  /** Also takes the mark off. */
  async close(): Promise<void> {
    try {
      await this.#file.write(Buffer.alloc(4), 0, 4, identityBytes)
    } catch (error) {
      if (systemCode(error) === 'unknown') throw error
      // A full disk takes no mark either, and that must not hide why the download ended; where the mark stays the
      // next run is only more careful than it need be.
    } finally {
      await this.#file.close()
    }
  }
}

function makeHeader({ totalBytes, pieceBytes, identity }: PieceLayout): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeUInt32LE(pieceBytes, 8)
  header.writeBigUInt64LE(BigInt(totalBytes), 16)
  createHash('sha256').update(identity).digest().copy(header, 24)
  header.writeUInt32LE(crc32(header.subarray(0, 56)), 56)
  return header
}

function readRecord(records: Buffer, piece: number): { done: number; crc: number } | null {
  const record = records.subarray(piece * recordBytes, (piece + 1) * recordBytes)
  if (record.length < recordBytes) return null
  if (record.readUInt32LE(12) !== crc32(record.subarray(0, 12), piece)) return null
  return { done: record.readUInt32LE(0), crc: record.readUInt32LE(4) }
}

/** Created where it is absent; nothing of it is lost where it is there. Mode 0600. */
export function openForBoth(path: string): Promise<FileHandle> {
  const { O_CREAT, O_RDWR } = constants
  return open(path, O_CREAT | O_RDWR, 0o600)
}
