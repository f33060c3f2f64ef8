import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineErrorKinds } from '../contract/errors.ts'
import { projectRoot } from './testing/addons.ts'

test('the engine and the contract know the same error codes, with the same kinds', () => {
  const source = readFileSync(join(projectRoot, 'native/include/roost/error_codes.def'), 'utf8')
  const native = [...source.matchAll(/^ROOST_ERROR\((\w+),\s*(\w+)\)/gm)].map(([, code, kind]) => [
    code,
    kind,
  ])
  expect(native.length).toBe(source.match(/^ROOST_ERROR\(/gm)?.length)
  expect(native).toEqual(Object.entries(engineErrorKinds))
})
