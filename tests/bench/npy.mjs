// Reads what roost-engine writes: little-endian float32 arrays of one or two dimensions, row after row.
import { readFileSync } from 'node:fs'

/**
 * @param {string} path
 * @returns {{ rows: number, columns: number, values: Float32Array }}
 */
export function readNpy(path) {
  const file = readFileSync(path)
  if (file.toString('latin1', 1, 6) !== 'NUMPY') throw new Error(`${path} is no .npy file`)
  const wide = file[6] >= 2
  const length = wide ? file.readUInt32LE(8) : file.readUInt16LE(8)
  const begin = (wide ? 12 : 10) + length
  const header = file.toString('latin1', wide ? 12 : 10, begin)
  const shape = /'shape': \(([^)]*)\)/.exec(header)
  if (!header.includes("'<f4'") || !shape) throw new Error(`${path} holds no float32 array`)
  const sizes = shape[1]
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number)
  const columns = sizes.at(-1) ?? 0
  const rows = sizes.length === 2 ? sizes[0] : 1
  const bytes = file.buffer.slice(file.byteOffset + begin, file.byteOffset + begin + rows * columns * 4)
  return { rows, columns, values: new Float32Array(bytes) }
}

/**
 * Kullback-Leibler divergence of `other` from `reference`, row by row, in nats, and how often both have the same
 * likeliest entry.
 * @param {ReturnType<typeof readNpy>} reference logits
 * @param {ReturnType<typeof readNpy>} other logits
 */
export function compareLogits(reference, other) {
  const { rows, columns } = reference
  if (other.rows !== rows || other.columns !== columns) throw new Error('the logits have different shapes')
  let sum = 0
  let largest = 0
  let same = 0
  for (let row = 0; row < rows; row++) {
    const p = reference.values.subarray(row * columns, (row + 1) * columns)
    const q = other.values.subarray(row * columns, (row + 1) * columns)
    const [pBest, pSum] = bestAndLogSum(p)
    const [qBest, qSum] = bestAndLogSum(q)
    let divergence = 0
    for (let i = 0; i < columns; i++) {
      const pLog = p[i] - pSum
      divergence += Math.exp(pLog) * (pLog - (q[i] - qSum))
    }
    sum += Math.max(0, divergence)
    largest = Math.max(largest, divergence)
    if (pBest === qBest) same++
  }
  return { mean: sum / rows, largest, same: same / rows, rows }
}

/** @param {Float32Array} logits */
function bestAndLogSum(logits) {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - logits[best])
  return [best, logits[best] + Math.log(sum)]
}
