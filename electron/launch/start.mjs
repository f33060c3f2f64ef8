// npm start [-- OPTIONS]: installs and builds what is missing or stale, then starts Roost. The options are those of the
// application (electron/hosts/command-line.ts); --headless decides here too, because it saves looking for Electron.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { buildApp } from './build-app.mjs'
import { findElectron } from './electron-runtime.mjs'
import { prepareNode } from './install.mjs'
import { applicationBuild, buildNative } from './native.mjs'
import { root, runScript, say } from './project.mjs'

const options = process.argv.slice(2)

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  await buildNative(applicationBuild)
  await buildApp()

  if (!options.includes('--headless') && !options.includes('--help')) {
    const electron = await findElectron()
    if ('program' in electron) return startApplication(electron.program, [root, ...options])
    say(`No Electron runtime: ${electron.missing}. Roost opens in the browser instead.`)
  }
  return startApplication(process.execPath, [join(root, 'dist', 'main', 'headless.js'), ...options])
})

/** Its standard output is ours; signals are passed on, and its exit status is ours. @param {string} program
 * @param {string[]} args @returns {Promise<number>} */
function startApplication(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } })
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}
