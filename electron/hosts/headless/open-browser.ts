// Opens an address of our own in the system's browser. A machine without one is no error: the address is printed too.
import { spawn } from 'node:child_process'
import type { HostLog } from '../dispatch.ts'

export function openBrowser(address: string, log: HostLog): void {
  const [command, args] = commandFor(address, process.platform)
  try {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.on('error', () => log.info('no browser to open'))
    child.unref()
  } catch {
    log.info('no browser to open') // no memory or no process to spare: the printed address still works
  }
}

/** None of these goes through a shell that would read the address as a command. */
export function commandFor(address: string, platform: NodeJS.Platform): [command: string, args: string[]] {
  if (platform === 'darwin') return ['open', [address]]
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', address]]
  return ['xdg-open', [address]]
}
