// The fixture model with its rows of the end mark and of every line end set to nothing: a model of noise that, taken
// greedily, never ends an answer by itself. What runs until it is stopped can be killed in the middle.
import { readFileSync } from 'node:fs'

/** Sizes in bytes of the fixed-size value types of GGUF, by type number; 8 is text and 9 an array. */
const valueBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

export class GgufReader {
  at = 0
  readonly bytes: Buffer
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  u32(): number {
    this.at += 4
    return this.bytes.readUInt32LE(this.at - 4)
  }
  u64(): number {
    this.at += 8
    return Number(this.bytes.readBigUInt64LE(this.at - 8))
  }
  text(): string {
    const length = this.u64()
    this.at += length
    return this.bytes.toString('latin1', this.at - length, this.at)
  }
  /** Texts of an array of texts; anything else is passed over. */
  value(type: number): string[] {
    if (type === 8) return [this.text()]
    if (type !== 9) {
      this.at += valueBytes[type] ?? NaN
      return []
    }
    const [inner, count] = [this.u32(), this.u64()]
    return Array.from({ length: count }, () => this.value(inner)).flat()
  }
}

/** @param gguf path of a GGUF v3 file whose output.weight is F16 */
export function endlessModel(gguf: string): Buffer {
  const bytes = Buffer.from(readFileSync(gguf))
  const reader = new GgufReader(bytes)
  reader.at = 8 // magic and version
  const [tensors, pairs] = [reader.u64(), reader.u64()]
  let tokens: string[] = []
  for (let i = 0; i < pairs; i += 1) {
    const key = reader.text()
    const value = reader.value(reader.u32())
    if (key === 'tokenizer.ggml.tokens') tokens = value
  }
  let output: { width: number; type: number; offset: number } | null = null
  for (let i = 0; i < tensors; i += 1) {
    const name = reader.text()
    const sizes = Array.from({ length: reader.u32() }, () => reader.u64())
    const [type, offset] = [reader.u32(), reader.u64()]
    if (name === 'output.weight') output = { width: sizes[0] ?? NaN, type, offset }
  }
  if (output?.type !== 1 || tokens.length === 0)
    throw new Error(`${gguf} is not the file this was written for`)
  const data = Math.ceil(reader.at / 32) * 32 + output.offset
  const rowBytes = output.width * 2
  tokens.forEach((token, id) => {
    // Line ends stand in the vocabulary as themselves or as an escape.
    if (id === 0 || /\n|\\n/.test(token)) bytes.fill(0, data + id * rowBytes, data + (id + 1) * rowBytes)
  })
  return bytes
}
