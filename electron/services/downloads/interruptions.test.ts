// A download that is cut off again and again, in every place and way: the right file arrives, and almost nothing is fetched
// twice. ROOST_INTERRUPTIONS sets how many and ROOST_DOWNLOAD_BYTES the size of the file, which is the same for any number of
// them (a night's run takes 100 in 382195690 bytes, the smallest checkpoint in the catalogue), ROOST_SEED the moments. The hub
// counts what it handed to its sockets.
import { afterEach, expect, it } from 'vitest'
import { modelBytes, seeded } from '../../../tests/hub/hub.ts'
import { pieceBytesFor } from './piece-table.ts'
import { DownloadHouse, repository, wasted } from '../../../tests/application/download-house.ts'

const interruptions = Number(process.env.ROOST_INTERRUPTIONS ?? 12)
const bytes = Number(process.env.ROOST_DOWNLOAD_BYTES ?? 32 * 1024 * 1024)
const seed = Number(process.env.ROOST_SEED ?? 1)
/** 100 times that is 2 % of the smallest checkpoint. */
const lostByOne = 76_000
const name = 'interrupted.gguf'

let house: DownloadHouse
afterEach(() => house.destroy())

it(
  `${interruptions} connections drop at random places: little is fetched twice`,
  { timeout: 60_000 + interruptions * 3_000 },
  async () => {
    house = await DownloadHouse.open({
      hubOptions: { forward: true, bytesPerSecond: 6_000_000 },
      tuning: { pieceBytes: pieceBytesFor, connections: 4 },
    })
    const file = house.hub.put(repository, name, modelBytes(bytes, seed))
    const random = seeded(seed)
    let dropped = 0
    house.hub.mischief = ({ first, last, probe }) => {
      if (probe || dropped >= interruptions || random() < 0.1) return null
      dropped += 1
      // So many that the file has room for all of them.
      return {
        kind: 'drop',
        after: Math.floor(random() * Math.min(last - first, (1.5 * bytes) / interruptions)),
      }
    }
    const { id } = await house.begin(name)
    const settled = await house.settled(id, 50 + interruptions * 3)
    expect(settled.state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
    expect(dropped).toBe(interruptions)
    report(`${dropped} drops`, wasted(house.hub, file))
  },
)

it(
  `${interruptions} times paused, or ended and started again, at random places: little is fetched twice`,
  { timeout: 60_000 + interruptions * 3_000 },
  async () => {
    const options = { tuning: { pieceBytes: pieceBytesFor, connections: 4 } }
    house = await DownloadHouse.open({ ...options, hubOptions: { bytesPerSecond: 2_000_000 } })
    const file = house.hub.put(repository, name, modelBytes(bytes, seed + 1))
    const random = seeded(seed + 1)
    const { id } = await house.begin(name)
    const places = Array.from({ length: interruptions }, () => random() * 0.98 * bytes).sort((a, b) => a - b)
    for (const place of places) {
      await house.until(() => house.hub.sentBytes > place, 120)
      await new Promise((resolve) => setTimeout(resolve, random() * 40))
      if (random() < 0.7) {
        await house.downloads.service.pause(id)
        expect(house.one(id).state).toBe('paused')
        await house.downloads.service.resume(id)
      } else house = await house.restart(options) // goes on by itself
    }
    house.hub.options = { bytesPerSecond: null }
    const settled = await house.settled(id, 60)
    expect(settled.state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
    report(`${interruptions} ends`, wasted(house.hub, file))
  },
)

/** `share`: of the whole file. */
function report(what: string, share: number): void {
  process.stderr.write(`${what}, ${bytes} bytes, ${(share * 100).toFixed(3)} % fetched twice\n`)
  expect(share * bytes).toBeLessThan(interruptions * lostByOne)
  if (interruptions >= 100) expect(share).toBeLessThan(0.02)
}
