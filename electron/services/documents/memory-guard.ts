// Ends this process when it holds more memory than a document may cost. A thread of its own looks at it, because the main
// one may be busy in a reader for as long as it likes. The heap has a limit anyway; buffers outside of it have none.
import { Worker } from 'node:worker_threads'

const guard = `
const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL')
}, 50)
`

export function guardMemory(bytes: number): void {
  new Worker(guard, { eval: true, workerData: bytes, name: 'memory guard' }).unref()
}
