// npm run build: the engine, the main process, the preload and the window, each if it is stale. --force: all of it.
import process from 'node:process'
import { buildApp } from './build-app.mjs'
import { prepareNode } from './install.mjs'
import { wholeBuild, buildNative } from './native.mjs'
import { runScript } from './project.mjs'

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  const force = process.argv.includes('--force')
  await buildNative(wholeBuild, { force })
  await buildApp({ force })
})
