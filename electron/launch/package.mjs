// npm run package [-- OPTIONS OF ELECTRON-BUILDER]: installers for this system into release/.
import process from 'node:process'
import { buildApp } from './build-app.mjs'
import { prepareNode } from './install.mjs'
import { applicationBuild, buildNative } from './native.mjs'
import { runPackage, runScript } from './project.mjs'

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  await buildNative(applicationBuild)
  await buildApp()
  const args = ['--config', 'electron-builder.yml', '--publish', 'never', ...process.argv.slice(2)]
  return (await runPackage('electron-builder/cli.js', args)).status
})
