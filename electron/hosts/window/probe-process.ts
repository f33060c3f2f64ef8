// The process that takes the first look at a model file, as Electron's utility process: a packaged Electron cannot be run
// as plain Node (a fuse forbids it).
import { utilityProcess } from 'electron'
import type { SpawnProbe } from '../../engine/model-probe.ts'

export const spawnUtilityProbe: SpawnProbe = (script) => {
  const child = utilityProcess.fork(script, [], { stdio: 'ignore', serviceName: 'Roost model check' })
  return {
    onMessage: (listener) => void child.on('message', listener),
    // Electron tells no signal: an end by one is an exit code of its own.
    onExit: (listener) => void child.once('exit', (code) => listener(code, null)),
    send: (request) => child.postMessage(request),
    kill: () => void child.kill(),
  }
}
