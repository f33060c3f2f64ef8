// Where the project lies, how scripts speak (standard error, one line per step), and how they run other programs.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export const isWindows = process.platform === 'win32'

/** What stops a script with one sentence instead of a stack: the person can do something about it. */
export class Problem extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Runs a script's main function; a Problem becomes its sentence, anything else its stack. Ends with a status.
 * @param {() => Promise<number | void>} main gives the exit status, 0 where it gives none */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    say(error instanceof Problem ? error.message : String(error instanceof Error ? error.stack : error))
    process.exitCode = 1
  }
}

/** The environment of the programs that scripts start: this Node first in PATH, then the project's own tools.
 * @param {Record<string, string | undefined>} [more] @returns {NodeJS.ProcessEnv} */
export function environment(more = {}) {
  const paths = [dirname(process.execPath), join(root, 'node_modules', '.bin')]
  // Windows spells it Path; a second spelling would hide the first.
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...process.env, [name]: [...paths, process.env[name] ?? ''].join(delimiter), ...more }
}

/**
 * Runs a program to its end. Its standard output goes to our standard error: what `npm start` prints on standard output
 * is read by programs.
 * @param {string} command @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, cwd?: string, timeoutMs?: number, capture?: boolean }} [options]
 * @returns {Promise<{ status: number, output: string }>} output only where captured (both streams together)
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const capture = options.capture === true
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: environment(options.env),
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', process.stderr, process.stderr],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ status: code ?? (signal === null ? 1 : 128), output }))
  })
}

/** A JavaScript program of an installed package. @param {string} path below node_modules @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options] */
export function runPackage(path, args, options) {
  return run(process.execPath, [join(root, 'node_modules', path), ...args], options)
}

/** Full path of a program in PATH, or null. @param {string} name without ending */
export function findProgram(name) {
  const names = isWindows ? [`${name}.exe`, `${name}.cmd`] : [name]
  const folders = (process.env.PATH ?? process.env.Path ?? '').split(delimiter)
  for (const folder of folders) {
    for (const file of names) {
      if (folder !== '' && existsSync(join(folder, file))) return join(folder, file)
    }
  }
  return null
}
