// npm start and what it promises to programs that start it: one line on standard output, an end on a signal, one sentence
// where it cannot start.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { doors, makeHome, root, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { composer } from './window.ts'

interface Ended {
  status: number | null
  output: string
  complaints: string
  /** From the signal to the end, in milliseconds. */
  ms: number
}

/** Runs the start script; sends the signal as soon as `until` appears on standard output. */
function start(words: string[], until?: RegExp, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const script = join(root, 'electron/launch/start.mjs')
    const child = spawn(process.execPath, [script, '--headless', '--no-open', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [output, complaints, began] = ['', '', 0]
    child.stderr.on('data', (data) => (complaints += String(data)))
    child.stdout.on('data', (data) => {
      output += String(data)
      if (until?.test(output) !== true || began > 0) return
      began = performance.now()
      child.kill(signal)
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output, complaints, ms: performance.now() - began }))
  })
}

describe.runIf(doors.includes('headless') && process.platform !== 'win32')('npm start', () => {
  let home: Home | null = null
  afterEach(() => home?.remove())

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says where Roost is, in one line, and ends within two seconds on %s',
    async (signal) => {
      home = makeHome()
      const { status, output, ms } = await start(['--data', home.data], /\n/, signal)
      expect(output).toMatch(/^Roost ready: http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/)
      expect(status).toBe(0)
      expect(ms).toBeLessThan(2_000)
    },
  )

  it('takes the port that it is given, and says so in a sentence when that is in use', async () => {
    home = makeHome()
    const other = makeHome()
    const first = await startRoost('headless', { home })
    const port = new URL(first.page.url()).port
    const { status, complaints, output } = await start(['--data', other.data, '--port', port])
    await first.kill()
    other.remove()
    expect([status, output]).toEqual([1, ''])
    expect(complaints.trim().split('\n').at(-1)).toBe(
      `Port ${port} is in use; choose another one with --port.`,
    )
  })

  it.each([
    [['--colour'], /Unknown option '--colour'/, 2],
    [['--port', 'many'], /--port takes a number/, 2],
    // A file where the folder should be.
    [['--data', join(root, 'package.json', 'data')], /data folder cannot be written/, 1],
  ])('refuses %s with a sentence', async (words, sentence, status) => {
    const ended = await start(words)
    expect(ended.status).toBe(status)
    expect(ended.complaints).toMatch(sentence)
    expect(ended.complaints).not.toMatch(/^\s+at /m)
  })
})

describe.each(doors)(
  'a second Roost on the same data folder, with the first behind the door "%s"',
  (door) => {
    let home: Home
    let first: Roost

    afterEach(async () => {
      await first.kill()
      home.remove()
    })

    it('ends with one sentence, and the first one goes on', async () => {
      home = makeHome()
      first = await startRoost(door, { home })
      await composer(first.page).waitFor()
      const { status, output, complaints } = await start(['--data', home.data])
      expect([status, output]).toEqual([1, ''])
      expect(complaints.trim().split('\n').at(-1)).toMatch(/^Another Roost is using this data folder\.$/)
      await composer(first.page).fill('still here')
    })

    it.runIf(door === 'electron-double')('shows the window of the first where both have one', async () => {
      home = makeHome()
      first = await startRoost(door, { home })
      await composer(first.page).waitFor()
      await expect(startRoost(door, { home })).rejects.toThrow(/ended with 0/)
      first.tell({ kind: 'second-instance' })
      await composer(first.page).fill('still here')
    })

    it.runIf(door === 'headless' && doors.includes('electron-double'))(
      'says why in a dialog where only the second has a window',
      async () => {
        home = makeHome()
        first = await startRoost(door, { home })
        await expect(startRoost('electron-double', { home })).rejects.toThrow(
          /ended with 1: Roost: Another Roost is using this data folder\./,
        )
      },
    )
  },
)
