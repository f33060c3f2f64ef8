import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Which headers a folder of native/ may include, by prefix. Tests may include what they test. */
const mayInclude: Record<string, string[]> = {
  'src/support': ['roost/', 'support/'],
  'src/formats': ['roost/', 'support/', 'formats/'],
  'src/text': ['roost/', 'support/', 'text/'],
  // How weights lie in a file, and what the numbers of a block are: packing reads them from there.
  'src/backend': ['roost/', 'support/', 'formats/model_file.h', 'formats/blocks.h', 'backend/'],
  // The model composes operations of backend.h and never sees a device.
  'src/model': ['roost/', 'support/', 'formats/', 'backend/backend.h', 'model/'],
  'src/engine': [
    'roost/',
    'support/',
    'formats/model_file.h',
    'formats/gguf_export.h',
    'formats/limits.h',
    'text/',
    'model/',
    'engine/',
    'backend/selftest.h',
  ],
  // The two faces see what any other program would see.
  cli: ['roost/', 'cli/', 'support/json.h'],
  addon: ['roost/', 'addon/'],
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(h|cpp|mm|cu)$/.test(path) && statSync(path).isFile())
}

function offences(native: string): { found: string[]; read: number } {
  const found: string[] = []
  let read = 0
  for (const [folder, prefixes] of Object.entries(mayInclude)) {
    for (const path of sources(join(native, folder))) {
      if (/_test\.cpp$|\/testing\//.test(relative(native, path))) continue
      read++
      for (const [, header] of readFileSync(path, 'utf8').matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) {
        // A bare name is a neighbour in the same folder.
        if (header === undefined || !header.includes('/')) continue
        if (!prefixes.some((prefix) => header.startsWith(prefix))) {
          found.push(`${relative(native, path)} includes ${header}`)
        }
      }
    }
  }
  return { found, read }
}

describe('include boundaries of the engine', () => {
  test('no folder includes what it may not know', () => {
    const { found, read } = offences(join(root, 'native'))
    expect(found).toEqual([])
    expect(read).toBeGreaterThan(20)
  })

  test('planted offences are reported', () => {
    const { found } = offences(join(root, 'tests/boundaries/offences/native'))
    expect(found.sort()).toEqual([
      'cli/knows_the_model.cpp includes model/language_model.h',
      'src/model/knows_a_device.cpp includes backend/cpu/kernels.h',
      'src/text/knows_the_engine.cpp includes engine/scheduler.h',
    ])
  })
})
