// One table: error code -> kind. The kind decides what is logged and what a person sees (docs/decisions: errors).
// The engine's codes are also in native/include/roost/error_codes.def; a test holds the two equal.

export type ErrorKind = 'cancelled' | 'input' | 'refused' | 'exhausted' | 'unavailable' | 'damaged' | 'bug'

/** Codes the native engine can return, with the kinds of error_codes.def. */
export const engineErrorKinds = {
  cancelled: 'cancelled',
  invalid_argument: 'input',
  tokens_invalid: 'input',
  file_missing: 'input',
  file_unreadable: 'refused',
  file_exists: 'refused',
  not_a_model: 'refused',
  model_unsafe: 'refused',
  model_unsupported: 'refused',
  model_truncated: 'damaged',
  model_damaged: 'damaged',
  model_changed: 'damaged',
  vocabulary_missing: 'unavailable',
  vocabulary_damaged: 'damaged',
  out_of_memory: 'exhausted',
  disk_full: 'exhausted',
  device_unavailable: 'unavailable',
  device_failed: 'unavailable',
  numeric_fault: 'damaged',
  snapshot_damaged: 'damaged',
  snapshot_mismatch: 'refused',
  busy: 'unavailable',
  closed: 'refused',
  write_failed: 'unavailable',
  internal: 'bug',
} as const satisfies Record<string, ErrorKind>

export const errorKinds = {
  ...engineErrorKinds,
  unknown_call: 'refused', // not in the table of calls
  untrusted_sender: 'refused', // frame or origin is not our window
  bad_request: 'refused', // arguments do not fit the schema
  not_found: 'input', // no such conversation, message or model
  message_empty: 'input',
  message_too_long: 'input',
  content_changed: 'damaged', // a file is not what it was, or not as published
  no_model: 'unavailable', // nothing is loaded to answer with
  model_loading: 'unavailable',
  addon_missing: 'unavailable', // the native addon is not built or does not load
  answer_running: 'unavailable', // this conversation is already generating
  templates_unusable: 'input', // the person's own chat-templates.json; the shipped ones are used
  storage_damaged: 'damaged', // set aside; see detail
  storage_newer: 'refused', // written by a newer version of Roost
  storage_unavailable: 'unavailable', // locked, read-only, I/O error
  portable_damaged: 'damaged', // a .roost file that is cut, broken or no such file
  portable_newer: 'refused',
  not_an_archive: 'refused', // no file of chats that can be imported
  archive_damaged: 'damaged', // cut, broken, or beyond a limit; nothing of it was taken
  archive_newer: 'refused', // written by a newer version of Roost
  folder_unusable: 'refused', // cannot become the data folder; detail.problem says why
  file_too_large: 'input',
  document_unsupported: 'refused', // no kind of file that is read
  document_damaged: 'damaged',
  document_encrypted: 'refused', // wants a password
  document_empty: 'input', // no text: blank, or pictures of pages
  document_too_large: 'exhausted', // beyond a limit of size, pages or text
  document_too_slow: 'exhausted', // the worker ran past its time or memory
  reading_failed: 'unavailable', // into a state of the model
  connection_lost: 'unavailable', // the window cannot reach its host
  network_unavailable: 'unavailable', // a hub or its files cannot be reached, or drop again and again
  source_busy: 'unavailable', // the hub asks to come back later (429, 503)
  access_denied: 'refused', // the hub wants a token, or another one
  source_missing: 'input', // no such repository or file
  source_unusable: 'refused', // what the hub answers is no listing and no file
  source_changed: 'refused', // the file there is another one than it was
  size_changed: 'refused', // larger or smaller than the button said
  address_refused: 'input', // not https, or leads where a download may not go
  download_damaged: 'damaged', // the whole file does not have its hash
  disk_space: 'exhausted', // less free than the download still needs
} as const satisfies Record<string, ErrorKind>

export type EngineErrorCode = keyof typeof engineErrorKinds
export type ErrorCode = keyof typeof errorKinds

/** Facts for the sentence that is shown; never a stack, never words of a conversation. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>

export interface ErrorValue {
  code: ErrorCode
  detail?: ErrorDetail
}

/** The only error class. `detail.reason`, where present, is one English sentence from the layer that knows best. */
export class RoostError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options?: { cause?: unknown }) {
    super(typeof detail.reason === 'string' ? `${code}: ${detail.reason}` : code, options)
    this.name = 'RoostError'
    this.code = code
    this.detail = detail
  }

  get kind(): ErrorKind {
    return errorKinds[this.code]
  }

  toValue(): ErrorValue {
    return { code: this.code, detail: this.detail }
  }

  static fromValue(value: ErrorValue): RoostError {
    return new RoostError(value.code, value.detail)
  }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorKinds, text)
}
