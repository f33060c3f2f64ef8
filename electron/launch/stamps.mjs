// A build is stale when the content of what it was made from has changed: a stamp beside it holds the hash of that content.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './project.mjs'

const skipped = /(^|\/)(node_modules|build[^/]*|dist|\.cache)$/

/** Files below a folder of the project, as project paths with slashes, sorted. @param {string} folder
 * @returns {string[]} */
export function listFiles(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return skipped.test(path) ? [] : listFiles(path)
      return entry.isFile() ? [path] : []
    })
    .sort()
}

/**
 * @param {string[]} inputs files and folders of the project; missing ones count as missing
 * @param {{ ignore?: RegExp, also?: string[] }} [options] also: texts that decide the result too (options, versions)
 * @returns {string} hash in hex
 */
export function hashInputs(inputs, options = {}) {
  const hash = createHash('sha256')
  const add = (/** @type {string | Buffer} */ part) => hash.update(`${part.length}\n`).update(part)
  for (const text of options.also ?? []) add(text)
  for (const input of inputs) {
    const path = join(root, input)
    const files = existsSync(path) && !isFolder(input) ? [input] : listFiles(input)
    for (const file of files) {
      if (options.ignore?.test(file)) continue
      add(file)
      add(readFileSync(join(root, file)))
    }
  }
  return hash.digest('hex')
}

/** @param {string} path */
function isFolder(path) {
  try {
    readdirSync(join(root, path))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return false
    throw error
  }
}

/** @param {string} stamp project path of the stamp @param {string} hash @param {string} result must exist too */
export function isFresh(stamp, hash, result) {
  const file = join(root, stamp)
  return existsSync(join(root, result)) && existsSync(file) && readFileSync(file, 'utf8') === hash
}

/** Take the stamp away before a build begins, so that one that breaks off is made again. @param {string} stamp */
export function clearStamp(stamp) {
  rmSync(join(root, stamp), { force: true })
}

/** @param {string} stamp @param {string} hash */
export function writeStamp(stamp, hash) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true })
  writeFileSync(join(root, stamp), hash)
}
