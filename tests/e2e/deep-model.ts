// A model with many more layers, made by repeating those of a small one: it writes nonsense as slowly as a large model, so
// that the window can be watched at the speed of one.
import { GgufReader } from './endless-model.ts'

interface Tensor {
  readonly name: string
  readonly sizes: readonly number[]
  readonly type: number
  readonly bytes: Buffer
}

const ALIGNMENT = 32
const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT

/** @param gguf content of a GGUF v3 file whose tensors lie one behind the other, with blocks 0 to n - 1 */
export function deepModel(gguf: Buffer, layers: number): Buffer {
  const head = Buffer.from(gguf)
  const reader = new GgufReader(head)
  reader.at = 8 // magic and version
  const [count, pairs] = [reader.u64(), reader.u64()]
  let blocks = 0
  for (let i = 0; i < pairs; i += 1) {
    const key = reader.text()
    const type = reader.u32()
    if (key.endsWith('.block_count')) {
      blocks = head.readUInt32LE(reader.at)
      head.writeUInt32LE(layers, reader.at)
    }
    reader.value(type)
  }
  const metadata = reader.at
  const entries = Array.from({ length: count }, () => {
    const name = reader.text()
    const sizes = Array.from({ length: reader.u32() }, () => reader.u64())
    return { name, sizes, type: reader.u32(), offset: reader.u64() }
  })
  if (blocks < 2) throw new Error('the model has too few blocks to repeat')
  const data = aligned(reader.at)
  const ends = [...entries.map(({ offset }) => offset), gguf.length - data].sort((a, b) => a - b)
  const tensors: Tensor[] = entries.map(({ name, sizes, type, offset }) => {
    const end = ends.find((one) => one > offset) ?? gguf.length - data
    return { name, sizes, type, bytes: gguf.subarray(data + offset, data + end) }
  })
  // Block 0 differs from the others in what it holds; the last one is as good as any.
  const pattern = `blk.${blocks - 1}.`
  const repeated = tensors.filter(({ name }) => name.startsWith(pattern))
  const all = [...tensors]
  for (let layer = blocks; layer < layers; layer += 1) {
    for (const tensor of repeated)
      all.push({ ...tensor, name: `blk.${layer}.${tensor.name.slice(pattern.length)}` })
  }
  head.writeBigUInt64LE(BigInt(all.length), 8)
  const infos: Buffer[] = []
  const content: Buffer[] = []
  let offset = 0
  for (const { name, sizes, type, bytes } of all) {
    const info = Buffer.alloc(8 + name.length + 4 + sizes.length * 8 + 4 + 8)
    let at = info.writeBigUInt64LE(BigInt(name.length), 0)
    at += info.write(name, at, 'latin1')
    at = info.writeUInt32LE(sizes.length, at)
    for (const size of sizes) at = info.writeBigUInt64LE(BigInt(size), at)
    at = info.writeUInt32LE(type, at)
    info.writeBigUInt64LE(BigInt(offset), at)
    infos.push(info)
    content.push(bytes, Buffer.alloc(aligned(bytes.length) - bytes.length))
    offset += aligned(bytes.length)
  }
  const before = Buffer.concat([head.subarray(0, metadata), ...infos])
  return Buffer.concat([before, Buffer.alloc(aligned(before.length) - before.length), ...content])
}
