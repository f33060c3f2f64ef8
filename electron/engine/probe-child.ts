// The child process that takes the first look at a model file, or tries a device: it does so with the same addon, and says
// what it found. If the file brings down its parser, or a driver its process, it brings down this one and not the application.
// Started by model-probe.ts; as child_process.fork under Node, as a utility process under Electron.
import { RoostError } from '../contract/errors.ts'
import { describe, loadAddon, toRoostError } from './addon-engine.ts'
import { probeRequestSchema } from './probe-protocol.ts'
import type { ProbeReply } from './probe-protocol.ts'

/** process.parentPort of an Electron utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const { parentPort } = process as { parentPort?: ParentPort }

function reply(message: ProbeReply): void {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

async function look(message: unknown): Promise<ProbeReply> {
  const request = probeRequestSchema.parse(message)
  try {
    const addon = loadAddon(request.addon)
    reply({ kind: 'started' })
    if ('device' in request)
      return { kind: 'tested', report: await addon.selfTest('', request.threads, request.device) }
    return { kind: 'accepted', description: describe(await addon.inspect(request.model)) }
  } catch (error) {
    const known = toRoostError(error)
    if (known instanceof RoostError) {
      return { kind: 'refused', code: known.code, reason: String(known.detail.reason ?? '') }
    }
    return { kind: 'refused', code: 'internal', reason: String(error) }
  }
}

function answer(message: unknown): void {
  void look(message).then(
    // The application ends this process when it has heard: an exit here could overtake the message.
    reply,
    // A message that is not ours: nobody waits for an answer.
    () => process.exit(1),
  )
}

if (parentPort) {
  parentPort.on('message', (event) => answer(event.data))
} else {
  process.once('message', answer)
  // The application has gone: so does this.
  process.once('disconnect', () => process.exit(0))
}
