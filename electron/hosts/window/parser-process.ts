// The process that reads one document, as Electron's utility process: a packaged Electron cannot be run as plain Node (a
// fuse forbids it). Node's permission flags are not for these processes, so here its own walls must do: no network, and a
// guard of its memory.
import { utilityProcess } from 'electron'
import { parserEnvironment } from '../../services/documents/parse-job.ts'
import type { SpawnParser } from '../../services/documents/parse-job.ts'

export const spawnUtilityParser: SpawnParser = (script, heapMegabytes) => {
  const child = utilityProcess.fork(script, [], {
    stdio: 'ignore',
    serviceName: 'Roost document reader',
    env: parserEnvironment(),
    execArgv: [`--js-flags=--max-old-space-size=${heapMegabytes}`],
  })
  return {
    onMessage: (listener) => void child.on('message', listener),
    // Electron tells no signal: an end by one is an exit code of its own.
    onExit: (listener) => void child.once('exit', (code) => listener(code, null)),
    send: (request) => child.postMessage(request),
    kill: () => void child.kill(),
  }
}
