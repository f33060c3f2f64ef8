// Prints the figures of the model card: makes the held-out examples and runs evaluate.py on the shipped model.
//
// Run: npm run starter:eval [-- --model FILE --show 3 --samples 500]   (what follows -- goes to evaluate.py)
// Needs a Python 3 with PyTorch and NumPy: the one that ROOST_PYTHON names, else the first of the usual ones that has both.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const here = import.meta.dirname
const folder = join(here, 'work', 'eval')

function run(command: string, args: readonly string[], quiet = false): number {
  const { status, error } = spawnSync(command, args, { stdio: quiet ? 'ignore' : 'inherit' })
  return error === undefined ? (status ?? 1) : 127
}

/** A Python that has what evaluate.py imports; undefined when there is none. */
function python(): string | undefined {
  const named = process.env['ROOST_PYTHON']
  const candidates = named === undefined ? ['python3', '/usr/bin/python3', 'python'] : [named]
  return candidates.find((candidate) => run(candidate, ['-c', 'import numpy, torch'], true) === 0)
}

function main(): number {
  const found = python()
  if (found === undefined) {
    const named = process.env['ROOST_PYTHON']
    process.stderr.write(
      named === undefined
        ? 'The evaluation needs a Python 3 with PyTorch and NumPy, and none was found; install them (Debian: python3-torch python3-numpy) or name another Python in ROOST_PYTHON.\n'
        : `The evaluation needs a Python 3 with PyTorch and NumPy, and "${named}", which ROOST_PYTHON names, is none.\n`,
    )
    return 1
  }
  const made = run(process.execPath, [join(here, 'generate.ts'), '--out', folder, '--tokens', '0'])
  if (made !== 0) return made
  return run(found, [join(here, 'evaluate.py'), '--data', folder, ...process.argv.slice(2)])
}

process.exitCode = main()
