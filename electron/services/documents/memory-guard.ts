// Ends this process when it holds more memory than a document may cost, when it takes far longer than one may take, or when the
// application that started it has gone. A thread of its own looks at it, because the main one may be busy in a reader for as
// long as it likes. The heap has a limit anyway; buffers outside of it have none.
import { Worker } from 'node:worker_threads'
import { parsing } from './parsing-limits.ts'

// On Windows the number of the parent stays when it is gone: there the time must do.
const guard = `
const { workerData } = require('node:worker_threads')
const parent = process.ppid
const until = Date.now() + workerData.milliseconds
setInterval(() => {
  const gone = process.ppid !== parent || Date.now() > until
  if (gone || process.memoryUsage.rss() > workerData.bytes) process.kill(process.pid, 'SIGKILL')
}, 50)
`

export function guardMemory(bytes: number): void {
  const workerData = { bytes, milliseconds: 2 * parsing.milliseconds }
  new Worker(guard, { eval: true, workerData, name: 'memory guard' }).unref()
}
