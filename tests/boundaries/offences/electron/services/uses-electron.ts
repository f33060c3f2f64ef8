// Offence: electron-only-in-the-window-host
import type { App } from 'electron'
export type Stolen = App
