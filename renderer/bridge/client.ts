// The only file of the window that knows how the host is reached: `window.roost` where the preload made it, otherwise
// HTTP and server-sent events. Everything above it sees typed promises that reject with RoostError, and one stream of
// events.
import {
  BRIDGE_NAME,
  CALL_PATH,
  DOWNLOAD_PATH,
  EVENTS_PATH,
  RESET_EVENT,
  UPLOAD_NAME_HEADER,
  UPLOAD_PATH,
} from '../../electron/contract/bridge.ts'
import type { RoostBridge } from '../../electron/contract/bridge.ts'
import type { CallName, Input, Output, Reply } from '../../electron/contract/calls.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { EventMessage } from '../../electron/contract/events.ts'

/** lost: trying again by itself. refused: this page may not talk to the host any more; only a new address helps. */
export type Connection = 'connected' | 'lost' | 'refused'

export interface BridgeListener {
  event(message: EventMessage): void
  connection(status: Connection): void
  /** Events were missed: what is shown must be fetched again. */
  reset(): void
}

export interface Bridge {
  /** Rejects with RoostError, and with nothing else. */
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  /** Starts the stream of events. The function that comes back ends it. */
  subscribe(listener: BridgeListener): () => void
  /** Hands over a file that was dropped or chosen in the page. Rejects with RoostError. */
  upload(file: File): Promise<{ file: string; name: string }>
  /** Has the browser fetch a file that the host wrote. */
  download(id: string, name: string): void
  /** Asks again at once instead of waiting for the next attempt. */
  reconnect(): void
}

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw RoostError.fromValue(reply.error)
}

function windowBridge(roost: RoostBridge): Bridge {
  return {
    async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
      return unwrap(await (roost.calls[name] as (input: Input<N>) => Promise<Reply<Output<N>>>)(input))
    },
    subscribe(listener) {
      return roost.subscribe((message) => listener.event(message))
    },
    async upload(file) {
      return unwrap(await roost.give(file))
    },
    download() {
      // The dialog has taken the file to its place.
    },
    reconnect() {
      // The preload's channel lives as long as the page.
    },
  }
}

const RETRY_MS = 2000

function httpBridge(): Bridge {
  let listener: BridgeListener | null = null
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | null = null
  let wasLost = false

  /** A closed EventSource does not say why: an ordinary call does. */
  async function probe(): Promise<void> {
    try {
      const response = await fetch(`${CALL_PATH}app.info`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      if (response.status === 401) {
        listener?.connection('refused')
        return
      }
    } catch {
      // kind: unavailable. Not reachable yet: the next attempt follows all the same.
      listener?.connection('lost')
    }
    if (listener) retry = setTimeout(open, RETRY_MS)
  }

  function open(): void {
    if (retry !== null) clearTimeout(retry)
    retry = null
    source?.close()
    const opened = new EventSource(EVENTS_PATH)
    source = opened
    opened.onopen = () => {
      listener?.connection('connected')
      // A stream that was opened anew by this file, not by EventSource, carries no last event id: assume a gap.
      if (wasLost) listener?.reset()
      wasLost = false
    }
    opened.onmessage = (message: MessageEvent<string>) =>
      listener?.event(JSON.parse(message.data) as EventMessage)
    opened.addEventListener(RESET_EVENT, () => listener?.reset())
    opened.onerror = () => {
      listener?.connection('lost')
      if (opened.readyState === EventSource.CLOSED && source === opened) {
        wasLost = true
        void probe()
      }
    }
  }

  return {
    async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
      let reply: Reply<Output<N>>
      try {
        const response = await fetch(CALL_PATH + name, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
        })
        reply = (await response.json()) as Reply<Output<N>>
      } catch (cause) {
        // kind: unavailable. No answer, or one that is not from our host.
        throw new RoostError('connection_lost', {}, { cause })
      }
      return unwrap(reply)
    },
    subscribe(next) {
      listener = next
      open()
      return () => {
        listener = null
        if (retry !== null) clearTimeout(retry)
        source?.close()
        source = null
      }
    },
    async upload(file) {
      let reply: Reply<{ file: string; name: string }>
      try {
        const response = await fetch(UPLOAD_PATH, {
          method: 'POST',
          headers: {
            'content-type': 'application/octet-stream',
            [UPLOAD_NAME_HEADER]: encodeURIComponent(file.name),
          },
          body: file,
        })
        reply = (await response.json()) as typeof reply
      } catch (cause) {
        // kind: unavailable. No answer, or the file went away while it was read.
        throw new RoostError('connection_lost', {}, { cause })
      }
      return unwrap(reply)
    },
    download(id, name) {
      const link = document.createElement('a')
      link.href = DOWNLOAD_PATH + id
      link.download = name
      link.click()
    },
    reconnect() {
      wasLost = true
      open()
    },
  }
}

export function connectBridge(): Bridge {
  const roost = (globalThis as { [BRIDGE_NAME]?: RoostBridge })[BRIDGE_NAME]
  return roost === undefined ? httpBridge() : windowBridge(roost)
}

/** For `catch`: whatever was thrown, as the one class of error that has a sentence. */
export function asRoostError(error: unknown): RoostError {
  return error instanceof RoostError ? error : new RoostError('internal', {}, { cause: error })
}
