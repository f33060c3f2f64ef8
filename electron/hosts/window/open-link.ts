// The only way out of the application: after a check of the scheme, and after the person has seen the whole address.
import { BrowserWindow, dialog, shell } from 'electron'
import { errorFields } from '../../platform/log.ts'
import type { HostLog } from '../dispatch.ts'

const schemes: readonly string[] = ['http:', 'https:', 'mailto:']
/** A dialog shows no more; what a person cannot read to its end is not opened. */
const MAXIMUM_CHARACTERS = 2048

/** Never rejects: what is not opened is in the log, without the address. */
export async function openLink(address: string, log: HostLog): Promise<void> {
  try {
    const checked = checkLink(address)
    if (checked === null) {
      log.warn('link refused')
      return
    }
    const question = {
      type: 'question' as const,
      message: 'Open this address in your browser?',
      detail: checked,
      buttons: ['Open', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    }
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
    const { response } =
      window === undefined
        ? await dialog.showMessageBox(question)
        : await dialog.showMessageBox(window, question)
    if (response === 0) await shell.openExternal(checked)
  } catch (error) {
    log.warn('link not opened', errorFields(error))
  }
}

/** The address as it will be opened (host names in their ASCII form), or null where it must not be. */
export function checkLink(address: string): string | null {
  if (address.length > MAXIMUM_CHARACTERS || !URL.canParse(address)) return null
  const url = new URL(address)
  // A user name in front of the host is how one host is made to look like another.
  if (!schemes.includes(url.protocol) || url.username !== '' || url.password !== '') return null
  return url.href
}
