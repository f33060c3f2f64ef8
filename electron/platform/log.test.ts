import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RoostError } from '../contract/errors.ts'
import type { Clock } from './clock.ts'
import { createLogger, errorFields, logFile } from './log.ts'

let folder: string
let time = 0
const clock: Clock = { now: () => 0, monotonic: () => time }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-log-'))
  time = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function lines(name: string): Record<string, unknown>[] {
  const text = readFileSync(join(folder, name), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

it('writes one JSON object per line, with the names and fields of its children', () => {
  const log = createLogger(logFile({ folder, name: 'main', clock }), { clock })
  log.child('chat', { answer: 'a1' }).child('generation').warn('late', { milliseconds: 7, answer: 'a2' })
  log.debug('not at this level')
  log.close()
  expect(lines('main.log')).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      from: 'chat.generation',
      message: 'late',
      answer: 'a2',
      milliseconds: 7,
    },
  ])
})

it('keeps a line a line, whatever a field holds', () => {
  const log = createLogger(logFile({ folder, name: 'main', clock }), { clock })
  const hostile = 'a\nb\u001b[31m\u0085\u2028\u202e\u200b\u007f"\\'
  log.info('x', { name: hostile, time: 'forged' })
  log.close()
  const raw = readFileSync(join(folder, 'main.log'), 'utf8')
  expect(Array.from(raw.slice(0, -1)).filter((character) => character < ' ' || character > '~')).toEqual([])
  expect(lines('main.log')[0]).toMatchObject({ name: hostile, time: '1970-01-01T00:00:00.000Z' })
})

it('keeps as many files as it was told, none larger than it may be, all for the owner only', () => {
  const log = createLogger(logFile({ folder, name: 'main', maximumBytes: 1000, files: 3, clock }), { clock })
  for (let n = 0; n < 100; n++) log.info('line', { n })
  log.close()
  const files = readdirSync(folder).sort()
  expect(files).toEqual(['main.1.log', 'main.2.log', 'main.log'])
  for (const file of files) {
    const { size, mode } = statSync(join(folder, file))
    expect(size).toBeLessThanOrEqual(1000)
    if (process.platform !== 'win32') expect(mode & 0o077).toBe(0)
  }
  expect(lines('main.log').at(-1)).toMatchObject({ n: 99 })
})

it('goes on without a file, and says how much was lost when there is one again', () => {
  const later = join(folder, 'later')
  const log = createLogger(logFile({ folder: later, name: 'main', clock }), { clock })
  log.info('lost')
  log.info('lost as well')
  mkdirSync(later)
  log.info('not tried again so soon')
  time = 61_000
  log.info('kept')
  log.close()
  const text = readFileSync(join(later, 'main.log'), 'utf8')
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { message: string }).message),
  ).toEqual(['log lines lost', 'kept'])
  expect(text).toContain('"lines":3')
})

it('names the code of a known error and the stack of an unknown one', () => {
  expect(errorFields(new RoostError('disk_full', { reason: 'full' }))).toEqual({
    code: 'disk_full',
    reason: 'full',
  })
  expect(errorFields(new TypeError('x')).stack).toContain('log.test.ts')
  const reason = 'there is no file /home/ann/private things/model.gguf here'
  expect(errorFields(new RoostError('file_missing', { reason })).reason).toBe(
    'there is no file …/model.gguf here',
  )
  expect(errorFields('text')).toEqual({ code: 'internal', thrown: 'string' })
})
