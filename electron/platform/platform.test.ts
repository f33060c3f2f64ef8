import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileAtomic } from './atomic-file.ts'
import { dataRoot, prepareDataFolders } from './paths.ts'
import { placeRunMarker } from './run-marker.ts'

/** There, the profile's access list keeps others out. */
const onWindows = process.platform === 'win32'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'roost-platform-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('the option wins over the environment, the environment over the system', () => {
  const environment = { ROOST_DATA: '/from/environment' }
  expect(dataRoot({ data: '/from/option', environment })).toBe(resolve('/from/option'))
  expect(dataRoot({ data: null, environment })).toBe(resolve('/from/environment'))
  expect(dataRoot({ data: null, environment: { ROOST_DATA: '' } })).toMatch(/roost/i)
})

it('folders are for their owner only, whatever the umask', { skip: onWindows }, () => {
  const before = process.umask(0)
  try {
    const folders = prepareDataFolders({ data: join(root, 'deep', 'data'), resources: root })
    for (const folder of [folders.root, folders.models, folders.logs, folders.backups]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
    }
  } finally {
    process.umask(before)
  }
})

it.runIf(process.platform === 'linux')(
  'refuses a data folder that the system will not make, instead of trying for ever',
  () => {
    // The parent exists, and making the folder answers ENOENT: Node's recursive mkdir never returns from this.
    expect(() => prepareDataFolders({ data: '/proc/nowhere/data', resources: root })).toThrow(
      /data folder cannot be written/,
    )
  },
)

it('refuses a data folder where a file lies', () => {
  writeFileSync(join(root, 'file'), '')
  for (const data of [join(root, 'file'), join(root, 'file', 'data')]) {
    expect(() => prepareDataFolders({ data, resources: root })).toThrow(/data folder cannot be written/)
  }
})

it('an atomic write replaces the whole file and leaves nothing beside it', () => {
  const path = join(root, 'file')
  writeFileAtomic(path, 'a much longer first content')
  writeFileAtomic(path, 'second')
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(readdirSync(root)).toEqual(['file'])
  if (!onWindows) expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(() => writeFileAtomic(join(root, 'file', 'below'), 'x')).toThrow()
  expect(readFileSync(path, 'utf8')).toBe('second')
})

it('a run that was not released is an unclean end, once', () => {
  const first = placeRunMarker(root)
  expect(first.uncleanExit).toBe(false)
  const second = placeRunMarker(root)
  expect(second.uncleanExit).toBe(true)
  second.release()
  expect(placeRunMarker(root).uncleanExit).toBe(false)
})
