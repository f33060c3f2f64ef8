// A download that is cut off again and again, in every place and way: the right file arrives, and almost nothing is fetched
// twice. ROOST_INTERRUPTIONS sets how many (a night's run takes 100), ROOST_SEED the moments. The hub counts what it sent.
import { afterEach, expect, it } from 'vitest'
import { modelBytes, seeded } from '../../../tests/hub/hub.ts'
import { pieceBytesFor } from './piece-table.ts'
import { DownloadHouse, repository, wasted } from '../../../tests/application/download-house.ts'

const interruptions = Number(process.env.ROOST_INTERRUPTIONS ?? 12)
const seed = Number(process.env.ROOST_SEED ?? 1)
const name = 'interrupted.gguf'

let house: DownloadHouse
afterEach(() => house.destroy())

it(
  `${interruptions} connections drop at random places: under 2 % fetched twice`,
  { timeout: 60_000 + interruptions * 3_000 },
  async () => {
    house = await DownloadHouse.open({
      hubOptions: { forward: true, bytesPerSecond: 6_000_000 },
      tuning: { pieceBytes: pieceBytesFor, connections: 4 },
    })
    const bytes = (16 + interruptions) * 1024 * 1024
    const file = house.hub.put(repository, name, modelBytes(bytes, seed))
    const random = seeded(seed)
    let dropped = 0
    house.hub.mischief = ({ first, last, probe }) => {
      if (probe || dropped >= interruptions || random() < 0.1) return null
      dropped += 1
      return { kind: 'drop', after: Math.floor(random() ** 2 * (last - first)) }
    }
    const { id } = await house.begin(name)
    const settled = await house.settled(id, 50 + interruptions * 3)
    expect(settled.state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
    expect(dropped).toBe(interruptions)
    const twice = wasted(house.hub, file)
    process.stderr.write(`${dropped} drops, ${bytes} bytes, ${(twice * 100).toFixed(3)} % fetched twice\n`)
    expect(twice).toBeLessThan(0.02)
  },
)

it(
  `${interruptions} times paused, or ended and started again, at random moments: under 2 % fetched twice`,
  { timeout: 60_000 + interruptions * 3_000 },
  async () => {
    const bytes = (16 + interruptions * 3) * 1024 * 1024
    const options = { tuning: { pieceBytes: pieceBytesFor, connections: 4 } }
    house = await DownloadHouse.open({ ...options, hubOptions: { bytesPerSecond: 2_000_000 } })
    const file = house.hub.put(repository, name, modelBytes(bytes, seed + 1))
    const random = seeded(seed + 1)
    const { id } = await house.begin(name)
    let done = 0
    for (; done < interruptions && house.one(id).state !== 'finished'; done += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 200))
      if (random() < 0.7) {
        await house.downloads.service.pause(id)
        expect(['paused', 'finished']).toContain(house.one(id).state)
        await house.downloads.service.resume(id)
      } else house = await house.restart(options) // goes on by itself
    }
    house.hub.options = { bytesPerSecond: null }
    const settled = await house.settled(id, 60)
    expect(settled.state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
    const twice = wasted(house.hub, file)
    process.stderr.write(`${done} ends, ${bytes} bytes, ${(twice * 100).toFixed(3)} % fetched twice\n`)
    expect(done).toBe(interruptions)
    expect(twice).toBeLessThan(0.02)
  },
)
