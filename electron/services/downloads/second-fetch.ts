// A file whose every byte arrived as it was sent, and whose hash is wrong: some source sent something wrong, and nothing
// says where. Each piece is fetched once more, preferably from somewhere else; one that differs replaces the first, and
// the hash is taken again. Ends at the first right hash; after the last piece it is over. Never more than one fetch.
import { crc32 } from 'node:zlib'
import { RoostError } from '../../contract/errors.ts'
import { OrderedHash } from './ordered-hash.ts'
import type { PartFile } from './part-file.ts'
import type { PieceTable } from './piece-table.ts'
import type { SourceSession } from './source-session.ts'

export interface SecondFetch {
  /** The first that answers for the file is asked. */
  readonly sessions: readonly SourceSession[]
  readonly part: PartFile
  readonly table: PieceTable
  readonly sha256: string
  readonly signal: AbortSignal
}

/** Attempts for one piece. */
const mostAttempts = 4
/** Taking the hash of a large file takes seconds: after so many differences it waits for the end. */
const mostEarlyHashes = 4

/** Whether the file is right now. Errors: cancelled, and those of the source when it fails again and again. */
export async function refetch(work: SecondFetch): Promise<boolean> {
  const { part, table, sha256, signal } = work
  const session = await firstUsable(work)
  if (session === null) return false
  const buffer = Buffer.alloc(table.pieceBytes)
  let differences = 0
  for (let piece = 0; piece < table.count; piece += 1) {
    const content = await fetchPiece(session, piece, table, buffer, signal)
    const crc = crc32(content)
    if (crc === table.crc(piece)) continue
    differences += 1
    table.record(piece, 0, 0)
    await part.write(content, table.start(piece))
    table.record(piece, content.length, crc)
    if (differences <= mostEarlyHashes && (await hashOf(part, table, signal)) === sha256) return true
  }
  return differences > mostEarlyHashes && (await hashOf(part, table, signal)) === sha256
}

async function firstUsable({ sessions, table, sha256, signal }: SecondFetch): Promise<SourceSession | null> {
  for (const session of sessions) {
    try {
      const facts = await session.examine(signal)
      const fits = facts.bytes === table.totalBytes && (facts.sha256 === null || facts.sha256 === sha256)
      if (fits && facts.ranges) return session
    } catch (error) {
      if (signal.aborted || !(error instanceof RoostError)) throw error
    }
  }
  return null
}

async function fetchPiece(
  session: SourceSession,
  piece: number,
  table: PieceTable,
  buffer: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const length = table.length(piece)
  const start = table.start(piece)
  let done = 0
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.range(start + done, start + length - 1, signal, (block) => {
        buffer.set(block, done)
        done += block.length
        return Promise.resolve()
      })
      return buffer.subarray(0, length)
    } catch (error) {
      if (signal.aborted || !(error instanceof RoostError) || attempt >= mostAttempts) throw error
    }
  }
}

async function hashOf(part: PartFile, table: PieceTable, signal: AbortSignal): Promise<string> {
  const hash = new OrderedHash(part, table)
  const lost = await hash.advance(signal)
  if (signal.aborted) throw new RoostError('cancelled')
  return lost === null ? hash.digest() : ''
}
