// What an installed application consists of: built by electron-builder around a stand-in for Electron's runtime, which
// has the one thing that packaging changes in it (the fuses).
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './roost.ts'

const require = createRequire(import.meta.url)
// The validator and the parser that electron-builder itself uses.
const builder = createRequire(require.resolve('app-builder-lib/package.json'))

interface Configuration {
  electronFuses: Record<string, boolean>
  [key: string]: unknown
}

async function problemsOf(configuration: object): Promise<string> {
  const { validateConfiguration } = builder('./out/util/config/config') as {
    validateConfiguration: (configuration: object, log: unknown) => Promise<void>
  }
  const { DebugLogger } = builder('builder-util') as { DebugLogger: new (enabled: boolean) => unknown }
  try {
    await validateConfiguration(configuration, new DebugLogger(false))
    return ''
  } catch (error) {
    return String(error)
  }
}

describe('the configuration of the installers', () => {
  const { load } = builder('js-yaml') as { load: (text: string) => unknown }
  const configuration = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Configuration

  it('is one that electron-builder understands', async () => {
    expect(await problemsOf(configuration)).toBe('')
    expect(await problemsOf({ ...configuration, asarr: true })).toContain('asarr')
  })
})

describe.skipIf(process.platform !== 'linux')('an installed application', () => {
  let folder: string
  let installed: string
  let files: string[]

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'roost-package-'))
    const runtime = join(folder, 'runtime')
    for (const name of ['locales', 'resources']) mkdirSync(join(runtime, name), { recursive: true })
    // The mark that packaging looks for, the version of the wire, its length, and nine fuses that are all on.
    writeFileSync(join(runtime, 'electron'), 'stub dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x09111111111 stub', {
      mode: 0o755,
    })
    writeFileSync(join(runtime, 'version'), (require('electron/package.json') as { version: string }).version)
    for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'chrome_crashpad_handler']) {
      writeFileSync(join(runtime, name), 'stub')
    }
    const options = ['--linux', '--dir', '--publish', 'never', '--config', 'electron-builder.yml']
    const places = [`-c.electronDist=${runtime}`, `-c.directories.output=${join(folder, 'release')}`]
    execFileSync(process.execPath, ['node_modules/electron-builder/cli.js', ...options, ...places], {
      cwd: root,
      encoding: 'utf8',
    })
    const release = readdirSync(join(folder, 'release')).find((name) => name.endsWith('unpacked')) ?? ''
    installed = join(folder, 'release', release)
    const asar = join(root, 'node_modules/@electron/asar/bin/asar.js')
    const list = execFileSync(process.execPath, [asar, 'list', join(installed, 'resources/app.asar')], {
      encoding: 'utf8',
    })
    files = list.split('\n')
  }, 240_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('holds both sides of the window, the worker, and the one native library of SQLite', () => {
    for (const file of [
      '/package.json',
      '/dist/main/main.js',
      '/dist/main/storage-worker.js',
      '/dist/main/probe-child.js',
      '/dist/preload/preload.cjs',
      '/dist/renderer/index.html',
    ]) {
      expect(files).toContain(file)
    }
    const libraries = files.filter((file) => file.endsWith('.node'))
    expect(libraries).toEqual([`/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`])
    // The system's loader reads no archives.
    expect(existsSync(join(installed, 'resources/app.asar.unpacked', libraries[0]!))).toBe(true)
  })

  it('holds no sources, no tests, no tools and no second Node', () => {
    const packages = new Set(
      files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
    )
    expect([...packages]).toEqual(['better-sqlite3'])
    expect(
      files.filter((file) => /\.(ts|tsx|map|c|cpp|h)$|^\/(tests|native|renderer|electron)\//.test(file)),
    ).toEqual([])
  })

  it('has the engine and what is shipped beside it, without what only training needs', () => {
    const resources = readdirSync(join(installed, 'resources'))
    expect(resources).toEqual(expect.arrayContaining(['roost.node', 'chat-templates.json']))
    const shipped = readFileSync(join(installed, 'resources', 'roost.node'))
    expect(shipped.equals(readFileSync(join(root, 'native/build/bin/roost.node')))).toBe(true)
    expect(existsSync(join(installed, 'resources/starter/training'))).toBe(false)
  })

  it('has the fuses of its runtime set', () => {
    const binary = readFileSync(join(installed, 'roost'), 'latin1')
    const wire = binary.slice(binary.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 34)
    // Order of the wire: run as node, cookie encryption, NODE_OPTIONS, inspect, asar integrity, only from asar,
    // browser snapshot (not ours), file protocol privileges.
    expect(wire.slice(0, 6)).toBe('010011')
    expect(wire[7]).toBe('0')
  })
})
