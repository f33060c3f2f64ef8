// Electron's runtime is not in the npm package; the package's own installer fetches it, about 110 MB, the first time.
// Without a network this must cost seconds, and only once: a failure is remembered for a day.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { root, runPackage, say } from './project.mjs'

const RETRY_AFTER_MS = 24 * 60 * 60 * 1000
const PROBE_MS = 5_000
const FETCH_MS = 15 * 60 * 1000
const noteFile = join(root, 'node_modules', '.cache', 'roost', 'electron-runtime.json')

/**
 * The path of Electron's program, fetched if need be; or why there is none.
 * @returns {Promise<{ program: string } | { missing: string }>}
 */
export async function findElectron() {
  const present = installedProgram()
  if (present !== null) return { program: present }
  const version = electronVersion()
  if (version === null) return { missing: 'the electron package is not installed' }
  const before = readNote()
  if (before !== null && before.version === version && Date.now() - before.at < RETRY_AFTER_MS) {
    return { missing: `${before.reason} (remembered for a day; npx install-electron tries again)` }
  }

  const reason = await fetchRuntime(version)
  const program = installedProgram()
  if (program !== null) return { program }
  writeNote({ version, at: Date.now(), reason: reason ?? 'the installer left no program' })
  return { missing: reason ?? 'the installer left no program' }
}

/** @param {string} version @returns {Promise<string | null>} why it failed */
async function fetchRuntime(version) {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror
  try {
    // The installer's own time-outs are minutes long; a place that cannot be reached is known in seconds.
    await fetch(mirror ?? 'https://github.com/', {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(PROBE_MS),
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return 'its download cannot be reached from here'
  }
  say(`Fetching the Electron ${version} runtime, once ...`)
  const { status } = await runPackage('electron/install.js', [], { timeoutMs: FETCH_MS, capture: true })
  return status === 0 ? null : 'its download failed'
}

function installedProgram() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist')
  const pathFile = join(root, 'node_modules', 'electron', 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron'
  const program = join(folder, name)
  return existsSync(program) ? program : null
}

function electronVersion() {
  const file = join(root, 'node_modules', 'electron', 'package.json')
  return existsSync(file) ? String(JSON.parse(readFileSync(file, 'utf8')).version) : null
}

/** @returns {{ version: string, at: number, reason: string } | null} */
function readNote() {
  if (!existsSync(noteFile)) return null
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8'))
  } catch {
    return null // half written: then nothing is remembered
  }
}

/** @param {{ version: string, at: number, reason: string }} note */
function writeNote(note) {
  mkdirSync(dirname(noteFile), { recursive: true })
  writeFileSync(noteFile, JSON.stringify(note))
}
