// npm run types: every runtime is checked with its own globals, one after the other.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { prepareNode } from './install.mjs'
import { root, runPackage, runScript, say } from './project.mjs'

const projects = [
  'electron/contract',
  'electron/services',
  'electron',
  'electron/hosts/window/preload',
  'electron/launch',
  'renderer',
  'tests',
  'resources/starter/training',
]

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  let failed = 0
  for (const project of projects) {
    if (!existsSync(join(root, project, 'tsconfig.json'))) continue
    const { status } = await runPackage('typescript/bin/tsc', ['--project', project])
    if (status !== 0) {
      failed += 1
      say(`types: ${project} does not fit`)
    }
  }
  return failed === 0 ? 0 : 1
})
