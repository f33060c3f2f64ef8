// Writes a zip: deflated entries, names in UTF-8, no zip64. Enough for the text of chats; reading archives of others is
// yauzl's work.
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { RoostError } from '../../contract/errors.ts'

const deflate = promisify(deflateRaw)
const most = 0xffff_ffff
const mostEntries = 0xffff

export class ZipWriter {
  readonly #file: FileHandle
  readonly #directory: Buffer[] = []
  readonly #time: { readonly date: number; readonly time: number }
  #offset = 0

  private constructor(file: FileHandle, now: Date) {
    this.#file = file
    this.#time = {
      date: ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate(),
      time: (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1),
    }
  }

  static async create(path: string, now: Date): Promise<ZipWriter> {
    return new ZipWriter(await open(path, 'w', 0o600), now)
  }

  async add(name: string, content: Buffer): Promise<void> {
    const packed = await deflate(content)
    const nameBytes = Buffer.from(name, 'utf8')
    if (this.#directory.length >= mostEntries || this.#offset + packed.length + 1_000_000 > most) {
      throw new RoostError('write_failed', { reason: 'These are too many chats for one zip. Choose JSON.' })
    }
    // version, flags (UTF-8 names), method, time, date, crc, packed size, size, length of name, length of extra
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x800, 2)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt16LE(this.#time.time, 6)
    facts.writeUInt16LE(this.#time.date, 8)
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(nameBytes.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(this.#offset, 10)
    this.#directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, tail, nameBytes]))
    await this.#write(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, nameBytes, packed]))
  }

  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#directory)
    const end = Buffer.alloc(18)
    end.writeUInt16LE(this.#directory.length, 4)
    end.writeUInt16LE(this.#directory.length, 6)
    end.writeUInt32LE(directory.length, 8)
    end.writeUInt32LE(this.#offset, 12)
    await this.#write(Buffer.concat([directory, Buffer.from('PK\x05\x06', 'latin1'), end]))
    await this.#file.sync()
    await this.#file.close()
  }

  async abandon(): Promise<void> {
    await this.#file.close()
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes)
    this.#offset += bytes.length
  }
}
