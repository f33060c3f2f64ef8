// A program for addon-lifetime.test.ts: loads an addon without any of our TypeScript, so that any Node can run it, and does
// what its second argument names. It prints one line of JSON where there is something to tell.
// node addon-program.mjs ADDON ACTION [MODEL [SNAPSHOT]]
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'

const [addonPath, action, modelPath = 'scripted token_us=500'] = isMainThread
  ? process.argv.slice(2)
  : workerData
const plain = { threads: 1, vocabularyFolders: [] }
const request = {
  tokens: Uint32Array.of(1, 2, 3),
  maxTokens: 1_000_000,
  stop: [],
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  presence: 0,
  frequency: 0,
  penaltyDecay: 0.996,
  seed: 1,
}

/** @param {unknown} value */
function tell(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function addon() {
  return createRequire(import.meta.url)(addonPath)
}

async function openSession() {
  const model = await addon().load(modelPath, plain, null).model
  return { model, session: await model.openSession() }
}

/** @param {string[]} settings */
function startWorker(...settings) {
  return new Worker(fileURLToPath(import.meta.url), { workerData: [addonPath, ...settings] })
}

/** @param {Worker} worker */
function firstMessage(worker) {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

async function collectGarbage() {
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.()
    await pause(10)
  }
}

const actions = {
  async generate() {
    const { session } = await openSession()
    const { text, tokens } = await session.generate({ ...request, maxTokens: 8 }, null, null)
    tell({ text, tokens: [...tokens] })
  },

  /** Goes on from a snapshot that another process has written. */
  async restore() {
    const { session } = await openSession()
    await session.restore(new Uint8Array(readFileSync(process.argv[5])))
    const greedy = { ...request, tokens: new Uint32Array(), temperature: 0, maxTokens: 256 }
    const { text, tokens, resumedTokens, promptTokensProcessed } = await session.generate(greedy, null, null)
    tell({ text, tokens: [...tokens], resumedTokens, promptTokensProcessed })
  },

  /** Ends in the middle of a generation that nobody awaits. */
  async exit() {
    const { session } = await openSession()
    void session.generate(request, null, () => setImmediate(() => process.exit(0)))
  },

  /** As exit, from inside the callback. */
  async exitInCallback() {
    const { session } = await openSession()
    void session.generate(request, null, () => process.exit(0))
  },

  async exitWhileLoading() {
    addon().load('scripted load_ms=5000', plain, () => process.exit(0))
  },

  async exitWhileClosing() {
    const { model, session } = await openSession()
    void session.generate(request, null, null)
    void model.close()
    process.exit(0)
  },

  async throwWhileGenerating() {
    const { session } = await openSession()
    void session.generate(request, null, () =>
      setImmediate(() => {
        throw new Error('of the application')
      }),
    )
  },

  /** The loop runs empty with a model and a session open: nothing of ours keeps the process. */
  async endNaturally() {
    await openSession()
  },

  /** Only a pending operation keeps the process. */
  async pendingKeepsRunning() {
    const { session } = await openSession()
    void session.generate({ ...request, maxTokens: 200 }, null, null).then(() => tell('done'))
  },

  async garbage() {
    const { live, load } = addon()
    const models = [await load(modelPath, plain, null).model]
    const sessions = []
    for (let i = 0; i < 20; i++) sessions.push(await models[0].openSession())
    const opened = live()
    sessions.length = 0
    await collectGarbage()
    const withoutSessions = live()
    // A generation keeps its session while it runs, even if nothing else does.
    const { text } = await (await models[0].openSession()).generate({ ...request, maxTokens: 50 }, null, null)
    models.length = 0
    await collectGarbage()
    tell({ opened, withoutSessions, text: text.length > 0, withoutModel: live() })
  },

  async garbageWhileGenerating() {
    const { model, session } = await openSession()
    const timer = setInterval(() => globalThis.gc?.(), 2)
    const fork = session.fork()
    const results = await Promise.all([
      session
        .generate(
          { ...request, maxTokens: 300 },
          () => globalThis.gc?.(),
          () => globalThis.gc?.(),
        )
        .catch((error) => error.code),
      fork,
      model.openSession().then((other) => other.generate({ ...request, maxTokens: 300 }, null, null)),
    ])
    clearInterval(timer)
    tell(typeof results[2].text)
  },

  /** In a worker: says when the generation runs. */
  async generateForever() {
    const { session } = await openSession()
    const told = () => parentPort.postMessage('running')
    await session.generate(request, null, told)
  },

  async generateInWorker() {
    const { session } = await openSession()
    const { text } = await session.generate({ ...request, maxTokens: 100 }, null, null)
    parentPort.postMessage(text)
  },

  /** The addon is loaded by workers only: it must stay in memory when the last one has gone. */
  async terminateWorkers() {
    for (let round = 0; round < 8; round++) {
      const worker = startWorker('generateForever', modelPath)
      await firstMessage(worker)
      await worker.terminate()
    }
    tell('terminated')
  },

  async terminateWorkerWhileMainGenerates() {
    const { model, session } = await openSession()
    const mine = session.generate({ ...request, maxTokens: 400 }, null, null)
    const worker = startWorker('generateForever', modelPath)
    await firstMessage(worker)
    await worker.terminate()
    const { reason, tokens } = await mine
    await model.close()
    tell({ reason, tokens: tokens.length, live: addon().live() })
  },

  async twoEnvironments() {
    const worker = startWorker('generateInWorker', modelPath)
    const there = firstMessage(worker)
    const { session } = await openSession()
    const here = await session.generate({ ...request, maxTokens: 100 }, null, null)
    tell({ equal: (await there) === here.text, length: here.text.length })
  },

  async exitWhileWorkerGenerates() {
    const worker = startWorker('generateForever', modelPath)
    await firstMessage(worker)
    process.exit(0)
  },

  /** Opening and closing, with the memory of the process before and after. */
  async cycles() {
    const load = addon().load
    const cycle = async () => {
      const model = await load(modelPath, plain, null).model
      const session = await model.openSession()
      await session.generate({ ...request, maxTokens: 4 }, null, null)
      await session.restore(await session.snapshot())
      await session.close()
      await model.close()
    }
    const memory = async () => {
      await collectGarbage()
      return process.memoryUsage.rss()
    }
    // Collected often: what waits for the collector raises the heap for good, and that is no leak.
    const cycles = async (count) => {
      for (let i = 1; i <= count; i++) {
        await cycle()
        if (i % 10 === 0) await collectGarbage()
      }
    }
    await cycles(20)
    const before = await memory()
    await cycles(100)
    tell({ grown: (await memory()) - before, live: addon().live() })
  },
}

await actions[action]()
