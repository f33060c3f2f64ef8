import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { VerdictFile } from './verdict-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-verdicts-'))
afterAll(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

test('verdicts are there for the next run', async () => {
  const path = join(folder, 'kept.json')
  await new VerdictFile(path).set('a', 'one')
  const next = new VerdictFile(path)
  expect(await next.get('a')).toBe('one')
  expect(await next.get('b')).toBeNull()
})

test.each(['', '{', '[1]', '{"a":1}', 'null'])(
  'a damaged file (%s) is an empty one, and is replaced',
  async (text) => {
    const path = join(folder, 'damaged.json')
    writeFileSync(path, text)
    const verdicts = new VerdictFile(path)
    expect(await verdicts.get('a')).toBeNull()
    await verdicts.set('a', 'one')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ a: 'one' })
  },
)

test('does not grow without end: the oldest verdict goes', async () => {
  const path = join(folder, 'many.json')
  const verdicts = new VerdictFile(path)
  for (let i = 0; i < 200; i++) await verdicts.set(`file ${i}`, 'x')
  await verdicts.set('file 0', 'newer')
  await verdicts.set('one more', 'x')
  expect(await verdicts.get('file 0')).toBe('newer')
  expect(await verdicts.get('file 1')).toBeNull()
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object)).toHaveLength(200)
})
