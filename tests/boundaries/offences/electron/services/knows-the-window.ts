// Offence: services-know-no-host
import { opened } from '../hosts/window/open.ts'
export const host = opened
