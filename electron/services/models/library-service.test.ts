// Places, folders, checks and deletion: no file is lost that is not ours, and what changed on the disk is said.
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestRooms } from '../../../tests/application/test-model-rooms.ts'

let test: TestRooms
beforeEach(async () => {
  test = await TestRooms.open()
})
afterEach(() => test.destroy())

const names = async (): Promise<string[]> => (await test.listed()).map(({ model }) => model.fileName).sort()

describe('folders', () => {
  it('are looked through below, behind links and under any name, once each', async () => {
    test.place('模型 盘/RWKV 7/一.gguf')
    test.place('模型 盘/two words.pth')
    test.place('elsewhere/three.safetensors')
    test.place('模型 盘/.hidden/four.gguf')
    test.place('模型 盘/notes.txt')
    symlinkSync(join(test.root, 'elsewhere'), join(test.root, '模型 盘', 'link'))
    // A circle.
    symlinkSync(join(test.root, '模型 盘'), join(test.root, 'elsewhere', 'back'))
    symlinkSync(join(test.root, 'nowhere.gguf'), join(test.root, '模型 盘', 'broken.gguf'))
    const folder = await test.rooms.service.addFolder(join(test.root, '模型 盘'))
    expect(await names()).toEqual(['three.safetensors', 'two words.pth', '一.gguf'])
    expect(folder).toMatchObject({ own: false, present: true })
    const { folders } = await test.rooms.service.list()
    expect(folders.map(({ own, models }) => [own, models])).toEqual([
      [true, 0],
      [false, 3],
    ])
  })

  it('that are gone keep their models on the list as absent, also over a restart, and give them back', async () => {
    test.place('drive/a.gguf')
    await test.rooms.service.addFolder(join(test.root, 'drive'))
    const { model } = await test.named('a.gguf')
    renameSync(join(test.root, 'drive'), join(test.root, 'unplugged'))
    await test.restart()
    const absent = await test.named('a.gguf')
    expect(absent.model).toMatchObject({ id: model.id, available: false })
    expect(absent.places).toEqual([expect.objectContaining({ present: false })])
    expect((await test.rooms.service.list()).folders[1]).toMatchObject({ present: false })
    await expect(test.rooms.library.load(model.id)).rejects.toMatchObject({ code: 'file_missing' })
    renameSync(join(test.root, 'unplugged'), join(test.root, 'drive'))
    expect((await test.named('a.gguf')).model).toMatchObject({ id: model.id, available: true })
  })

  it('drop a file that was deleted while the folder is there', async () => {
    const path = test.place('drive/a.gguf')
    await test.rooms.service.addFolder(join(test.root, 'drive'))
    expect(await names()).toEqual(['a.gguf'])
    renameSync(path, join(test.root, 'moved'))
    expect(await names()).toEqual([])
  })

  it('leave the list with their models, and no file is touched', async () => {
    const path = test.place('drive/a.gguf')
    const folder = await test.rooms.service.addFolder(join(test.root, 'drive'))
    await test.listed()
    await test.rooms.service.removeFolder(folder.id)
    expect(await names()).toEqual([])
    expect(existsSync(path)).toBe(true)
    await expect(test.rooms.service.removeFolder(folder.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that are not there cannot be added', async () => {
    await expect(test.rooms.service.addFolder(join(test.root, 'nowhere'))).rejects.toMatchObject({
      code: 'file_missing',
    })
  })
})

describe('equal content', () => {
  it('is one model with both places, and the one that is there counts', async () => {
    const own = test.place('models/a.gguf', 'same')
    const other = test.place('drive/copy of a.gguf', 'same')
    test.descriptions[own] = { fingerprint: 'f00d' }
    test.descriptions[other] = { fingerprint: 'f00d' }
    await test.rooms.service.addFolder(join(test.root, 'drive'))
    const both = await test.listed()
    expect(both).toHaveLength(1)
    expect(both[0]?.places.map(({ own: ours, present }) => [ours, present])).toEqual([
      [true, true],
      [false, true],
    ])
    expect(both[0]?.model.fileName).toBe('a.gguf')
    renameSync(own, join(test.root, 'gone'))
    expect((await test.listed()).map(({ model }) => [model.fileName, model.available])).toEqual([
      ['copy of a.gguf', true],
    ])
  })

  it('of another size or format is another model', async () => {
    const one = test.place('models/a.gguf', 'same')
    const two = test.place('models/b.gguf', 'longer')
    test.descriptions[one] = { fingerprint: 'f00d' }
    test.descriptions[two] = { fingerprint: 'f00d' }
    expect(await names()).toEqual(['a.gguf', 'b.gguf'])
  })
})

describe('deleting', () => {
  it("deletes what lies in Roost's own folder, and only takes the rest off the list, for good", async () => {
    const own = test.place('models/a.gguf', 'same')
    const other = test.place('drive/a.gguf', 'same')
    test.descriptions[own] = { fingerprint: 'f00d' }
    test.descriptions[other] = { fingerprint: 'f00d' }
    await test.rooms.service.addFolder(join(test.root, 'drive'))
    const [before] = await test.listed()
    expect(before?.deletableBytes).toBe(4)
    await test.rooms.service.delete(before!.model.id)
    expect([existsSync(own), existsSync(other)]).toEqual([false, true])
    expect(await names()).toEqual([])
    // Whoever opens it again has it again.
    await test.rooms.library.add(other)
    expect(await names()).toEqual(['a.gguf'])
  })

  it('does not follow a link out of the folder', async () => {
    const outside = test.place('precious/a.gguf')
    symlinkSync(join(test.root, 'precious'), join(test.folders.models, 'link'))
    const { model } = await test.named('a.gguf')
    await test.rooms.service.delete(model.id)
    expect(existsSync(outside)).toBe(true)
    expect(await names()).toEqual([])
    const direct = test.place('precious/b.gguf')
    symlinkSync(direct, join(test.folders.models, 'b.gguf'))
    await test.rooms.service.delete((await test.named('b.gguf')).model.id)
    expect(existsSync(direct)).toBe(true)
    expect(readdirSync(test.folders.models)).toEqual(['link'])
  })

  it('unloads the model first', async () => {
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    await test.rooms.library.ensureLoaded(model.id)
    await test.rooms.service.delete(model.id)
    expect(test.engine.openModels).toBe(0)
    expect(test.rooms.library.state()).toEqual({ phase: 'none' })
  })
})

describe('verifying', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

  it('compares with the hash that was taken when the file was first seen', async () => {
    const path = test.place('models/a.gguf', 'as it was')
    const { model } = await test.named('a.gguf')
    await test.until(async () => (await test.named('a.gguf')).content === 'recorded', 'the first hash')
    expect((await test.named('a.gguf')).sha256).toBe(sha256('as it was'))
    expect((await test.ended(test.rooms.service.verify(model.id))).phase).toBe('done')
    writeFileSync(path, 'as it wos') // the same length
    const job = await test.ended(test.rooms.service.verify(model.id))
    expect(job).toMatchObject({ phase: 'failed', error: { code: 'content_changed' } })
    expect((await test.named('a.gguf')).content).toBe('changed')
    writeFileSync(path, 'as it was')
    expect((await test.ended(test.rooms.service.verify(model.id))).phase).toBe('done')
    expect((await test.named('a.gguf')).content).toBe('recorded')
  })

  it('holds a download to its published hash', async () => {
    const path = test.place('models/a.gguf', 'as published')
    const id = await test.rooms.service.adopt(path, sha256('as published'), true)
    expect((await test.named('a.gguf')).content).toBe('published')
    expect((await test.ended(test.rooms.service.verify(id))).phase).toBe('done')
    writeFileSync(path, 'as pubLished')
    expect(await test.ended(test.rooms.service.verify(id))).toMatchObject({
      phase: 'failed',
      error: { code: 'content_changed', detail: { published: true } },
    })
  })

  it('says at first sight that a file is not the published one of its name and size', async () => {
    test.published = (name, bytes) => (name === 'a.gguf' && bytes === 5 ? sha256('right') : null)
    test.place('models/a.gguf', 'wrong')
    await test.until(async () => (await test.named('a.gguf')).content === 'changed', 'the verdict')
  })

  it('can be cancelled, works on one thing at a time, and its row can be dismissed', async () => {
    test.place('models/a.gguf', 'x'.repeat(40_000_000))
    const { model } = await test.named('a.gguf')
    const job = test.rooms.service.verify(model.id)
    expect(() => test.rooms.service.verify(model.id)).toThrow(expect.objectContaining({ code: 'busy' }))
    test.rooms.service.jobs.cancel(job.id)
    expect((await test.ended(job)).phase).toBe('cancelled')
    test.rooms.service.jobs.dismiss(job.id)
    expect(test.rooms.service.jobs.list()).toEqual([])
  })
})

describe('converting', () => {
  it("writes a new model into Roost's folder, with how it compares, and leaves the old one", async () => {
    const path = test.place('drive/rwkv7-F16.pth')
    await test.rooms.service.addFolder(join(test.root, 'drive'))
    const { model } = await test.named('rwkv7-F16.pth')
    const job = await test.ended(test.rooms.service.convert(model.id, 'q8_0'))
    expect(job).toMatchObject({ phase: 'done', result: { fileName: 'rwkv7-Q8_0.gguf', target: 'q8_0' } })
    expect(existsSync(path)).toBe(true)
    const made = await test.named('rwkv7-Q8_0.gguf')
    expect(made.model.id).toBe(job.result?.model)
    expect(made.deletableBytes).not.toBeNull()
    // A second one does not write over the first.
    const again = await test.ended(test.rooms.service.convert(model.id, 'q8_0'))
    expect(again.result?.fileName).toBe('rwkv7-Q8_0-2.gguf')
  })

  it('that fails says why and leaves nothing behind', async () => {
    test.place('models/a.gguf')
    const { model } = await test.named('a.gguf')
    test.engine.failNext('convertModel', 'disk_full')
    expect(await test.ended(test.rooms.service.convert(model.id, 'q4_0'))).toMatchObject({
      phase: 'failed',
      error: { code: 'disk_full' },
    })
    expect(readdirSync(test.folders.models)).toEqual(['a.gguf'])
  })
})

describe('how a model is loaded', () => {
  it('is remembered for each, and the label follows', async () => {
    const path = test.place('models/a.gguf', 'x'.repeat(2_000))
    test.descriptions[path] = { parameters: 1_000, layers: 2, width: 4, vocabulary: 10 }
    const { model, fit } = await test.named('a.gguf')
    await test.rooms.service.setWeights(model.id, 'q8')
    await test.restart()
    const after = await test.named('a.gguf')
    expect(after.weights).toBe('q8')
    expect(after.fit.memoryBytes).toBeLessThan(fit.memoryBytes)
    await test.rooms.library.ensureLoaded(model.id)
    expect(test.engine.loadOptions?.weights).toBe('q8')
  })
})

it('a folder that cannot be read is no fault of the others', async () => {
  mkdirSync(join(test.root, 'drive'))
  test.place('models/a.gguf')
  await test.rooms.service.addFolder(join(test.root, 'drive'))
  renameSync(join(test.root, 'drive'), join(test.root, 'x'))
  writeFileSync(join(test.root, 'drive'), 'a file now')
  expect(await names()).toEqual(['a.gguf'])
})
