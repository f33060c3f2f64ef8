// Downloads of the real application, ended by SIGKILL at any moment, again and again, and on a disk that fills up. The hub
// lives here, outside of the victim, and counts what it handed to its sockets. ROOST_DOWNLOAD_KILLS sets the number of kills
// and ROOST_DOWNLOAD_BYTES the size of the file, which is the same for any number of kills: a night's run takes 100 kills of
// 382195690 bytes, the smallest checkpoint in the catalogue. ROOST_SEED sets the moments.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Download } from '../../electron/contract/download-entities.ts'
import { fixture, makeHome, root } from '../e2e/roost.ts'
import type { Home } from '../e2e/roost.ts'
import { seeded, TestHub } from '../hub/hub.ts'
import { startHeadless } from './headless-client.ts'
import type { Client } from './headless-client.ts'

const kills = Number(process.env.ROOST_DOWNLOAD_KILLS ?? 3)
const fileBytes = Number(process.env.ROOST_DOWNLOAD_BYTES ?? 32 * 1024 * 1024)
/** What a kill may cost: 100 of them are 2 % of the smallest checkpoint. The first one meets a download at full speed. */
const lostByKill = 76_000
const lostByFirstKill = 1_000_000
const repository = 'someone/model'
const name = 'padded.gguf'

let home: Home
let hub: TestHub
let client: Client | null = null

afterEach(async () => {
  await client?.kill()
  client = null
  await hub.close()
  home.remove()
})

/** A model that the engine takes, made large by what no tensor uses: the place before the data may be any multiple of the
 *  alignment. Here it simply follows at the end, where nothing is read. */
function largeModel(bytes: number): Buffer {
  const model = readFileSync(fixture('rwkv7-l3-c128-f16.gguf'))
  const padding = Buffer.alloc(Math.max(0, bytes - model.length))
  for (let i = 0; i + 4 <= padding.length; i += 4) padding.writeUInt32LE((i * 2654435761) >>> 0, i)
  return Buffer.concat([model, padding])
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Client> {
  client = await startHeadless(['--data', home.data, '--hub', hub.address], environment)
  return client
}

async function begin(client: Client): Promise<string> {
  const entry = await client.ask('catalogue.lookUp', { repository })
  const bytes = entry.files[0]?.bytes ?? null
  return (await client.ask('downloads.begin', { entry: entry.id, file: name, bytes })).id
}

const one = async (client: Client): Promise<Download | undefined> =>
  (await client.ask('downloads.list', {})).at(-1)

const inModels = (): string[] =>
  readdirSync(join(home.data, 'models')).filter((found) => !found.startsWith('.'))

it(
  `${kills} kills at random places of ${fileBytes} bytes: goes on by itself, the right file arrives, little is fetched twice`,
  { timeout: 240_000 + kills * 20_000 },
  async () => {
    home = makeHome()
    const rate = 1_500_000 // of each of four connections: quick for a network, and slow beside a disk
    hub = await TestHub.open({ forward: true, bytesPerSecond: rate })
    const file = hub.put(repository, name, largeModel(fileBytes))
    const random = seeded(Number(process.env.ROOST_SEED ?? 1))
    const places = Array.from({ length: kills }, () => random() * 0.98 * fileBytes).sort((a, b) => a - b)
    let running = await start()
    const id = await begin(running)
    for (const place of places) {
      const before = hub.sentBytes
      const arrived = (): boolean => hub.sentBytes > Math.max(before, place)
      await expect.poll(arrived, { timeout: 120_000, interval: 5 }).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, random() * 40))
      expect(inModels()).toEqual([])
      await running.kill()
      running = await start()
      expect((await one(running))?.id).toBe(id)
    }
    hub.options = { forward: true }
    await expect
      .poll(async () => ['finished', 'paused'].includes((await one(running))?.state ?? ''), {
        timeout: 120_000,
      })
      .toBe(true)
    expect(await one(running)).toMatchObject({ state: 'finished', error: null })
    const path = join(home.data, 'models', name)
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(file.sha256)
    expect(readdirSync(join(home.data, 'models', '.downloads'))).toEqual([])
    const twice = hub.sentBytes - file.content.length
    const share = ((twice / file.content.length) * 100).toFixed(3)
    process.stderr.write(
      `${kills} kills, ${file.content.length} bytes, ${twice} of them fetched twice (${share} %)\n`,
    )
    expect(twice).toBeLessThan(kills === 0 ? 1 : lostByFirstKill + (kills - 1) * lostByKill)
    if (kills >= 100) expect(twice).toBeLessThan(0.02 * file.content.length)
  },
)

it.skipIf(process.platform !== 'linux')(
  'a disk that fills up: stops with a sentence, keeps what is there, and goes on when there is room',
  { timeout: 120_000 },
  async () => {
    home = makeHome()
    hub = await TestHub.open({ bytesPerSecond: 600_000 })
    const file = hub.put(repository, name, largeModel(12 * 1024 * 1024))
    const shim = join(home.folder, 'full_disk.so')
    execFileSync('cc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      shim,
      join(root, 'tests/faults/full_disk.c'),
      '-ldl',
    ])
    const mark = join(home.folder, 'disk-is-full')
    const running = await start({
      LD_PRELOAD: shim,
      ROOST_FULL_DISK_MARK: mark,
      // The conversations lie elsewhere: only the downloads find no room.
      ROOST_FULL_DISK_FOLDER: join(home.data, 'models'),
    })
    const id = await begin(running)
    await expect
      .poll(async () => (await one(running))?.doneBytes ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(1e6)
    writeFileSync(mark, '')
    await expect.poll(async () => (await one(running))?.state, { timeout: 30_000 }).toBe('paused')
    const stopped = await one(running)
    expect(stopped?.error?.code).toBe('disk_space')
    expect(stopped?.doneBytes).toBeGreaterThan(1e6)
    expect(existsSync(join(home.data, 'models', name))).toBe(false)
    rmSync(mark)
    hub.options = {}
    await running.ask('downloads.resume', { download: id })
    await expect.poll(async () => (await one(running))?.state, { timeout: 60_000 }).toBe('finished')
    const path = join(home.data, 'models', name)
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(file.sha256)
    expect((hub.sentBytes - file.content.length) / file.content.length).toBeLessThan(0.02)
  },
)
