// Brings what the lock file names, and goes on under a Node that is new enough.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { findProgram, isWindows, Problem, root, run, say } from './project.mjs'

const NEEDED_NODE = 24

/** Installs the packages of the lock file if any of them is missing or of another version. */
export async function install() {
  if (isInstalled()) return
  say('Installing packages (npm ci) ...')
  const npm = process.env.npm_execpath
  const { status } =
    npm !== undefined && /\.c?js$/.test(npm)
      ? await run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'])
      : await runNpm(['ci', '--no-audit', '--no-fund'])
  if (status !== 0) throw new Problem(`npm ci failed with status ${status}; what it says stands above.`)
}

/** @param {string[]} args */
function runNpm(args) {
  if (findProgram('npm') === null) throw new Problem('npm is not in PATH: install Node.js with npm first.')
  return isWindows ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args]) : run('npm', args)
}

/** npm leaves a lock file of what it put into node_modules, written last: it tells an interrupted installation too. */
function isInstalled() {
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'))
  const wanted = readPackages(join(root, 'package-lock.json'))
  if (wanted === null)
    throw new Problem('package-lock.json is missing: this is not a whole copy of the project.')
  if (present === null) return false
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path]
    // Packages for other systems are optional and stay out.
    if (path === '' || (entry.optional === true && found === undefined)) return true
    return found?.version === entry.version
  })
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }> | null} */
function readPackages(file) {
  if (!existsSync(file)) return null
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** A Node that is new enough: this one, or the one that came with the packages. Null: none. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE) return process.execPath
  const modules = join(root, 'node_modules')
  if (!existsSync(modules)) return null
  for (const name of readdirSync(modules)) {
    const program = join(modules, name, 'bin', isWindows ? 'node.exe' : 'node')
    if (/^node-(linux|win|darwin)-/.test(name) && existsSync(program)) return program
  }
  return null
}

/**
 * Installs, then makes sure that the calling script runs under Node 24: true where it does already, otherwise the script
 * runs again, whole, under that Node, and this process only passes on signals and its exit status.
 * @returns {Promise<boolean>}
 */
export async function prepareNode() {
  await install()
  const node = findNode()
  if (node === null) {
    throw new Problem(
      `Roost needs Node.js ${NEEDED_NODE} or newer and this is ${process.versions.node}. ` +
        'There is no packaged Node.js for this system: install it from nodejs.org.',
    )
  }
  if (node === process.execPath) return true
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
  process.exitCode = status
  return false
}
