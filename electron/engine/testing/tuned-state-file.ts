// Writes tuned initial states in the converted form (safetensors), which a test can spell out in a few lines.
import { writeFileSync } from 'node:fs'

export interface TunedStateShape {
  layers: number
  heads: number
  headSize: number
  value: (index: number) => number
}

export function writeTunedState(path: string, { layers, heads, headSize, value }: TunedStateShape): void {
  const count = heads * headSize * headSize
  const numbers = Float32Array.from({ length: layers * count }, (_, index) => value(index))
  const tensors = Array.from({ length: layers }, (_, layer) => [
    `blocks.${layer}.att.time_state`,
    {
      dtype: 'F32',
      shape: [heads, headSize, headSize],
      data_offsets: [layer * count * 4, (layer + 1) * count * 4],
    },
  ])
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(path, Buffer.concat([length, header, Buffer.from(numbers.buffer)]))
}
