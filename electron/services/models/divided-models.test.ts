// Models in several .safetensors files are one model, under the name of their index: none of their parts is taken for a model,
// and a changed, missing or deleted part is one of the whole.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestRooms } from '../../../tests/application/test-model-rooms.ts'
import { partsOf } from '../../engine/divided-model.ts'
import { FolderBrowser, fileFacts } from './model-files.ts'

let test: TestRooms
beforeEach(async () => {
  test = await TestRooms.open()
})
afterEach(() => test.destroy())

const index = 'model.safetensors.index.json'
const parts = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const
const content = JSON.stringify({ weight_map: { b: parts[1], a: parts[0], c: parts[0] } })

/** In Roost's own folder: 100 and 50 bytes beside an index. */
function place(folder: string): string {
  test.place(`${folder}/${parts[0]}`, 'x'.repeat(100))
  test.place(`${folder}/${parts[1]}`, 'y'.repeat(50))
  return test.place(`${folder}/${index}`, content)
}

it('lists the index as the model, with the bytes of its parts, and no part by itself', async () => {
  const path = place('models/divided')
  test.place('models/alone/model-00001-of-00002.safetensors')
  const listed = await test.listed()
  expect(listed.map(({ model }) => model.fileName).sort()).toEqual([parts[0], index])
  expect((await test.named(index)).model.fileBytes).toBe(150)
  const browser = new FolderBrowser(dirname(path))
  expect((await browser.list(null)).entries.map(({ name }) => name)).toEqual([index])
})

it('notices a part that was changed, and one that is not there', async () => {
  const path = place('models/divided')
  const { model } = await test.named(index)
  await test.until(async () => (await test.named(index)).content === 'recorded', 'the hash')
  const before = await fileFacts(path)
  // Of equal size: only reading all of it tells.
  writeFileSync(join(path, '..', parts[1]), 'z'.repeat(50))
  expect((await fileFacts(path))?.bytes).toBe(before?.bytes)
  const job = await test.ended(test.rooms.service.verify(model.id))
  expect(job).toMatchObject({ phase: 'failed', error: { code: 'content_changed' } })
  renameSync(join(path, '..', parts[0]), join(test.root, 'elsewhere'))
  expect(await fileFacts(path)).toBeNull()
})

it('deletes the parts with the index', async () => {
  const path = place('models/divided')
  const { model } = await test.named(index)
  await test.rooms.service.delete(model.id)
  for (const name of [index, ...parts]) expect(existsSync(join(path, '..', name))).toBe(false)
})

it('follows no name out of the folder', async () => {
  for (const name of ['../a.safetensors', '/etc/a.safetensors', 'c:\\a.safetensors', 'passwd', '..']) {
    const path = test.place(`models/divided/${index}`, JSON.stringify({ weight_map: { a: name } }))
    expect(await partsOf(path)).toEqual([])
  }
  for (const bad of ['', '{', '[]', '{"weight_map":{"a":1}}', '{"weight_map":[]}']) {
    expect(await partsOf(test.place(`models/divided/${index}`, bad))).toEqual([])
  }
  expect(await partsOf(test.place('models/plain.json', content))).toEqual([])
})
