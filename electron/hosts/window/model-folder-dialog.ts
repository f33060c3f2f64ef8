// A folder of models enters Roost through this dialog only: the window gets an id, never a path.
import { dialog } from 'electron'
import type { OpenDialogOptions } from 'electron'
import type { CurrentWindow } from './bridge.ts'

const options: OpenDialogOptions = {
  title: 'Choose a folder with RWKV models',
  buttonLabel: 'Add',
  properties: ['openDirectory', 'dontAddToRecent'],
}

/** The chosen path, or null when the person cancelled. */
export async function chooseModelFolder(currentWindow: CurrentWindow): Promise<string | null> {
  const window = currentWindow()
  const { canceled, filePaths } =
    window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
  return canceled ? null : (filePaths[0] ?? null)
}
