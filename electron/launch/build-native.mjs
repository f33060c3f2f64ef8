// npm run build:native [-- -DNAME=VALUE ...]: the engine alone; options go to CMake.
import process from 'node:process'
import { prepareNode } from './install.mjs'
import { wholeBuild, buildNative } from './native.mjs'
import { runScript } from './project.mjs'

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  await buildNative({ ...wholeBuild, options: process.argv.slice(2) })
})
