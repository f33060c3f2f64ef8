// node native/scripts/register-report.mjs [native/build/src/backend/gpu/cuda/kernels.ptxas.txt]
// Makes docs/gpu-registers.md of what ptxas said when the kernels were compiled: registers and group memory of every
// kernel on every architecture, and which of them spill registers to memory.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const input = process.argv[2] ?? `${root}native/build/src/backend/gpu/cuda/kernels.ptxas.txt`
const lines = readFileSync(input, 'utf8').split('\n')

/** @type {Map<string, Map<string, { registers: number, shared: number }>>} */
const kernels = new Map()
/** @type {string[]} */
const spills = []
let kernel = ''
let architecture = ''
for (const line of lines) {
  const entry = /Compiling entry function '(\w+)' for 'sm_(\w+)'/.exec(line)
  if (entry !== null) [, kernel = '', architecture = ''] = entry
  const stack = /(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads/.exec(line)
  if (stack !== null && stack.slice(1).some((bytes) => bytes !== '0'))
    spills.push(`${kernel}, sm_${architecture}: ${line.trim()}`)
  const used = /Used (\d+) registers(?:.* (\d+) bytes smem)?/.exec(line)
  if (used === null || kernel === '') continue
  const row = kernels.get(kernel) ?? new Map()
  kernels.set(kernel, row)
  row.set(architecture, { registers: Number(used[1]), shared: Number(used[2] ?? 0) })
}
const architectures = [...new Set([...kernels.values()].flatMap((row) => [...row.keys()]))].sort(
  (a, b) => Number(a) - Number(b),
)
const cells = [...kernels].sort(([a], [b]) => a.localeCompare(b)).map(([name, row]) => {
  const shared = Math.max(...[...row.values()].map((one) => one.shared))
  return [name, ...architectures.map((one) => String(row.get(one)?.registers ?? '')), shared.toLocaleString('en')]
})
const table = [['kernel', ...architectures.map((one) => `sm_${one}`), 'group memory, bytes'], ...cells]
const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? []
const drawn = table.map(
  (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
)
drawn.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)

writeFileSync(
  `${root}docs/gpu-registers.md`,
  `# Registers of the GPU kernels

Registers per lane on every architecture that nvcc compiles for, and memory per group, as ptxas reports them. Made by
\`node native/scripts/register-report.mjs\` after a build with nvcc. ${spills.length === 0 ? 'No kernel spills a register or has a stack.' : 'These spill:'}

${spills.length === 0 ? '' : `${spills.map((one) => `- ${one}`).join('\n')}\n\n`}${drawn.join('\n')}
`,
)
process.stdout.write(`${kernels.size} kernels, ${architectures.length} architectures, ${spills.length} that spill\n`)
