// How the window reaches its host. There are two transports with one meaning; renderer/bridge/client.ts is the only
// file of the window that knows them, and it takes `window.roost` where that exists, otherwise HTTP.
//
// Electron   `window.roost`, made by the preload: one frozen function per call of the table, and one subscription.
//            No function takes a channel name; Electron's own objects never reach the page.
// Headless   POST /call/<name> with a JSON body (the input) -> a JSON Reply, whatever the status is.
//            GET /events: server-sent events. An unnamed event carries an EventMessage as JSON; the event RESET_EVENT
//            says that events may have been missed: fetch again what is shown. It comes first on every connection
//            that does not go on exactly where the last one ended, so on the first one too: what happened between the
//            page's first calls and the connection is then not lost. EventSource reconnects by itself. Both need the session cookie that opening the printed address sets;
//            without it the answer is 401 and the Reply untrusted_sender (EventSource then closes for good).
//
// Promises of both: no function and no POST rejects because of what a handler does, it gives a Reply with ok: false;
// events arrive in the order in which they were emitted, and may arrive before the reply of the call that caused them.
// The page is served under the root path with a policy that allows scripts, styles, fonts and images only as files of
// its own origin (images also as blob:): no inline script or style element, no data: address, no eval.
import type { CallName, Input, Output, Reply } from './calls.ts'
import type { EventMessage } from './events.ts'

export type CallFunctions = { readonly [N in CallName]: (input: Input<N>) => Promise<Reply<Output<N>>> }

/** What the preload exposes as `window.roost`. Deeply frozen. */
export interface RoostBridge {
  readonly calls: CallFunctions
  /** Every event from now on. The function that comes back ends the subscription. */
  readonly subscribe: (listener: (event: EventMessage) => void) => () => void
  /** Hands over a file that the person dropped or chose: a File of the page. Only the preload learns its path; the page
   *  gets what an upload gives. */
  readonly give: (file: unknown) => Promise<Reply<{ file: string; name: string }>>
}

/** The global name of the bridge; absent in a browser. */
export const BRIDGE_NAME = 'roost'

/** Paths of the headless host. */
export const CALL_PATH = '/call/'
export const EVENTS_PATH = '/events'
/** GET: a file that export.run made, by its id. */
export const DOWNLOAD_PATH = '/download/'
/** POST, application/octet-stream: the file itself; its name in the header UPLOAD_NAME_HEADER, percent-encoded. The Reply
 *  carries { file, name }: what import.choose gives in the Electron window. */
export const UPLOAD_PATH = '/upload'
export const UPLOAD_NAME_HEADER = 'x-roost-file-name'

/** Name of the server-sent event that tells the window it has missed some. Its data is empty. */
export const RESET_EVENT = 'reset'
