// The headless door from start to end: serve the house on loopback, say so once, close it on SIGINT or SIGTERM.
import type { HostFacilities } from '../../services/application.ts'
import { RoostError } from '../../contract/errors.ts'
import { errorFields } from '../../platform/log.ts'
import type { CommandLine } from '../command-line.ts'
import type { HostLog } from '../dispatch.ts'
import { closeInTime, dispatchTo } from '../house.ts'
import type { Address, House, OpenHouse } from '../house.ts'
import { listWindowFiles } from '../window-files.ts'
import { createEventStream } from './event-stream.ts'
import { startHttpServer } from './http-server.ts'
import type { HttpServer } from './http-server.ts'
import { openBrowser } from './open-browser.ts'

export interface HeadlessOptions {
  readonly commandLine: CommandLine
  /** The built window. */
  readonly windowFolder: string
  readonly openHouse: OpenHouse
  readonly log: HostLog
  /** Standard output: it gets the one line that says where Roost is. */
  readonly print: (line: string) => void
}

/** Resolves when Roost has been told to end and has ended. Rejects when it cannot start. */
export async function runHeadlessHost(options: HeadlessOptions): Promise<void> {
  const { commandLine, log } = options
  // From the first moment: a signal while the database is being opened must not cut that short.
  const ended = endSignal()
  const events = createEventStream()
  const files = await listWindowFiles(options.windowFolder)
  const address: Address = { house: null }
  const open = async (): Promise<House> => {
    const house = await options.openHouse({ ...facilities, restart }, events.emit)
    address.house = house
    return house
  }
  let failed: (error: unknown) => void = () => undefined
  const failure = new Promise<never>((_resolve, reject) => (failed = reject))
  failure.catch(() => undefined) // heard below, if it comes
  const restart: NonNullable<HostFacilities['restart']> = (between) => {
    const house = address.house
    if (house === null) return
    address.house = null
    log.info('starting anew')
    closeInTime(house)
      .then((closed) => between?.(closed))
      .then(open)
      .then((opened) => {
        opened.start()
        events.reset()
      })
      .catch(failed)
  }
  const first = await open()

  let server: HttpServer
  try {
    server = await startHttpServer({
      port: commandLine.port,
      files,
      dispatch: dispatchTo(address),
      events,
      log,
      exchange: () => address.house?.files ?? null,
    })
  } catch (error) {
    await closeInTime(first)
    throw portProblem(error, commandLine.port)
  }
  first.start()
  options.print(`Roost ready: ${server.openingAddress}`)
  if (commandLine.openBrowser) openBrowser(server.openingAddress, log)

  log.info('ending', { signal: await Promise.race([ended, failure]) })
  // The house first: browsers still hear how running answers end.
  const closed = await (address.house === null ? Promise.resolve(true) : closeInTime(address.house)).catch(
    (error: unknown) => {
      log.error('closing failed', errorFields(error))
      return false
    },
  )
  log.info('ended', { closed })
  await server.close()
}

const facilities: HostFacilities = {
  kind: 'headless',
  locale: Intl.DateTimeFormat().resolvedOptions().locale,
  nativeDialogs: false,
  chooseModelFile: () => Promise.resolve(null),
  chooseModelFolder: () => Promise.resolve(null),
  // The person is in a browser already and may be at another screen than this process: the page opens links itself.
  openLink: () =>
    Promise.reject(new RoostError('invalid_argument', { reason: 'Links are opened by the browser itself.' })),
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    // A second signal changes nothing: ending takes two seconds at most.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
}

function portProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') {
    return new RoostError('busy', { reason: `Port ${port} is in use; choose another one with --port.` })
  }
  if (code === 'EACCES') {
    return new RoostError('busy', {
      reason: `Port ${port} may not be used; choose one above 1023 with --port.`,
    })
  }
  return error
}
