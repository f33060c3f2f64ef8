// node tests/bench/window.mjs [--only open,stream,...] [--repeat 7] [--trace FOLDER]
// What a person waits for in the window, measured in Chromium against the application as built (npm run build): headless
// host, real storage, real engine. The conversations are made by the generator of the tests. Prints a Markdown table: the
// goals of the product beside median and 95th percentile; ends with 1 when a goal is missed. --trace keeps a Chromium trace
// of every part, for chrome://tracing.
//
// The model is the small one of the tests with the end of an answer taken out, so that answers are as long as they are
// asked to be; it writes faster than any model that a person would use. The parts "stream" and "stop" are measured a second
// time with its layers repeated --layers times, by default so that it writes some 200 tokens/s, which is what the goals
// of streaming speak of.
/* global document, requestAnimationFrame, HTMLElement, DataTransfer, ClipboardEvent */
import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import { fillStorage, generatedConversation, generatedText } from '../application/generated-conversations.ts'
import { seededRandom } from '../application/seeded-random.ts'
import { deepModel } from '../e2e/deep-model.ts'
import { endlessModel } from '../e2e/endless-model.ts'
import { fixture, makeHome, startRoost } from '../e2e/roost.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    repeat: { type: 'string', default: '7' },
    trace: { type: 'string' },
    layers: { type: 'string', default: '96' },
  },
})
const repeat = Number(values.repeat)

/** @type {{ id: string, what: string, goal: number, unit: string, values: number[] }[]} */
const rows = []
/** @param {string} id @param {string} what @param {number} goal @param {string} unit @param {number[]} measured */
function row(id, what, goal, unit, measured) {
  rows.push({ id, what, goal, unit, values: measured })
  process.stderr.write(`${id} ${what}: ${measured.map((value) => value.toFixed(1)).join(' ')} ${unit}\n`)
}

const random = seededRandom(1)
const home = makeHome()
const model = join(home.folder, 'endless.gguf')
writeFileSync(model, endlessModel(fixture('rwkv7-l3-c128-f16.gguf')))
const slowModel = join(home.folder, 'slow.gguf')
writeFileSync(slowModel, deepModel(readFileSync(model), Number(values.layers)))
let used = model
await fill()
let roost = await start()

/** @typedef {import('playwright-core').Page} Page */

async function fill() {
  const folders = prepareDataFolders({ data: home.data, resources: home.folder })
  const storage = await openStorage({ folders, log: silentLogger })
  const now = Date.now()
  const made = Array.from({ length: 197 }, (_, index) =>
    generatedConversation(random, { messages: 20, updatedAt: now - (300 - index) * 3_600_000 }),
  )
  made.push(
    generatedConversation(random, { title: 'Tree', messages: 500, branching: 0.5, updatedAt: now - 4000 }),
  )
  made.push(generatedConversation(random, { title: 'Ten thousand', messages: 10_000, updatedAt: now - 3000 }))
  made.push(generatedConversation(random, { title: 'Five thousand', messages: 5_000, updatedAt: now - 2000 }))
  await fillStorage(storage, made)
  await storage.write.setSettings({ firstRunDone: true, backgroundReading: false })
  await storage.close()
}

async function start() {
  const running = await startRoost('headless', { home, arguments: ['--model', used] })
  await running.page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
  await until(async () => (await call('engine.state', {}, running.page)).phase === 'ready')
  return running
}

/** @param {string} name @param {() => Promise<void>} work */
async function traced(name, work) {
  if (values.trace === undefined) return work()
  const session = await roost.page.context().newCDPSession(roost.page)
  /** @type {unknown[]} */
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  const categories = 'devtools.timeline,v8.execute,disabled-by-default-v8.cpu_profiler,blink.user_timing'
  await session.send('Tracing.start', { transferMode: 'ReportEvents', categories })
  await work()
  if (roost.page.isClosed()) return
  const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await done
  mkdirSync(values.trace, { recursive: true })
  writeFileSync(join(values.trace, `${name}.json`), JSON.stringify({ traceEvents: events }))
}

/** Runs a call of the contract in the page. @param {string} name @param {unknown} input @param {Page} [page] */
async function call(name, input, page = roost.page) {
  const reply = await page.evaluate(async ([name, input]) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`/call/${name}`, { method: 'POST', headers, body: JSON.stringify(input) })
    return response.json()
  }, /** @type {const} */ ([name, input]))
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`)
  return reply.value
}

/** @param {() => Promise<boolean>} condition */
async function until(condition, seconds = 60) {
  const end = performance.now() + seconds * 1000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const link = (/** @type {string} */ title) =>
  roost.page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: title, exact: true })

/** Lengths in milliseconds of the tasks over 50 ms that `work` let the page's thread have. @param {() => Promise<void>} work */
async function longTasks(work) {
  await roost.page.evaluate(() => {
    const seen = /** @type {number[]} */ ([])
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.push(entry.duration)
    })
    observer.observe({ type: 'longtask' })
    Object.assign(globalThis, { longTasks: { seen, observer } })
  })
  await work()
  return await roost.page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { seen, observer } = /** @type {any} */ (globalThis).longTasks
    for (const entry of observer.takeRecords()) seen.push(entry.duration)
    observer.disconnect()
    return /** @type {number[]} */ (seen)
  })
}

/**
 * The most processor time that the page's thread spent on one thing (a frame, an event, a timer, a collection) during
 * `work`: what a task costs without the time it waited for a processor that the engine was using. Milliseconds.
 * @param {() => Promise<void>} work
 */
async function ownTime(work) {
  const session = await roost.page.context().newCDPSession(roost.page)
  /** @type {{ name: string, pid: number, tid: number, tdur?: number, args: { name?: string } }[]} */
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(.../** @type {any[]} */ (value)))
  await session.send('Tracing.start', { transferMode: 'ReportEvents', categories: 'devtools.timeline,v8' })
  await work()
  const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await done
  await session.detach()
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  if (threads.size === 0) throw new Error('the recording names no thread of the page')
  const own = events.filter(({ pid, tid }) => threads.has(`${pid} ${tid}`)).map(({ tdur = 0 }) => tdur / 1000)
  return own.reduce((most, time) => Math.max(most, time), 0)
}

/** From the click to the frame in which the last message stands. @param {string} title @param {string} words */
function openingMs(title, words) {
  return roost.page.evaluate(async ([title, words]) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const links = [...document.querySelectorAll('[aria-label="Conversations"] a')]
    const found = links.find((link) => link.textContent === title || link.textContent?.includes(title ?? ''))
    if (!(found instanceof HTMLElement)) throw new Error(`no chat ${title}`)
    const began = performance.now()
    found.click()
    for (;;) {
      await frame()
      const rows = [...document.querySelectorAll('[role=log] article')]
      if (rows.at(-1)?.textContent?.includes(words ?? '')) break
      if (performance.now() - began > 20_000) throw new Error('it did not open')
    }
    // The frame that was being made is painted before the next message is taken.
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = resolve
      port2.postMessage(null)
    })
    return performance.now() - began
  }, /** @type {const} */ ([title, words]))
}

/** @param {string} title */
async function conversationOf(title) {
  const all = await call('conversations.list', {})
  const found = all.find((/** @type {{ title: string }} */ one) => one.title === title)
  return await call('conversations.open', { conversation: found.id })
}

async function openLongChats() {
  for (const [title, goal] of /** @type {const} */ ([
    ['Five thousand', 500],
    ['Ten thousand', 1000],
  ])) {
    const { messages } = await conversationOf(title)
    const words = messages.at(-1).text.slice(-30)
    const times = []
    const tasks = []
    for (let i = 0; i < repeat; i += 1) {
      // As after a start: nothing of it is in the window yet.
      await newChat()
      await roost.page.reload()
      await link(title).waitFor()
      await roost.page.waitForTimeout(300)
      tasks.push(
        Math.max(
          0,
          ...(await longTasks(async () => {
            times.push(await openingMs(title, words))
          })),
        ),
      )
    }
    row('M21', `opens a chat of ${messages.length.toLocaleString('en')} messages`, goal, 'ms', times)
    row('', 'the longest task meanwhile', 200, 'ms', tasks)
  }
}

async function memory() {
  await roost.end()
  roost = await start()
  for (const title of ['Five thousand', 'Ten thousand']) {
    await link(title).waitFor()
    await openingMs(title, (await conversationOf(title)).messages.at(-1).text.slice(-30))
  }
  row('M21', 'memory of the renderer with both open', 500, 'MB', [rendererMegabytes()])
}

/** Resident memory of the largest renderer that belongs to our browser. */
function rendererMegabytes() {
  let most = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      if (!words.includes('--type=renderer') || !isBelow(pid, process.pid)) continue
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000)
    } catch {
      // It ended meanwhile.
    }
  }
  return most
}

/** @param {string} pid @param {number} ancestor */
function isBelow(pid, ancestor) {
  for (let at = pid; Number(at) > 1;) {
    if (Number(at) === ancestor) return true
    at = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'latin1'))?.[1] ?? '0'
  }
  return false
}

async function treeOf500() {
  await openingMs('Tree', (await conversationOf('Tree')).messages.at(-1).text.slice(-30))
  await roost.page.getByRole('button', { name: 'Show side panel' }).click()
  await roost.page.getByRole('tab', { name: 'Memory' }).click()
  await roost.page
    .getByRole('tree')
    .waitFor()
    .catch(async (error) => {
      if (values.trace !== undefined) await roost.page.screenshot({ path: join(values.trace, 'tree.png') })
      throw error
    })
  const frames = await roost.page.evaluate(async () => {
    const tree = document.querySelector('[role=tree]')
    if (tree === null) throw new Error('no tree')
    const times = []
    let last = await new Promise(requestAnimationFrame)
    for (let i = 0; i < 180; i += 1) {
      tree.scrollTop = (Math.abs(90 - i) / 90) * (tree.scrollHeight - tree.clientHeight)
      const now = await new Promise(requestAnimationFrame)
      times.push(now - last)
      last = now
    }
    return times
  })
  row('S5', 'a frame while scrolling a tree of 500 messages', 17.5, 'ms', frames)
  await roost.page.getByRole('button', { name: 'Hide side panel' }).click()
}

/** @param {number} maximumTokens */
async function sampling(maximumTokens) {
  await call('settings.set', {
    sampling: { maximumTokens, temperature: 0.8, presencePenalty: 0, frequencyPenalty: 0 },
  })
}

async function newChat() {
  await roost.page.getByRole('button', { name: 'New chat' }).first().click()
}

/** @param {string} text */
async function send(text) {
  await roost.page.getByRole('textbox', { name: 'Message', exact: true }).fill(text)
  await roost.page.getByRole('button', { name: 'Send', exact: true }).click()
}

const stop = () => roost.page.getByRole('button', { name: 'Stop', exact: true })

/** @param {number} tokens of each answer */
async function streaming(tokens) {
  await sampling(tokens)
  await newChat()
  const lengths = []
  /** @type {number[]} */
  const speeds = []
  const write = async () => {
    await send('Write something long.')
    await stop().waitFor()
    await stop().waitFor({ state: 'detached', timeout: 120_000 })
  }
  for (let i = 0; i < 3; i += 1) {
    lengths.push(Math.max(0, ...(await longTasks(write))))
    const [newest] = await call('conversations.list', {})
    const { messages } = await call('conversations.open', { conversation: newest.id })
    speeds.push(messages.at(-1).figures.decodeTokensPerSecond)
  }
  const speed = Math.round(Math.min(...speeds)).toLocaleString('en')
  row('M21', `the longest task while ${speed} tokens/s arrive`, 50, 'ms', lengths)
  // One recording at a time.
  if (values.trace === undefined)
    row('', 'the most processor time of one task meanwhile', 50, 'ms', [await ownTime(write)])

  // Follow only at the end: after a turn of the wheel upwards the view stands still.
  await sampling(60_000)
  await send('And again.')
  await roost.page.waitForTimeout(500)
  await roost.page.mouse.move(640, 300)
  await roost.page.mouse.wheel(0, -300)
  await roost.page.waitForTimeout(200)
  const moved = await roost.page.evaluate(async () => {
    const log = document.querySelector('[role=log]')
    if (log === null) throw new Error('no transcript')
    const places = []
    for (let i = 0; i < 60; i += 1) {
      await new Promise(requestAnimationFrame)
      places.push(log.scrollTop)
    }
    return Math.max(...places) - Math.min(...places)
  })
  if ((await stop().count()) === 0) throw new Error('the answer ended before the view was watched')
  row('M21', 'the view moves after a turn of the wheel', 0, 'px', [moved])
  await stop().click()
  await stop().waitFor({ state: 'detached', timeout: 120_000 })
}

async function typing() {
  await openingMs('Five thousand', '')
  const box = roost.page.getByRole('textbox', { name: 'Message', exact: true })
  await box.click()
  await roost.page.evaluate(() => {
    const times = /** @type {number[]} */ ([])
    Object.assign(globalThis, { typed: times })
    document.addEventListener(
      'keydown',
      () => {
        const began = performance.now()
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => times.push(performance.now() - began)
          port2.postMessage(null)
        })
      },
      true,
    )
  })
  await box.pressSequentially('What did the keeper write about the winter?', { delay: 60 })
  const typed = await roost.page.evaluate(() => /** @type {any} */ (globalThis).typed)
  row('M21', 'from a key to the painted frame, in the chat of 5,000', 32, 'ms', typed)
  await box.fill('')

  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of what was pasted`).join('\n')
  const pasted = []
  for (let i = 0; i < repeat; i += 1) {
    pasted.push(
      await roost.page.evaluate(async (text) => {
        const box = /** @type {HTMLTextAreaElement | null} */ (document.querySelector('textarea'))
        if (box === null) throw new Error('no box')
        box.focus()
        const began = performance.now()
        const data = new DataTransfer()
        data.setData('text/plain', text)
        const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
        // What Chromium does when nobody takes the text for something else.
        if (box.dispatchEvent(event)) document.execCommand('insertText', false, text)
        await new Promise(requestAnimationFrame)
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = resolve
          port2.postMessage(null)
        })
        return performance.now() - began
      }, lines),
    )
    await box.fill('')
  }
  row('M21', 'a paste of 20,000 lines', 300, 'ms', pasted)
}

/** The same with a model as slow as one that a person would use. @param {string} name @param {() => Promise<void>} part */
async function slowly(name, part) {
  await roost.end()
  used = slowModel
  roost = await start()
  await traced(name, part)
  await roost.end()
  used = model
  roost = await start()
}

async function stopping() {
  await sampling(60_000)
  await newChat()
  const times = []
  for (let i = 0; i < repeat; i += 1) {
    await send('Talk until I stop you.')
    await stop().waitFor()
    await roost.page.waitForTimeout(100 + random.below(400))
    times.push(
      await roost.page.evaluate(async () => {
        const button = document.querySelector('button[aria-label="Stop"]')
        if (!(button instanceof HTMLElement)) throw new Error('nothing to stop')
        const began = performance.now()
        button.click()
        while (document.querySelector('article[aria-busy=true]') !== null)
          await new Promise(requestAnimationFrame)
        return performance.now() - began
      }),
    )
    await stop().waitFor({ state: 'detached' })
  }
  row('M22', 'from Stop to an answer that is kept', 200, 'ms', times)
}

/** A conversation with a question of 130,000 characters, which is more than 30,000 tokens in every vocabulary. */
async function longHistory() {
  const conversation = randomUUID()
  const text = generatedText(random, { characters: 130_000, chinese: 0 })
  await sampling(12)
  const [question, answer] = [randomUUID(), randomUUID()]
  await call('chat.send', { conversation, parent: null, question, answer, text })
  await settled(conversation, answer)
  return { conversation, question, answer }
}

/** @param {string} conversation @param {string} answer */
async function settled(conversation, answer) {
  await until(async () => {
    const { messages } = await call('conversations.open', { conversation })
    const found = messages.find((/** @type {{ id: string }} */ { id }) => id === answer)
    return found !== undefined && found.state !== 'generating'
  }, 120)
  const { messages } = await call('conversations.open', { conversation })
  return messages.find((/** @type {{ id: string }} */ { id }) => id === answer)
}

async function siblings() {
  const { conversation, question } = await longHistory()
  const followUp = randomUUID()
  let message = randomUUID()
  const { activeLeaf } = await call('conversations.open', { conversation })
  await call('chat.send', {
    conversation,
    parent: activeLeaf,
    question: followUp,
    answer: message,
    text: 'And?',
  })
  const first = await settled(conversation, message)
  for (let i = 0; i < 19; i += 1) {
    const next = randomUUID()
    await call('chat.regenerate', { conversation, message, answer: next })
    const made = await settled(conversation, next)
    if (made.figures.rereadTokens > 0) throw new Error('a sibling read the history again')
    message = next
  }
  void question
  await roost.page.reload()
  await roost.page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click()
  await roost.page.getByText('20 / 20').waitFor()
  const times = await roost.page.evaluate(async () => {
    const times = []
    for (let i = 19; i >= 1; i -= 1) {
      const buttons = [...document.querySelectorAll('button[aria-label="Previous version"]')]
      const button = buttons.at(-1)
      if (!(button instanceof HTMLElement)) throw new Error('no other version')
      const began = performance.now()
      button.click()
      while (!document.body.textContent?.includes(`${i} / 20`)) await new Promise(requestAnimationFrame)
      await new Promise((resolve) => setTimeout(resolve))
      times.push(performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    return times
  })
  const tokens = first.figures.resumedTokens
  row('M6', `switches among 20 answers behind ${tokens.toLocaleString('en')} tokens`, 200, 'ms', times)
}

async function persona() {
  const id = randomUUID()
  const systemPrompt = generatedText(random, { characters: 12_000, chinese: 0 })
  await call('settings.set', { backgroundReading: true })
  await call('personas.save', { persona: id, name: 'Keeper', systemPrompt, examples: [], sampling: {} })
  let tokens = 0
  await until(async () => {
    const [kept] = await call('personas.list', {})
    tokens = kept.tokens ?? 0
    return kept.ready === true
  })
  await call('settings.set', { backgroundReading: false })
  await sampling(16)
  const times = []
  for (let i = 0; i < repeat; i += 1) {
    const conversation = randomUUID()
    await call('personas.start', { conversation, persona: id })
    await roost.page.reload()
    const rail = roost.page.getByRole('list', { name: 'Conversations' }).getByRole('link').first()
    await rail.click()
    await roost.page.getByRole('textbox', { name: 'Message', exact: true }).fill('Who are you?')
    times.push(
      await roost.page.evaluate(async () => {
        const button = document.querySelector('button[aria-label="Send"]')
        if (!(button instanceof HTMLElement)) throw new Error('nothing to send')
        const began = performance.now()
        button.click()
        const hasWords = () => (document.querySelector('article.answer .markdown')?.textContent ?? '') !== ''
        while (!hasWords()) await new Promise(requestAnimationFrame)
        return performance.now() - began
      }),
    )
    await roost.page.getByRole('note').first().waitFor()
  }
  row('S2', `first word of a chat from a persona of ${tokens.toLocaleString('en')} tokens`, 300, 'ms', times)
}

async function resuming() {
  const { conversation, answer } = await longHistory()
  await roost.end()
  const times = []
  let leaf = answer
  let tokens = 0
  for (let i = 0; i < 3; i += 1) {
    roost = await start()
    await sampling(4)
    const [question, next] = [randomUUID(), randomUUID()]
    await call('chat.send', { conversation, parent: leaf, question, answer: next, text: 'Go on.' })
    const { figures } = await settled(conversation, next)
    if (figures.rereadTokens > 0) throw new Error('it read the history again')
    times.push(figures.firstTokenMs)
    tokens = figures.resumedTokens
    leaf = next
    await roost.end()
  }
  row('M1', `first token after a restart, behind ${tokens.toLocaleString('en')} tokens`, 300, 'ms', times)
  roost = await start()
}

async function quitting() {
  const times = []
  for (let i = 0; i < 3; i += 1) {
    await openingMs('Five thousand', '')
    times.push((await roost.end()).ms)
    roost = await start()
  }
  row('M7', 'quits with 200 chats', 1000, 'ms', times)
}

/** @type {[string, () => Promise<void>][]} */
const parts = [
  ['open', openLongChats],
  ['memory', memory],
  ['tree', treeOf500],
  ['stream', () => streaming(3000)],
  ['slow-stream', () => slowly('slow-stream', () => streaming(1500))],
  ['type', typing],
  ['stop', stopping],
  ['slow-stop', () => slowly('slow-stop', stopping)],
  ['siblings', siblings],
  ['persona', persona],
  ['resume', resuming],
  ['quit', quitting],
]
const only = values.only?.split(',')
try {
  for (const [name, part] of parts) {
    if (only !== undefined && !only.includes(name)) continue
    // Those that start another Roost see to their trace themselves.
    await (name.startsWith('slow-') ? part() : traced(name, part))
  }
} finally {
  await roost.kill()
  home.remove()
}

const percentile = (/** @type {number[]} */ numbers, /** @type {number} */ share) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
process.stdout.write('| id | what | goal | median | 95th percentile |\n| --- | --- | --- | --- | --- |\n')
let missed = 0
for (const { id, what, goal, unit, values: measured } of rows) {
  const late = percentile(measured, 0.95)
  if (!(late <= goal)) missed += 1
  const show = (/** @type {number} */ value) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`
  process.stdout.write(
    `| ${id} | ${what} | ${goal} ${unit} | ${show(percentile(measured, 0.5))} | ${show(late)} |\n`,
  )
}
if (missed > 0) {
  process.stderr.write(`window: ${missed} goals are missed\n`)
  process.exitCode = 1
}
