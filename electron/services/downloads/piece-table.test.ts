// The table of pieces after what a killed process, a loss of power or another file can leave behind.
import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelBytes } from '../../../tests/hub/hub.ts'
import { looksLike } from './file-beginning.ts'
import { OrderedHash } from './ordered-hash.ts'
import { PartFile, partPlaces } from './part-file.ts'
import { PieceTable, pieceBytesFor } from './piece-table.ts'
import { SpeedMeter } from './speed-meter.ts'
import { backOffMs, retryAfterMs } from './waiting.ts'

const layout = { totalBytes: 1000, pieceBytes: 256, identity: 'sha256 a' }
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-pieces-'))
  path = join(folder, 'x.pieces')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function written(): Promise<void> {
  const { table } = await PieceTable.open(path, layout)
  table.record(0, 256, 11)
  table.record(1, 100, 22)
  table.record(3, 232, 33)
  await table.close()
}

describe('the table of pieces', () => {
  it('is what was recorded, when it is opened again', async () => {
    await written()
    expect(await PieceTable.countBytes(path)).toBe(588)
    const { table, kept } = await PieceTable.open(path, layout)
    expect(kept).toBe(true)
    expect([0, 1, 2, 3].map((piece) => table.done(piece))).toEqual([256, 100, 0, 232])
    expect([0, 1, 2, 3].map((piece) => table.isWhole(piece))).toEqual([true, false, false, true])
    expect(table.crc(1)).toBe(22)
    await table.close()
  })

  it('knows whether the process before closed it', async () => {
    await written()
    const closed = await PieceTable.open(path, layout)
    expect(closed.table.wasCut).toBe(false)
    // Not closed: what a killed process leaves.
    const next = await PieceTable.open(path, layout)
    expect(next.kept).toBe(true)
    expect(next.table.wasCut).toBe(true)
    expect(next.table.doneBytes).toBe(588)
    await next.table.close()
    await closed.table.close()
    const last = await PieceTable.open(path, layout)
    expect(last.table.wasCut).toBe(false)
    await last.table.close()
  })

  it('begins anew for another content, another size, or a header that is not one', async () => {
    for (const other of [
      { ...layout, identity: 'sha256 b' },
      { ...layout, totalBytes: 1001 },
      { ...layout, pieceBytes: 512 },
    ]) {
      await written()
      const { table, kept } = await PieceTable.open(path, other)
      expect(kept).toBe(false)
      expect(table.doneBytes).toBe(0)
      await table.close()
    }
    await written()
    writeSync(openSync(path, 'r+'), Buffer.from('x'), 0, 1, 3)
    expect(await PieceTable.countBytes(path)).toBe(0)
    const { kept, table } = await PieceTable.open(path, layout)
    expect(kept).toBe(false)
    await table.close()
  })

  it('loses a torn record and no other, at every byte of it', async () => {
    await written()
    const whole = readFileSync(path)
    for (let at = 64 + 16; at < 64 + 32; at += 1) {
      const torn = Buffer.from(whole)
      torn[at]! ^= 0xff
      writeFileSync(path, torn)
      const { table } = await PieceTable.open(path, layout)
      expect([0, 1, 2, 3].map((piece) => table.done(piece))).toEqual([256, 0, 0, 232])
      await table.close()
    }
  })

  it('of which the end is missing counts what is there', async () => {
    await written()
    truncateSync(path, 64 + 20)
    expect(await PieceTable.countBytes(path)).toBe(256)
  })

  it('divides files into some hundred pieces at most', () => {
    expect(pieceBytesFor(382_223_725)).toBe(4 * 1024 * 1024)
    expect(pieceBytesFor(3_055_444_605)).toBe(8 * 1024 * 1024)
    expect(pieceBytesFor(26_540_868_485)).toBe(16 * 1024 * 1024)
  })
})

describe('after a loss of power', () => {
  it('a record that is ahead of its data is found out, and the hash is that of the data', async () => {
    const content = modelBytes(1000, 3)
    const places = partPlaces(folder, 'a', 'a.gguf')
    const { table } = await PieceTable.open(path, layout)
    rmSync(join(folder, '.downloads'), { recursive: true, force: true })
    const part = await PartFile.open({ ...places, part: join(folder, 'a.part') }, 1000)
    for (let piece = 0; piece < table.count; piece += 1) {
      const bytes = content.subarray(piece * 256, piece * 256 + table.length(piece))
      // The data of piece 2 never reached the disk.
      if (piece !== 2) await part.write(bytes, piece * 256)
      table.record(piece, bytes.length, crc32(bytes))
    }
    const hash = new OrderedHash(part, table)
    const { signal } = new AbortController()
    expect(await hash.holds(2, signal)).toBe(false)
    expect(await hash.holds(3, signal)).toBe(true)
    expect(await hash.advance(signal)).toBe(2)
    expect(table.done(2)).toBe(0)
    const again = content.subarray(512, 768)
    await part.write(again, 512)
    table.record(2, 256, crc32(again))
    expect(await hash.advance(signal)).toBeNull()
    const { createHash } = await import('node:crypto')
    expect(hash.digest()).toBe(createHash('sha256').update(content).digest('hex'))
    await part.close()
    await table.close()
  })
})

describe('small things', () => {
  it('files begin as their format does', () => {
    const text = (value: string): Buffer => Buffer.from(value, 'latin1')
    expect(looksLike('a.gguf', text('GGUF\x03'))).toBe(true)
    expect(looksLike('a.pth', text('PK\x03\x04'))).toBe(true)
    expect(looksLike('a.safetensors', text('\x10\0\0\0\0\0\0\0{"a"'))).toBe(true)
    for (const name of ['a.gguf', 'a.pth', 'a.st'])
      expect(looksLike(name, text('<!doctype html>'))).toBe(false)
  })

  it('a site is asked again after the time it wants, and not after an hour', () => {
    expect(retryAfterMs('7', 0)).toBe(7000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:09 GMT', 4000)).toBe(5000)
    expect(retryAfterMs('86400', 0)).toBe(600_000)
    expect(retryAfterMs('soon', 0)).toBeNull()
    expect([1, 2, 3, 30].map((failures) => backOffMs(failures, () => 0))).toEqual([400, 800, 1600, 60_000])
  })

  it('speed is that of the last seconds', () => {
    const meter = new SpeedMeter()
    expect(meter.bytesPerSecond(0)).toBeNull()
    for (let second = 0; second < 10; second += 1) meter.add(1000, second * 1000)
    expect(meter.bytesPerSecond(10_000)).toBeCloseTo(1000 * (5 / 6), 0)
    expect(meter.bytesPerSecond(60_000)).toBe(0)
  })
})
