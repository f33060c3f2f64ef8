// node tests/bench/launch.mjs [--runs 7]
// How long a person waits after starting Roost on a machine that has never seen it: from the start of the process to the
// page being served, to the starter model being ready, and to the first word of the answer to "Hello, what can you do?",
// asked the moment the model is ready. The application as built (npm run build), headless host, a new data folder each time.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } })

/**
 * Milliseconds since the process was started.
 * @typedef {{ served: number, ready: number, firstWord: number }} Launch
 */

/** @returns {Promise<Launch>} */
async function launch() {
  const data = mkdtempSync(join(tmpdir(), 'roost-launch-'))
  const began = performance.now()
  const since = () => performance.now() - began
  const child = spawn(process.execPath, [join(root, 'dist/main/headless.js'), '--no-open', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const address = await addressOf(child)
    const served = since()
    const opened = await fetch(address, { redirect: 'manual' })
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    const { origin } = new URL(address)

    /** @param {string} name @param {unknown} input */
    const call = async (name, input) => {
      const headers = { 'content-type': 'application/json', cookie }
      const body = JSON.stringify(input)
      const reply = await (await fetch(`${origin}/call/${name}`, { method: 'POST', headers, body })).json()
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`)
      return reply.value
    }
    const events = eventsOf(await fetch(`${origin}/events`, { headers: { cookie } }))
    let ready = (await call('engine.state', {})).phase === 'ready'
    while (!ready) {
      const { name, payload } = await next(events)
      ready = name === 'engine.changed' && payload.state.phase === 'ready'
    }
    const readyAt = since()
    const ids = { conversation: randomUUID(), question: randomUUID(), answer: randomUUID() }
    const text = 'Hello, what can you do?'
    await call('chat.send', { ...ids, parent: null, text, thinking: null, beginning: '' })
    for (;;) {
      const { name, payload } = await next(events)
      if (name === 'answer.delta' && payload.text.trim() !== '')
        return { served, ready: readyAt, firstWord: since() }
    }
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (piece) => {
      output += String(piece)
      const ready = /^Roost ready: (\S+)$/m.exec(output)
      if (ready?.[1] !== undefined) resolve(ready[1])
    })
    child.once('exit', (code) => reject(new Error(`Roost ended with ${code}`)))
  })
}

/** @param {Response} response @returns {AsyncGenerator<{ name: string, payload: any }>} */
async function* eventsOf(response) {
  if (response.body === null) throw new Error('no stream of events')
  let text = ''
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      // The stream begins with an event without data: whoever listens asks for everything anew.
      if (data !== undefined && data !== '') yield JSON.parse(data)
    }
  }
}

/** @template T @param {AsyncGenerator<T>} stream @returns {Promise<T>} */
async function next(stream) {
  const { value, done } = await stream.next()
  if (done) throw new Error('the stream of events ended')
  return value
}

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const launches = []
for (let run = 0; run < Number(values.runs); run += 1) launches.push(await launch())
process.stdout.write('| from the start of the process to | median | slowest |\n| --- | --- | --- |\n')
for (const [what, key] of /** @type {[string, keyof Launch][]} */ ([
  ['the page being served', 'served'],
  ['the starter model being ready', 'ready'],
  ['the first word of its answer', 'firstWord'],
])) {
  const times = launches.map((one) => one[key])
  process.stdout.write(`| ${what} | ${median(times).toFixed(0)} ms | ${Math.max(...times).toFixed(0)} ms |\n`)
}
