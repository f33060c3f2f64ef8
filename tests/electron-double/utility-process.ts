// A Node process with a message port in place of a utility process. What it does not stand for: Electron's sandbox, its fuses,
// and code inside an archive.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'

const port = fileURLToPath(new URL('./utility-port.ts', import.meta.url))

interface ForkOptions {
  /** Given: nothing else of this process's environment. */
  env?: Record<string, string>
  execArgv?: string[]
}

export const utilityProcess = {
  fork(script: string, values: string[], { env, execArgv = [] }: ForkOptions = {}) {
    const child = fork(script, values, {
      // V8's own settings go through a switch of Electron's.
      execArgv: [...execArgv.map((flag) => flag.replace(/^--js-flags=/, '')), '--import', port],
      stdio: 'ignore',
      env: env ?? { ...process.env, NODE_OPTIONS: '' },
    })
    const events = new EventEmitter()
    child.on('message', (message) => events.emit('message', message))
    child.on('exit', (code) => events.emit('exit', code ?? 1))
    return Object.assign(events, {
      postMessage: (message: object) => void child.send(message),
      kill: () => child.kill(),
    })
  },
}
