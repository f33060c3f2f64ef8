// Offence: renderer-knows-contract-only
import { chat } from '../electron/services/chat.ts'
export const stolen = chat
