// Files that a person drags from outside and lets go over the window.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Roost } from './roost.ts'

/**
 * Drops files and folders. In a browser they are real ones of the disk, as the system hands them over; the double of
 * Electron knows a file by the path that stands in its name, and knows no folders.
 */
export async function drop(roost: Roost, paths: readonly string[]): Promise<void> {
  if (roost.door === 'electron-double') await dropMade(roost.page, paths)
  else await dropReal(roost.page, paths)
}

async function dropReal(page: Page, paths: readonly string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data })
  }
  await browser.detach()
}

async function dropMade(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({ path, base64: readFileSync(path).toString('base64') }))
  await page.evaluate((given) => {
    const data = new DataTransfer()
    for (const { path, base64 } of given) {
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], path))
    }
    const place = document.elementFromPoint(640, 400) ?? document.body
    for (const type of ['dragenter', 'dragover', 'drop']) {
      place.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
  }, files)
}
