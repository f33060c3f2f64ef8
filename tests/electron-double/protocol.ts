// Messages between a test and the double, over the IPC channel of the child process.

/** Dialogs whose answers a test can script. */
export type Scripted = 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox'

export type FromTest =
  /** The next answers of this dialog, first come first served; when they are used up it is cancelled. */
  { kind: 'script'; method: Scripted; results: unknown[] } | { kind: 'quit' } | { kind: 'second-instance' }

export type FromDouble =
  /** A window's page is about to load; its Chromium listens for debuggers on this port. */
  | { kind: 'window'; port: number; options: Record<string, unknown> }
  | { kind: 'dialog'; method: string; arguments: unknown[] }
  | { kind: 'opened'; address: string }
  | { kind: 'shown folder'; path: string }
  | { kind: 'menu'; roles: string[] }
  | { kind: 'cancelled request'; address: string }
  | { kind: 'refused navigation'; address: string }
  | { kind: 'exit'; status: number }

/** Set by the test that started this process to listen; a runner of unit tests has an IPC channel of its own. */
export const listened = process.env.ELECTRON_DOUBLE_LISTENED === '1'

/** Tells the test, if one is listening. */
export function tell(message: FromDouble): void {
  if (listened && process.connected) process.send?.(message)
}
