// What a door is given to stand in front of. main.ts and headless.ts build it; the hosts only serve it.
import { RoostError } from '../contract/errors.ts'
import type { Emit } from '../contract/events.ts'
import type { HostFacilities } from '../services/application.ts'
import type { FileExchange } from '../services/files/file-exchange.ts'
import type { Dispatch } from './dispatch.ts'

export interface House {
  readonly dispatch: Dispatch
  /** Files on their way from and to a browser. */
  readonly files: FileExchange
  /** Once, when events can be delivered. */
  start(): void
  /** Everything saved and let go of. */
  close(): Promise<void>
}

/** The house that stands now; another one takes its place when it is closed and opened anew. */
export interface Address {
  house: House | null
}

/** Between two houses a call waits this long for the next one; opening takes a second or two. */
const BETWEEN_HOUSES_MS = 15_000

/** Asks whoever is there. Between two houses everybody waits: a window need not know that there was another one. */
export function dispatchTo(address: Address): Dispatch {
  return async (request) => {
    const end = performance.now() + BETWEEN_HOUSES_MS
    while (address.house === null && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    if (address.house !== null) return await address.house.dispatch(request)
    return { ok: false, error: { code: 'busy', detail: { reason: 'Roost starts anew.' } } }
  }
}

/** Rejects with a RoostError when the house cannot stand: data folder, database. */
export type OpenHouse = (host: HostFacilities, emit: Emit) => Promise<House>

/** A person has waited long enough; what is not saved by then is the unsaved tail of a running answer. */
export const CLOSING_MS = 1_800

/** Closes the house, or gives up after CLOSING_MS. True when it closed. */
export async function closeInTime(house: House): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CLOSING_MS)
  })
  const closed = house.close().then(() => true)
  try {
    return await Promise.race([closed, tooLong])
  } finally {
    clearTimeout(timer)
  }
}

/** One sentence about why the application does not start. */
export function startingProblem(error: unknown): string {
  if (error instanceof RoostError && typeof error.detail.reason === 'string') return error.detail.reason
  if (error instanceof RoostError && error.kind !== 'bug') return `Roost cannot start (${error.code}).`
  return 'Roost cannot start: an error inside the program. The log has the details.'
}
