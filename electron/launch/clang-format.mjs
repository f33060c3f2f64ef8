// Layout of the C++ and C sources: checks it, or with --write makes it.
import { join } from 'node:path'
import process from 'node:process'
import { prepareNode } from './install.mjs'
import { root, run, runScript, say } from './project.mjs'
import { listFiles } from './stamps.mjs'

const sources = /\.(h|hpp|c|cpp|mm|m|cu|metal)$/

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  const files = ['native', 'resources/starter/training', 'tests']
    .flatMap(listFiles)
    .filter((file) => sources.test(file))
  const programs = join(root, 'node_modules', 'clang-format', 'bin')
  const program = {
    linux: join(programs, 'linux_x64', 'clang-format'),
    darwin: join(programs, 'darwin_x64', 'clang-format'),
    win32: join(programs, 'win32', 'clang-format.exe'),
  }[String(process.platform)]
  if (program === undefined || (process.platform === 'linux' && process.arch !== 'x64')) {
    say(`clang-format: not run, the package has no program for ${process.platform} on ${process.arch}`)
    return 0
  }
  if (files.length === 0) throw new Error('clang-format: no source file found')
  const mode = process.argv.includes('--write') ? ['-i'] : ['--dry-run', '--Werror']
  const { status } = await run(program, [...mode, '--style=file', ...files])
  return status === 0 ? 0 : 1
})
