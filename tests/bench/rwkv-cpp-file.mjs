// An RWKV-7 model in safetensors, f16, as the file that rwkv.cpp reads: for compare.mjs alone. The layout is that of
// rwkv.cpp's convert_pytorch_to_ggml.py: a header of six numbers, then each tensor with its own; mixes in one tensor,
// low-rank factors transposed, vectors in f32.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'

const magic = 0x67676d66
const version = 101
const mixes = ['x_r', 'x_w', 'x_k', 'x_v', 'x_a', 'x_g']
const wide = ['.time_', '.k_k', '.k_a', '.r_k', '.x_rwkvag', '.x_k', '.w0', '.a0', '.v0']

/** @typedef {{ dtype: string, shape: number[], data_offsets: [number, number] }} Entry */

/**
 * @param {string} from
 * @param {string} to
 */
export function writeRwkvCppFile(from, to) {
  const source = openSync(from, 'r')
  const out = openSync(to, 'w')
  try {
    const length = Buffer.alloc(8)
    readSync(source, length, 0, 8, 0)
    const headerBytes = Number(length.readBigUInt64LE())
    const header = Buffer.alloc(headerBytes)
    readSync(source, header, 0, headerBytes, 8)
    /** @type {Record<string, Entry>} */
    const entries = JSON.parse(header.toString('utf8'))
    delete entries.__metadata__

    const take = (/** @type {string} */ name) => {
      const entry = entries[name]
      if (entry === undefined) throw new Error(`${from} has no tensor ${name}`)
      const [begin, end] = entry.data_offsets
      const bytes = Buffer.alloc(end - begin)
      readSync(source, bytes, 0, bytes.length, 8 + headerBytes + begin)
      return { ...entry, bytes }
    }
    const embedding = entries['emb.weight']
    if (embedding === undefined) throw new Error(`${from} has no embedding`)
    let layers = 0
    while (entries[`blocks.${layers}.ln1.weight`] !== undefined) layers += 1
    writeSync(out, numbers([magic, version, ...embedding.shape, layers, 1]))

    for (const name of Object.keys(entries)) {
      const mix = /^(blocks\.\d+\.att\.)x_[rwkvag]$/.exec(name)
      if (mix?.[1] !== undefined) {
        if (!name.endsWith('.x_r')) continue
        const parts = mixes.map((part) => take(`${mix[1]}${part}`))
        const all = Float32Array.from(parts.flatMap((part) => [...asFloats(part)]))
        writeTensor(out, `${mix[1]}x_rwkvag`, [mixes.length, 1, all.length / mixes.length], all)
        continue
      }
      const tensor = take(name)
      if (/\.[wavg][12]$/.test(name)) transpose(tensor)
      const narrow = tensor.shape.length > 1 && !wide.some((part) => name.includes(part))
      writeTensor(out, name, tensor.shape, narrow ? asHalves(name, tensor) : asFloats(tensor))
    }
  } finally {
    closeSync(source)
    closeSync(out)
  }
}

/** @param {number[]} values */
function numbers(values) {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeInt32LE(value, i * 4)
  return bytes
}

/**
 * @param {number} out
 * @param {string} name
 * @param {number[]} shape
 * @param {Float32Array | Uint16Array} data
 */
function writeTensor(out, name, shape, data) {
  const key = Buffer.from(name)
  writeSync(
    out,
    numbers([shape.length, key.length, data instanceof Uint16Array ? 1 : 0, ...shape.toReversed()]),
  )
  writeSync(out, key)
  writeSync(out, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

/** @param {Entry & { bytes: Buffer }} tensor */
function asFloats({ dtype, bytes }) {
  const { buffer, byteOffset, length } = bytes
  if (dtype === 'F32') return new Float32Array(buffer.slice(byteOffset, byteOffset + length))
  return Float32Array.from(new Uint16Array(buffer.slice(byteOffset, byteOffset + length)), halfToFloat)
}

/**
 * @param {string} name
 * @param {Entry & { bytes: Buffer }} tensor
 */
function asHalves(name, { dtype, bytes }) {
  if (dtype !== 'F16') throw new Error(`${name} is ${dtype}; rwkv.cpp gets what was made as f16`)
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

/** @param {number} half */
function halfToFloat(half) {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** @param {Entry & { bytes: Buffer }} tensor */
function transpose(tensor) {
  const [rows = 1, columns = 1] = tensor.shape
  const size = tensor.bytes.length / (rows * columns)
  const turned = Buffer.alloc(tensor.bytes.length)
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      tensor.bytes.copy(turned, (j * rows + i) * size, (i * columns + j) * size, (i * columns + j + 1) * size)
    }
  }
  tensor.bytes = turned
  tensor.shape = [columns, rows]
}
