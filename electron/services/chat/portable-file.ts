// The .roost file: one conversation with everything that lets another Roost go on with it at once.
//
//   magic      13 bytes   "roost memory\n"
//   header     u32 LE     length of the header in bytes
//              JSON       what the file is, the tree, the tokens, and where each state lies (headerSchema)
//   states     bytes      one after the other, each with a SHA-256 in the header
//   checksum   32 bytes   SHA-256 of all before it
//
// A file is hostile until it was read whole: lengths are checked before anything is read by them, nothing is believed that
// the schema does not allow, and the tree must be one. A state inside is checked once more by the engine when it is used.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import { parametersSchema } from '../../contract/memory.ts'
import { attachmentSchema, evidenceSchema, turnSchema } from '../archive/travelling-documents.ts'

const magic = Buffer.from('roost memory\n', 'latin1')
const formatVersion = 1
const checksumBytes = 32
const headerLimit = 256 * 1024 * 1024
const chunkBytes = 4 * 1024 * 1024

const id = z.uuid()
const short = z.string().max(400)
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
/** Token ids, u32 little-endian, in base64. */
const tokens = z.base64().max(16 * 1024 * 1024)

const figuresSchema = z.record(
  z.string().max(60),
  z.union([z.number(), z.boolean(), z.string().max(60), z.null()]),
)

const messageSchema = z.strictObject({
  id,
  parent: id.nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string().max(LIMITS.messageCharacters * 4),
  state: z.enum(['complete', 'interrupted', 'stopped', 'failed']),
  createdAt: z.number(),
  model: short.nullable(),
  figures: figuresSchema.nullable(),
  tokens: z
    .strictObject({
      tokenizer: short,
      template: short,
      system: short,
      prompt: tokens,
      answer: tokens,
      tail: short,
    })
    .nullable(),
  evidence: z.strictObject({ turn: turnSchema, evidence: evidenceSchema }).optional(),
})

const stateSchema = z.strictObject({
  message: id,
  fingerprint: short,
  key: short,
  offset: count,
  bytes: z
    .int()
    .min(1)
    .max(1024 * 1024 * 1024),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const headerSchema = z.strictObject({
  format: z.literal(formatVersion),
  writtenBy: short,
  writtenAt: z.number(),
  model: z.strictObject({ title: short, fingerprint: short, generation: short, layers: count, width: count }),
  conversation: z.strictObject({
    title: z.string().max(LIMITS.titleCharacters * 2),
    systemPrompt: z.string().max(LIMITS.systemPromptCharacters),
    parameters: parametersSchema,
    /** Fingerprint of the tuned state that it stands on. */
    tunedState: short.nullable(),
    activeLeaf: id.nullable(),
    createdAt: z.number(),
  }),
  messages: z.array(messageSchema).max(200_000),
  /** In the order of the sources. Not given: none. */
  attachments: z.array(attachmentSchema).max(LIMITS.sourcesOfChat).optional(),
  /** "Answer only from documents". */
  strict: z.boolean().optional(),
  states: z.array(stateSchema).max(4096),
})

export type PortableHeader = z.infer<typeof headerSchema>
export type PortableMessageRecord = z.infer<typeof messageSchema>

function damaged(reason: string): never {
  throw new RoostError('portable_damaged', { reason })
}

/** `states` in the order of `header.states`, whose offsets and sums are filled in here. */
export async function writePortable(
  path: string,
  header: Omit<PortableHeader, 'states' | 'format'>,
  states: readonly {
    readonly message: string
    readonly fingerprint: string
    readonly key: string
    readonly bytes: Uint8Array
  }[],
): Promise<void> {
  let offset = 0
  const placed = states.map(({ message, fingerprint, key, bytes }) => {
    const at = offset
    offset += bytes.byteLength
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { message, fingerprint, key, offset: at, bytes: bytes.byteLength, sha256 }
  })
  const json = Buffer.from(JSON.stringify({ format: formatVersion, ...header, states: placed }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  const whole = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  try {
    for (const part of [magic, length, json, ...states.map(({ bytes }) => bytes)]) {
      whole.update(part)
      await file.writeFile(part)
    }
    await file.writeFile(whole.digest())
    await file.sync()
  } finally {
    await file.close()
  }
}

export class PortableFile {
  readonly header: PortableHeader
  readonly fileBytes: number
  readonly #file: FileHandle
  readonly #statesAt: number

  private constructor(file: FileHandle, header: PortableHeader, fileBytes: number, statesAt: number) {
    this.#file = file
    this.header = header
    this.fileBytes = fileBytes
    this.#statesAt = statesAt
  }

  /** Reads and checks the whole file once. The caller closes it. Errors: portable_damaged, portable_newer, file_unreadable. */
  static async open(path: string): Promise<PortableFile> {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const start = await read(file, 0, Math.min(size, magic.length + 4))
      if (!start.subarray(0, magic.length).equals(magic)) damaged('it is not a memory file of Roost')
      if (start.length < magic.length + 4) damaged('it ends within its header')
      const length = start.readUInt32LE(magic.length)
      const statesAt = magic.length + 4 + length
      if (length > headerLimit || statesAt + checksumBytes > size)
        damaged('its header is longer than the file')
      await checkSum(file, size)
      const header = parseHeader(await read(file, magic.length + 4, length))
      checkTree(header)
      checkStates(header, size - checksumBytes - statesAt)
      return new PortableFile(file, header, size, statesAt)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Errors: portable_damaged. */
  async state(index: number): Promise<Uint8Array> {
    const place = this.header.states[index]
    if (place === undefined) return damaged('it has no such state')
    const bytes = await read(this.#file, this.#statesAt + place.offset, place.bytes)
    if (createHash('sha256').update(bytes).digest('hex') !== place.sha256)
      damaged('a state does not fit its checksum')
    // A buffer of its own, so that it can be handed on to another thread.
    return new Uint8Array(bytes)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  if (bytesRead < length) damaged('it ends before it should')
  return bytes
}

async function checkSum(file: FileHandle, size: number): Promise<void> {
  const hash = createHash('sha256')
  const end = size - checksumBytes
  for (let at = 0; at < end; at += chunkBytes)
    hash.update(await read(file, at, Math.min(chunkBytes, end - at)))
  if (!hash.digest().equals(await read(file, end, checksumBytes))) damaged('its checksum does not hold')
}

function parseHeader(bytes: Buffer): PortableHeader {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return damaged('its header is no JSON')
  }
  const { format } = z.looseObject({ format: z.number() }).safeParse(value).data ?? { format: 0 }
  if (format > formatVersion) throw new RoostError('portable_newer', { format })
  const parsed = headerSchema.safeParse(value)
  if (parsed.success) return parsed.data
  return damaged(`its header is not as it should be (${parsed.error.issues[0]?.path.join('.') ?? ''})`)
}

/** Parents before children, questions and answers in turn, every id once. */
function checkTree({ messages, conversation, states }: PortableHeader): void {
  const roles = new Map<string, 'user' | 'assistant'>()
  for (const { id: own, parent, role } of messages) {
    if (roles.has(own)) damaged('a message is in it twice')
    const above = parent === null ? 'assistant' : roles.get(parent)
    if (above === undefined || above === role) damaged('its messages are no tree of questions and answers')
    roles.set(own, role)
  }
  if (conversation.activeLeaf !== null && !roles.has(conversation.activeLeaf))
    damaged('what it shows is not in it')
  for (const { message } of states)
    if (roles.get(message) !== 'assistant') damaged('a state belongs to no answer')
}

function checkStates({ states }: PortableHeader, room: number): void {
  let end = 0
  for (const { offset, bytes } of states) {
    if (offset !== end) damaged('its states do not lie one after the other')
    end += bytes
  }
  if (end !== room) damaged('its states do not fill it')
}
