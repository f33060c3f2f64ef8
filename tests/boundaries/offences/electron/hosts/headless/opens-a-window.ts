// Offence: headless-knows-no-window
import { opened } from '../window/open.ts'
export const headless = opened
