// Loaded first by a process that stands in for a utility process: gives it the port that Electron gives, over the channel that
// Node has. A message arrives as an event with `data`, as it does there.
import { EventEmitter } from 'node:events'

const port = Object.assign(new EventEmitter(), {
  postMessage: (message: object): void => void process.send?.(message),
})
process.on('message', (data) => port.emit('message', { data, ports: [] }))
// A utility process ends with its application.
process.on('disconnect', () => process.exit(0))
Object.assign(process, { parentPort: port })
